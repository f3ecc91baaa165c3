import Catalog
import LedgerCore
import LedgerProof
import LedgerReplay
import LedgerStore
import LedgerVault
import LineageProjection
import NPSBySegmentProjection
import NPSLedger
import SurveyImport

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
    /// Whether the source said when the person answered; else the time is that of the import.
    public let isTimeStated: Bool
    /// Why texts are not shown, where they are not.
    public let sealedBecause: String?
    /// What it counts as.
    public let verdict: ResponseVerdict
    /// Who made the model count whose reading decides, when and why; nil where none does.
    public let promotion: ModelLife.Step?
    /// Who made another model count since, when and why; nil where nobody did. A model that is named
    /// in the question decides all the same.
    public let withdrawal: ModelLife.Step?

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
                "as of \(asOf) means the entries before position \(asOf): response \(response) is "
                    + "in from \(response + 1) on")
        }
        let verdict = try catalog.npsBySegment.read { state, build in
            try ResponseVerdict(self, response, request.lens, horizon: build.position, state)
        }
        let links = try catalog.lineage.read { state, _ in
            try LineageQuery.events(of: response, asOf: verdict.lens.lens.readAsOf, in: state)
        }
        // What counts may have been read only later: it belongs to the story of this number.
        let late =
            try verdict.decidingModel == nil
            ? nil : CountingEvents(log, response, verdict.lens, links).classification()
        let told = links.map(\.position).filter { $0 < asOf || $0 == late }
        let reader = SealedReader(ledger, sealed: !request.opensTexts)
        let names = TopicNames(models)
        let steps = try ([response] + told).map { position in
            try step(position, reader, names)
        }
        guard let recorded = steps.lazy.compactMap({ $0.event.payload as? ResponseRecorded }).last
        else {
            throw LedgerError(.notFound, "position \(response) does not hold a response")
        }
        let life = try verdict.decidingModel.map { version in
            try ModelLife(
                version, ledger, asOf: verdict.frame.lens.asOf,
                reader: SealedReader(ledger, sealed: false)
            ).steps.filter { [.activated, .superseded].contains($0.kind) }
        }
        return ResponseStory(
            response: recorded, steps: steps, isTimeStated: try isTimeStated(steps[0].event),
            sealedBecause: reader.problem, verdict: verdict,
            promotion: life?.last { $0.kind == .activated },
            withdrawal: life?.last.flatMap { $0.kind == .superseded ? $0 : nil })
    }

    /// Whether the mapping that a response came under has a time; one that did not come by a mapping
    /// says its own.
    private func isTimeStated(_ response: LoggedEvent) throws -> Bool {
        guard let cause = response.cause else { return true }
        let json = try log.withEvent(cause) { event in
            event.name == .mappingEdited ? try MappingEdited(event).mapping : nil
        }
        guard let json = json ?? nil else { return true }
        let mapping = try ColumnMapping(json: json)
        return mapping.at != nil || mapping.fixedTime != nil
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

/// What one response counts as under a lens, and why.
public struct ResponseVerdict: Sendable {
    /// Why it counts as it does.
    public enum Ground: Hashable, Sendable {
        /// It is excluded.
        case excluded
        /// By its stated score, in hundredths.
        case stated(UInt16)
        /// Only stated scores are asked about, and it has none.
        case noScore
        /// It has no text.
        case noText
        /// By what a person decided of its text.
        case decided
        /// No model was active.
        case noModel
        /// The model has not read its text.
        case unread(ModelVersion)
        /// The model left its text unread: it has not learnt its language.
        case unlearnt(ModelVersion, LanguageCode)
        /// The model is less sure than the thresholds ask.
        case unsure(ModelVersion)
        /// By what the model reads in its text.
        case read(ModelVersion)

        /// Why a response counts as it does under a lens that sees it as `row`; nil where the lens
        /// does not see it.
        init(_ row: VisibleRow?, _ lens: ResolvedLens) {
            self = row.map { Self.seen($0, lens) } ?? .excluded
        }

        private static func seen(_ row: VisibleRow, _ lens: ResolvedLens) -> Ground {
            let basis = lens.lens.basis
            if let score = row.score, basis != .inferred { return .stated(score) }
            guard basis != .stated else { return .noScore }
            guard row.hasText else { return .noText }
            if row.decision != nil { return .decided }
            guard let model = lens.model else { return .noModel }
            if let language = row.unlearntLanguage { return .unlearnt(model, language) }
            guard row.isClassified else { return .unread(model) }
            return row.npsClass(basis, lens.thresholds) == nil ? .unsure(model) : .read(model)
        }
    }

    /// The lens.
    public let frame: AnswerFrame
    /// What it counts as; nil where it does not count.
    public let npsClass: NPSClass?
    /// Why.
    public let ground: Ground
    /// What a person decided of its text; nil where nobody did, or the lens does not ask.
    public let decision: NPSClass?
    /// Whether score and text say opposite things: worth a person's look.
    public let isContradiction: Bool
    /// The model whose reading decides; nil where none does.
    public let decidingModel: ModelVersion?
    let lens: ResolvedLens

    init(
        _ open: OpenLedger, _ response: Position, _ request: LensRequest, horizon: Position,
        _ state: some StateReader
    ) throws {
        // Classifications are looked up under any basis but the stated one, so that they can be shown.
        let lens = try open.resolve(request, horizon: horizon, state)
        let row = try NPSBySegmentQuery(state, workers: open.workers).row(of: response, lens)
        self.lens = lens
        frame = try open.frame(lens, request, hasLineage: true)
        npsClass = row?.npsClass(lens.lens.basis, lens.thresholds)
        ground = Ground(row, lens)
        decision = row?.decision
        isContradiction = row?.contradictsItself(under: lens.thresholds) ?? false
        let isRead = row.map { $0.isClassified && $0.decision == nil } ?? false
        let isStated =
            lens.lens.basis == .stated || lens.lens.basis == .blended && row?.score != nil
        decidingModel = isRead && !isStated ? lens.model : nil
    }

}

/// A response as a person names it: by the source's id, or by its position in the log.
public struct ResponseName: Hashable, Sendable {
    /// The id, or the position in decimal.
    public var name: String
    /// The source, where an id exists in several; a position is looked for only without one.
    public var source: String?

    /// A name.
    public init(_ name: String, source: String? = nil) {
        self.name = name
        self.source = source
    }
}

extension OpenLedger {
    /// The position of the response that is named.
    ///
    /// - Throws: `LedgerError` with code `invalid` where the id exists in several sources,
    ///   `not-found` where no response bears it.
    public func find(
        _ response: ResponseName, for viewer: Viewer = .everything
    ) throws -> Position {
        let name = response.name
        var found: [(source: String, position: Position)] = []
        for source in try response.source.map({ [$0] }) ?? sources() {
            let key = IdempotencyKey(source: source, id: name)
            if let hit = try log.lookUp([key])[0] { found.append((source, hit.position)) }
        }
        if found.count > 1 {
            throw LedgerError(
                .invalid,
                "“\(name)” exists in several sources ("
                    + found.map(\.source).joined(separator: ", ") + ")", remedy: .nameSource)
        }
        if let hit = found.first { return hit.position }
        if response.source == nil, let position = Position(name) {
            let event = try log.withEvent(position) { $0.name }
            if event == .responseRecorded { return position }
            if let event {
                throw LedgerError(
                    .notFound,
                    "position \(position) holds “\(event.rawValue)”, which is not a response")
            }
        }
        throw LedgerError(
            .notFound,
            "no response “\(name)” is recorded"
                + (response.source.map { " for source “\($0)”" } ?? "")
                + "; give the source's id of it, or its position")
    }

    /// Sources that ever stated a mapping.
    private func sources() throws -> [String] {
        var sources: Set<String> = []
        try log.forEachEvent(in: 0..<Position.max, named: [.mappingEdited]) { event in
            sources.insert(try MappingEdited(event).source)
            return true
        }
        return sources.sorted()
    }
}
