import LMDB
import LedgerCore
import LedgerProof

/// Reads a whole log and checks everything that can be checked, without touching the writer.
///
/// Nothing that is stored is believed: leaves are hashed again from the entries, the tree is built
/// again from the leaves, and every index is compared with what the entries say. Who can open sealed
/// parts lets it compare the digests of keys and the numbers of respondents with them as well.
public struct LogVerifier: Sendable {
    /// Findings listed; beyond it they are only counted.
    public static let findingsMax = 100

    let log: EventLog

    /// A verifier of `log`.
    public init(_ log: EventLog) { self.log = log }

    /// What was checked and found.
    public struct Report: Sendable {
        /// Entries read.
        public internal(set) var entries: Position = 0
        /// Sealed parts that are what their entries commit to.
        public internal(set) var sealedParts = 0
        /// Sealed parts whose subject's key was destroyed: what they say is gone.
        public internal(set) var erasedParts = 0
        /// Sealed parts that were opened.
        public internal(set) var openedParts = 0
        /// Sealed parts that were to be opened, and whose key could not be had.
        public internal(set) var keylessParts = 0
        /// Responses whose key's digest was compared with what they say.
        public internal(set) var digestsCompared = 0
        /// Idempotency keys.
        public internal(set) var keys = 0
        /// Records of indexes that carry no checksum, because an older program wrote them.
        public internal(set) var uncheckedRecords = 0
        /// Root of the tree as built again.
        public internal(set) var root = MerkleHash.emptyTree
        /// What is wrong, by position, at most `findingsMax`.
        public internal(set) var findings: [LogFinding] = []
        /// How many things are wrong.
        public internal(set) var findingCount = 0
        /// Whether nothing is wrong.
        public var isSound: Bool { findingCount == 0 }

        mutating func add(
            _ check: LogFinding.Check, _ position: Position?, _ problem: String
        ) {
            add(LogFinding(check, position, problem))
        }

        mutating func add(_ finding: LogFinding) {
            findingCount += 1
            if findings.count < LogVerifier.findingsMax { findings.append(finding) }
        }
    }

    /// What a sealed part says, as far as the log keeps something of it.
    public struct SealedContent: Sendable {
        /// Whether the digest kept under the event's idempotency key is that of what is sealed; nil
        /// where that cannot be told.
        public var isDigestRight: Bool?
        /// The respondent's identifier, hashed; nil where it names none that must be bound.
        public var respondent: Hash128?

        /// What a sealed part says.
        public init(isDigestRight: Bool? = nil, respondent: Hash128? = nil) {
            self.isDigestRight = isDigestRight
            self.respondent = respondent
        }
    }

    /// What became of opening a sealed part.
    public enum Opening: Sendable {
        /// It opened, and says this.
        case opened(SealedContent)
        /// Its subject's key was destroyed.
        case erased
        /// There is no telling: the vault has no key for it, and says why when it is checked itself.
        case keyless
        /// It does not open under its subject's key.
        case damaged(String)
    }

    /// Opens the sealed part of an event where it lies, and compares with it the digest kept under
    /// the key of a recorded response, where there is one. What it throws ends the verification.
    public typealias SealedReader =
        @Sendable (
            _ event: CheckedEvent, _ sealed: UnsafeRawBufferPointer, _ subject: UInt64,
            _ digest: Hash128?
        ) throws -> Opening

    /// Checks the log as it is now.
    ///
    /// What is damaged becomes a finding and the check goes on, unless it is the structure of the
    /// file, which must be sound before anything can be read from it.
    /// - Parameters:
    ///   - workers: who reads; the result does not depend on it.
    ///   - opening: asked, once the file's structure is found sound, for what opens sealed parts;
    ///     nil where nobody can, and what only they tell is unchecked.
    ///   - progress: called now and then with entries checked and their number.
    public func verify(
        workers: Workers = .caller, opening: () throws -> SealedReader? = { nil },
        progress: (Position, Position) -> Void = { _, _ in }
    ) throws -> Report {
        do {
            try log.environment.checkPages()
        } catch let error as LMDBError {
            guard error.code == .corrupted else { throw LedgerError(error) }
            var report = Report()
            report.add(.pages, nil, error.description)
            return report
        }
        let reader = try opening()
        var check = LogCheck(schema: log.schema)
        try log.read { try check.begin($0) }
        let spans = check.spans
        var next = 0
        while next < spans.count {
            // A few spans each, so that what they found waits for little, and progress is told.
            let round = next..<min(spans.count, next + workers.count * 2)
            let context = check.context
            let checked = try workers.map(round, leastPart: 1) { part in
                try part.map { index in
                    try log.read { transaction in
                        var span = try SpanCheck(context, spans[index], reader, transaction)
                        try span.run(transaction)
                        return span.result
                    }
                }
            }
            for span in checked.joined() { check.take(span) }
            next = round.upperBound
            progress(min(check.next, check.size), check.size)
        }
        try log.read { try check.finish($0) }
        return check.report
    }
}

/// Something that is wrong with a log, and where.
public struct LogFinding: Hashable, Sendable, CustomStringConvertible {
    /// What was checked.
    public enum Check: String, Sendable {
        /// The file's own structure; nothing else is looked at where it is damaged.
        case pages
        /// Entries: gapless, well-formed, known.
        case entries
        /// Times never go backwards.
        case time
        /// Leaf hashes, tree nodes, root.
        case tree
        /// Sealed parts and their commitments.
        case sealed
        /// Idempotency keys and subjects.
        case keys
        /// The type index.
        case types
    }

    /// What was checked.
    public let check: Check
    /// The position concerned, where one is.
    public let position: Position?
    /// What is wrong.
    public let problem: String

    /// A finding.
    public init(_ check: Check, _ position: Position?, _ problem: String) {
        self.check = check
        self.position = position
        self.problem = problem
    }

    /// Position and problem.
    public var description: String {
        position.map { "position \($0): \(problem)" } ?? problem
    }
}
