import Foundation
import LedgerCore
import LedgerStore
import LedgerVault

/// The check of a ledger from its entries up: log, vault, manifest and models. Projections are held
/// against the log by their own verification, and only once the log is sound.
public struct LedgerVerification: Sendable {
    /// What was found out about the log.
    public let log: LogVerifier.Report
    /// What was found out about the vault; nil where it was not opened.
    public let vault: Vault.Report?
    /// What is wrong.
    public private(set) var findings: [VerificationFinding] = []
    /// How many more things are wrong than are listed.
    public let unlisted: Int
    /// What was not looked at, and why.
    public private(set) var unchecked: [String] = []

    /// What this verification cannot see, in a sentence.
    public static let limits =
        "Whoever can write the files, and has no key, can still put a shorter or another history in "
        + "their place that agrees with itself: compare the root with one noted elsewhere "
        + "(--continues SIZE:ROOT)."

    /// Checks a ledger.
    ///
    /// - Parameters:
    ///   - registry: the ledger's models.
    ///   - workers: who reads the log.
    ///   - progress: called now and then with entries checked and their number.
    public init(
        of ledger: Ledger, models registry: ModelRegistry, workers: Workers,
        progress: (Position, Position) -> Void = { _, _ in }
    ) throws {
        var (vault, vaultFinding) = (Vault?.none, VerificationFinding?.none)
        do {
            vault = try ledger.vault()
        } catch let error as VaultError where error.code == .keyMissing {
            unchecked.append(
                "without the master key the vault was not opened: keys, sealed texts, and the digests "
                    + "of rows and respondents were not checked")
        } catch {
            vaultFinding = Self.finding(ofVault: "the vault does not open: \(error)")
        }
        log = try LogVerifier(ledger.log).verify(
            workers: workers, opening: vault.map(Self.reader), progress: progress)
        unlisted = log.findingCount - log.findings.count
        self.vault = try vault?.check()
        findings += log.findings.map { Self.finding($0, in: ledger) }
        if let vaultFinding { findings.append(vaultFinding) }
        for found in self.vault?.findings ?? [] {
            findings.append(Self.finding(ofVault: found.problem))
        }
        try checkParts(of: ledger, vault)
        try checkModels(registry, opensVault: vault != nil)
        if log.uncheckedRecords > 0 {
            unchecked.append(
                "\(log.uncheckedRecords) records of indexes were written by an older program and have "
                    + "no checksum; keys of responses among them were compared with the entries")
        }
        if FileManager.default.fileExists(atPath: ledger.paths.embeddings) {
            unchecked.append(
                "embeddings are sealed page by page, and are checked when they are read")
        }
    }

    /// Opens sealed parts, and compares what the log keeps of them.
    private static func reader(_ vault: Vault) -> LogVerifier.SealedReader {
        { event, fields, sealed, digest in
            guard let data = try vault.open(sealed) else { return nil }
            guard event.name == .responseRecorded else { return LogVerifier.SealedContent() }
            var content = LogVerifier.SealedContent(
                respondent: data.respondent.map { vault.pseudonym(of: $0) })
            guard let digest, var recorded = try? ResponseRecorded(fields: fields) else {
                return content
            }
            recorded.excluded = nil
            let identity = recorded.identityBytes
            // Whether the file stated the time is not recorded.
            content.isDigestRight = [event.occurredAt, nil].contains { time in
                digest
                    == vault.digest(
                        PreparedRow.content(
                            identity: identity, text: data.text, respondent: data.respondent,
                            time: time))
            }
            return content
        }
    }

    private mutating func checkParts(of ledger: Ledger, _ vault: Vault?) throws {
        guard log.isSound else { return }
        var mismatches = [try ledger.manifestMismatch()]
        if let vault, self.vault?.findings.isEmpty == true {
            mismatches.append(try ledger.vaultMismatch(vault, try ledger.log.subjectsUsed()))
        }
        for mismatch in mismatches.compactMap(\.self) {
            findings.append(
                VerificationFinding(
                    part: mismatch.part.rawValue, check: "parts", problem: mismatch.problem,
                    affects: mismatch.effect, remedy: mismatch.remedy))
        }
    }

    private mutating func checkModels(_ registry: ModelRegistry, opensVault: Bool) throws {
        guard log.isSound else { return }
        for model in try registry.list() {
            do {
                _ = try registry.file(model)
                if opensVault { _ = try registry.labelledMarks(of: model) }
            } catch let error as LedgerError {
                findings.append(
                    VerificationFinding(
                        part: "models", check: "models", position: model.position,
                        since: model.registeredAt, problem: error.message,
                        affects:
                            "model \(model.version) can read no further text; what it has read "
                            + "stands in the log",
                        remedy: "Put the file back from a backup; its digest tells the right one"))
            }
        }
    }

    private static func finding(ofVault problem: String) -> VerificationFinding {
        VerificationFinding(
            part: "vault", check: "vault", problem: problem,
            affects: "texts, respondents and source rows of the subjects concerned do not open; "
                + "scores do not depend on them",
            remedy:
                "Restore the vault from a backup at least as new as the log; keys are made once "
                + "and cannot be made again")
    }

    private static func finding(_ found: LogFinding, in ledger: Ledger) -> VerificationFinding {
        let (affects, remedy) = consequence(of: found.check)
        let since = found.position.flatMap { position in
            (try? ledger.log.withEvent(position) { $0.recordedAt }) ?? nil
        }
        return VerificationFinding(
            part: "log", check: found.check.rawValue, position: found.position, since: since,
            problem: found.description, affects: affects, remedy: remedy)
    }

    private static func consequence(of check: LogFinding.Check) -> (String, String) {
        let restore = "Stop writing, keep these files, and restore a backup; compare roots"
        return switch check {
        case .pages: ("nothing that the log says can be relied on", restore)
        case .entries, .tree:
            ("scores, lineage and proofs of this position and of all after it", restore)
        case .time: ("what is asked as of a time", restore)
        case .sealed: ("the text and the respondent of this position, not its score", restore)
        case .keys:
            (
                "whether a row that comes again is recognised, and whose answers are one person's",
                "Import nothing, and restore a backup of the log"
            )
        case .types: ("what is found by its type, such as acts, models and thresholds", restore)
        }
    }
}
