import LedgerCore
import LedgerProof
import LedgerStore
import LedgerVault
import NPSLedger

/// The root of a log as it was noted elsewhere.
public struct NotedRoot: Hashable, Sendable {
    /// Entries that the log had.
    public let size: Position
    /// The root in hexadecimal, in lower case.
    public let root: String

    private static let rootDigits = 64
    /// Up to so many digits differ where one root was copied wrongly: two roots that have nothing to
    /// do with each other agree in 56 of 64 digits with a chance of 10⁻⁵⁷.
    static let miscopiedDigitsMax = 8

    /// Reads `SIZE:ROOT`.
    ///
    /// - Throws: `LedgerError` with code `invalid`.
    public init(_ text: String) throws(LedgerError) {
        let parts = text.split(separator: ":")
        guard parts.count == 2, let size = Position(parts[0]), parts[1].count == Self.rootDigits,
            parts[1].allSatisfy(\.isHexDigit)
        else {
            throw LedgerError(
                .invalid,
                "“\(text)” is no noted root: that is SIZE:ROOT, a number of entries and "
                    + "\(Self.rootDigits) hexadecimal digits, as a verification gives them")
        }
        self.size = size
        root = parts[1].lowercased()
    }
}

/// What came of checking a whole ledger.
public struct LedgerReport: Sendable {
    /// What was found out about a log that could be read.
    public struct Log: Sendable {
        /// What was read of a log.
        public struct Content: Sendable {
            /// Entries read.
            public let entries: Position
            /// Root of the tree as built again, in hexadecimal.
            public let root: String
            /// Sealed parts that are what their entries commit to.
            public let sealedParts: Int
            /// Sealed parts whose key was destroyed.
            public let erasedParts: Int
            /// Sealed parts that were opened.
            public let openedParts: Int
            /// Idempotency keys.
            public let keys: Int
            /// Responses whose key's digest was compared with what they say.
            public let digestsCompared: Int
        }

        /// Whether nothing is wrong with it.
        public let isSound: Bool
        /// What was read of it; nil where its file is damaged, so that no entry was looked at.
        public let content: Content?
        /// Entries read; nil where none was.
        public var entries: Position? { content?.entries }
        /// Root of the tree as built again, in hexadecimal; nil where none was.
        public var root: String? { content?.root }
        /// Keys of the vault that open; nil where the vault was not opened.
        public let vaultKeys: Int?
    }

    /// Whether the log continues the one that a root was noted of.
    public struct Continuity: Sendable {
        /// What was noted.
        public let noted: NotedRoot
        /// Whether it does; nil where it cannot be told.
        public package(set) var holds: Bool?
    }

    /// The log and the vault; nil where the log does not open.
    public let log: Log?
    /// What is wrong, projections aside.
    public package(set) var findings: [VerificationFinding]
    /// How many more things are wrong with the log than are listed.
    public let unlisted: Int
    /// What was not looked at, and why.
    public package(set) var unchecked: [String]
    /// Each projection, held against the log; none where they were left out.
    public package(set) var projections: [ProjectionReport] = []
    /// Whether the log continues a root; nil where none was given.
    public package(set) var continuity: Continuity?

    /// How many things are wrong.
    public var problemCount: Int {
        unlisted + findings.count + projections.reduce(0) { $0 + $1.findings.count }
    }

    /// The report on a ledger whose log does not open.
    public init(unopened error: LedgerError, continues noted: NotedRoot? = nil) {
        continuity = noted.map { Continuity(noted: $0) }
        log = nil
        unlisted = 0
        findings = [
            VerificationFinding(
                part: "log", check: "opening", problem: error.message,
                affects: "nothing of it can be read, and no question can be answered",
                remedy: "Keep these files, and restore a backup of log and vault")
        ]
        unchecked = ["everything: the log does not open"]
    }

    init(_ verification: LedgerVerification) {
        let found = verification.log
        let isRead = !found.findings.contains { $0.check == .pages }
        log = Log(
            isSound: found.isSound,
            content: isRead
                ? Log.Content(
                    entries: found.entries, root: found.root.description,
                    sealedParts: found.sealedParts, erasedParts: found.erasedParts,
                    openedParts: found.openedParts, keys: found.keys,
                    digestsCompared: found.digestsCompared) : nil,
            vaultKeys: verification.vault?.keys)
        findings = verification.findings
        unlisted = verification.unlisted
        unchecked = verification.unchecked
    }
}

extension OpenLedger {
    /// Checks entries, tree, commitments, indexes, keys, models and projections; nothing that is
    /// stored is believed.
    ///
    /// - Parameters:
    ///   - noted: a root noted elsewhere, which the log has to continue.
    ///   - includesProjections: whether projections are held against the log, where that is sound.
    public func verify(
        continues noted: NotedRoot? = nil, includesProjections: Bool = true,
        for viewer: Viewer = .everything
    ) throws -> LedgerReport {
        let verification = try verifyLog()
        var report = LedgerReport(verification)
        if let noted { try compare(&report, with: noted) }
        guard includesProjections else { return report }
        if verification.log.isSound {
            report.projections = try verifyProjections(for: viewer)
        } else {
            report.unchecked.append(
                "projections were not compared: a log that is not sound has nothing to say of "
                    + "them, and a rebuild would repeat what is wrong in it")
        }
        return report
    }

    /// Says whether the log continues the one that a root was noted of.
    private func compare(_ report: inout LedgerReport, with noted: NotedRoot) throws {
        report.continuity = LedgerReport.Continuity(noted: noted)
        let question = "whether the log continues that of \(noted.size) entries"
        guard report.log?.content != nil else { return report.unchecked.append(question) }
        do {
            let broken = try discontinuity(from: noted)
            report.continuity?.holds = broken == nil
            if let broken { report.findings.append(broken) }
        } catch let error as LedgerError where error.code == .corrupt {
            report.unchecked.append("\(question): \(error.message)")
        }
    }

    private func verifyLog() throws -> LedgerVerification {
        let work = observer.begin(.verifyingLog)
        defer { work.finish() }
        return try LedgerVerification(
            of: ledger, models: models, workers: workers
        ) { done, total in
            work.update(done: done, total: total)
        }
    }

    private func discontinuity(from noted: NotedRoot) throws -> VerificationFinding? {
        let problem: String
        if noted.size > (try log.head().size) {
            problem = "the log is shorter than \(noted.size) entries"
        } else {
            let root = try log.root(at: noted.size).description
            guard root != noted.root else { return nil }
            problem = "the root at size \(noted.size) is \(root), not \(noted.root)"
            let differing = zip(root, noted.root).count { $0 != $1 }
            if differing <= NotedRoot.miscopiedDigitsMax {
                return VerificationFinding(
                    part: "log", check: "continues", problem: problem,
                    affects:
                        "it cannot be told whether this is the history that the root was noted of",
                    remedy:
                        "The two differ in \(differing) of 64 digits, and roots of two histories "
                        + "in about 60: it was probably copied wrongly. Compare it with where it "
                        + "was noted, and ask again")
            }
        }
        return VerificationFinding(
            part: "log", check: "continues", problem: problem,
            affects:
                "this is not the history that the root was noted of, and none of its answers is",
            remedy: "Find out which of the two is the true one before anything is written or "
                + "rebuilt")
    }
}
