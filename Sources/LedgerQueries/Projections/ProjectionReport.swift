import Catalog
import LedgerCore
import LedgerReplay
import LedgerStore
import NPSLedger

/// What came of holding one projection against the log.
public struct ProjectionReport: Sendable {
    /// Whether the live state is what the log gives.
    public enum Result: String, Sendable {
        /// It is.
        case equal
        /// It is not.
        case different
        /// It cannot be read.
        case damaged
    }

    /// Something that is wrong.
    public struct Finding: Hashable, Sendable {
        /// What was wrong with it.
        public enum Kind: Sendable {
            /// The state's own bytes.
            case damage
            /// The state has seen events that the log has not.
            case witness
            /// The state or a digest on record is not what the log gives.
            case difference
        }

        /// What was checked, by its stable name.
        public let check: String
        /// What is wrong with it.
        public let kind: Kind
        /// The event concerned, where one is.
        public let position: Position?
        /// When that was recorded.
        public let since: Microseconds?
        /// What is wrong, in words.
        public let problem: String
    }

    /// The projection's id.
    public let id: String
    /// Version of the projection.
    public let version: UInt32
    /// Whether the live state is what the log gives.
    public let result: Result
    /// How far the live state had come.
    public let position: Position
    /// Digest of the live state; nil where it was not read.
    public let digest: [UInt8]?
    /// Digest of the replay up to the same position; nil where there was none.
    public let replayed: [UInt8]?
    /// The first event about which the two differ; nil where they do not, or it cannot be told.
    public let divergesAt: Position?
    /// Digests on record that the replay gives.
    public let matching: Int
    /// Digests on record that it does not give.
    public let differing: Int
    /// Digests on record of another version of the projection.
    public let notComparable: Int
    /// What is wrong.
    public let findings: [Finding]

    init(_ verification: ProjectionVerification, _ log: EventLog) {
        id = verification.id
        version = verification.version
        position = verification.position
        digest = verification.digest
        replayed = verification.replayed
        divergesAt = verification.divergence?.position
        matching = verification.count { $0 == .equal }
        notComparable = verification.count { $0 == .notComparable }
        differing = verification.commitments.count - matching - notComparable
        findings = verification.findings.map { Finding($0, log) }
        let isAsLogged =
            verification.divergence == nil && !findings.contains { $0.kind == .witness }
        result = verification.isDamaged ? .damaged : isAsLogged ? .equal : .different
    }
}

extension ProjectionReport.Finding {
    init(_ finding: ProjectionFinding, _ log: EventLog) {
        check = finding.check.rawValue
        kind =
            switch finding.check {
            case .pages, .state: .damage
            case .witness: .witness
            case .replay, .commitment: .difference
            }
        position = finding.position
        since = finding.position.flatMap { position in
            (try? log.withEvent(position) { $0.recordedAt }) ?? nil
        }
        problem = finding.problem
    }
}

extension OpenLedger {
    /// Replays the log and compares with live states and digests on record.
    ///
    /// - Parameter names: which projections; all where none is named.
    /// - Throws: `LedgerError` with code `not-found` for a name that none has.
    public func verifyProjections(
        _ names: [String] = [], for viewer: Viewer = .everything
    ) throws -> [ProjectionReport] {
        try projections(named: names).map { try report(on: $0) }
    }

    /// Brings a projection up to date and verifies it. What is wrong with its state becomes a
    /// finding, also where the state cannot even be folded on.
    private func report(on projection: any CatalogedProjection) throws -> ProjectionReport {
        var trouble: ProjectionFinding?
        if try !isDamaged(projection) {
            do {
                try refresh(projection)
            } catch let damage as any StateDamage {
                trouble = ProjectionFinding(.state, nil, "\(damage)")
            }
        }
        let work = observer.begin(.replaying(projection: projection.descriptor.id))
        defer { work.finish() }
        var verification = try projection.verify(with: log, threads: threads) { done, total in
            work.update(done: done, total: total)
        }
        if let trouble { verification.add(trouble) }
        return ProjectionReport(verification, log)
    }

    private func isDamaged(_ projection: any CatalogedProjection) throws -> Bool {
        do {
            try projection.checkPages()
            return false
        } catch let error as LedgerError where error.code == .corrupt {
            return true
        }
    }
}
