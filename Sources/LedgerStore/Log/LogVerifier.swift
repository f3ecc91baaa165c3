import LMDB
import LedgerCore
import LedgerProof

/// Reads a whole log and checks everything that can be checked, without touching the writer.
///
/// Nothing that is stored is believed: leaves are hashed again from the entries, the tree is built
/// again from the leaves, and every index is compared with what the entries say.
public struct LogVerifier {
    /// Findings listed; beyond it they are only counted.
    public static let findingsMax = 100

    let log: EventLog

    /// A verifier of `log`.
    public init(_ log: EventLog) { self.log = log }

    /// What was checked and found.
    public struct Report: Sendable {
        /// Entries read.
        public internal(set) var entries: Position = 0
        /// Sealed parts compared with their commitments.
        public internal(set) var sealedParts = 0
        /// Sealed parts that are gone; allowed, for that is what erasure does.
        public internal(set) var erasedParts = 0
        /// Idempotency keys.
        public internal(set) var keys = 0
        /// Root of the tree as built again.
        public internal(set) var root = MerkleHash.emptyTree
        /// What is wrong, at most `findingsMax`.
        public internal(set) var findings: [LogFinding] = []
        /// How many things are wrong.
        public internal(set) var findingCount = 0
        /// Whether nothing is wrong.
        public var isSound: Bool { findingCount == 0 }

        mutating func add(
            _ check: LogFinding.Check, _ position: Position?, _ problem: String
        ) {
            findingCount += 1
            if findings.count < LogVerifier.findingsMax {
                findings.append(LogFinding(check, position, problem))
            }
        }
    }

    /// Checks the log as it is now.
    ///
    /// What is damaged becomes a finding and the check goes on, unless it is the structure of the
    /// file, which must be sound before anything can be read from it.
    /// - Parameter progress: called now and then with entries checked and their number.
    public func verify(progress: (Position, Position) -> Void = { _, _ in }) throws -> Report {
        do {
            try log.environment.checkPages()
        } catch let error as LMDBError {
            guard error.code == .corrupted else { throw LedgerError(error) }
            var report = Report()
            report.add(.pages, nil, error.description)
            return report
        }
        return try log.read { transaction in
            var check = LogCheck(schema: log.schema)
            try check.run(progress, transaction)
            return check.report
        }
    }
}
