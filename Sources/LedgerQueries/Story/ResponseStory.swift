import Catalog
import LedgerCore
import LedgerProof
import LedgerReplay
import LedgerStore
import LedgerVault
import LineageProjection
import NPSBySegmentProjection
import NPSLedger

/// Which response's story is told, and under which lens it is said what it counts as.
public struct TraceRequest: Hashable, Sendable {
    /// The response.
    public var response: ResponseName
    /// The lens.
    public var lens: LensRequest
    /// Whether what is sealed is opened, where the master key can.
    public var opensTexts: Bool

    /// A request.
    public init(
        _ response: ResponseName, lens: LensRequest = LensRequest(), opensTexts: Bool = true
    ) {
        self.response = response
        self.lens = lens
        self.opensTexts = opensTexts
    }
}

/// Every event about one response in order, and what it counts as.
public struct ResponseStory: Sendable {
    /// An event, and what was sealed beside it.
    public struct Step: Sendable {
        /// The event.
        public let event: LoggedEvent
        /// Its leaf in the log's tree, in hexadecimal.
        public let leafHash: String
        /// The text of the response; nil where there is none or it stays closed, as for all below.
        public let text: String?
        /// Who answered, as the source names them.
        public let respondent: String?
        /// Why somebody did it.
        public let reason: String?
        /// The row of the source as it came in.
        public let sourceRow: String?
    }

    /// The response as it was recorded.
    public let response: ResponseRecorded
    /// What was recorded about it, the first its own record.
    public let steps: [Step]
    /// Why texts are not shown, where they are not.
    public let sealedBecause: String?
    /// What it counts as.
    public let verdict: ResponseVerdict
    /// Who made the model count whose reading decides, when and why; nil where none does.
    public let promotion: ModelLife.Step?

    /// Where the response stands.
    public var position: Position { steps[0].event.position }
}

extension OpenLedger {
    /// One response's whole story.
    ///
    /// - Throws: `LedgerError` with code `not-found` for a response that is not there, or not yet;
    ///   what ``find(_:for:)`` throws.
    public func trace(
        _ request: TraceRequest, for viewer: Viewer = .everything
    ) throws -> ResponseStory {
        if let version = request.lens.model { _ = try models.model(version) }
        try refresh(catalog.npsBySegment)
        try refresh(catalog.lineage)
        let response = try find(request.response, for: viewer)
        let asOf = try position(request.lens.asOf)
        guard response < asOf else {
            throw LedgerError(
                .notFound,
                "response \(response) was recorded after the position asked about (\(asOf))")
        }
        let links = try catalog.lineage.read { state, _ in
            try LineageQuery.events(of: response, asOf: asOf, in: state)
        }
        let reader = SealedReader(ledger, sealed: !request.opensTexts)
        let names = TopicNames(models)
        let steps = try ([response] + links.map(\.position)).map { position in
            try step(position, reader, names)
        }
        guard let recorded = steps.lazy.compactMap({ $0.event.payload as? ResponseRecorded }).last
        else {
            throw LedgerError(.notFound, "position \(response) does not hold a response")
        }
        let verdict = try catalog.npsBySegment.read { state, build in
            try ResponseVerdict(self, response, request.lens, horizon: build.position, state)
        }
        let promotion = try verdict.decidingModel.flatMap { version in
            try ModelLife(
                version, ledger, asOf: verdict.frame.lens.asOf,
                reader: SealedReader(ledger, sealed: false)
            ).steps.last { $0.kind == .activated }
        }
        return ResponseStory(
            response: recorded, steps: steps, sealedBecause: reader.problem, verdict: verdict,
            promotion: promotion)
    }

    private func step(
        _ position: Position, _ reader: SealedReader, _ names: TopicNames
    ) throws -> ResponseStory.Step {
        let opened = try reader.open(position)
        let leaf = try log.leafHash(at: position).description
        guard let event = try log.withEvent(position, { try LoggedEvent($0, names) }) else {
            throw LedgerError(
                .corrupt, "position \(position) is linked to, and not in the log", remedy: .verify)
        }
        return ResponseStory.Step(
            event: event, leafHash: leaf, text: opened?.text, respondent: opened?.respondent,
            reason: opened?.reason,
            sourceRow: opened?.row.map { String(decoding: $0, as: UTF8.self) })
    }
}
