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
        + "their place that agrees with itself: compare the root with one noted elsewhere."

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
            unchecked.append(Self.unopened("there is no master key at \(ledger.paths.masterKey)"))
        } catch let error as VaultError where error.code == .permission {
            unchecked.append(Self.unopened(error.message))
        } catch let error as VaultError where [.wrongKey, .keyUnreadable].contains(error.code) {
            findings.append(
                VerificationFinding(
                    part: "key", check: "vault", problem: error.message,
                    affects: "texts, respondents and source rows do not open; scores do not depend "
                        + "on them",
                    remedy:
                        "Name the right key, or put it back from where it is kept; where it is the "
                        + "right one, restore the vault from a backup at least as new as the log"))
            unchecked.append(Self.unopened("the key \(ledger.paths.masterKey) does not open it"))
        } catch let error as VaultError where error.code != .snapshotLost && error.code != .storage
        {
            vaultFinding = Self.finding(ofVault: error.message)
            unchecked.append(Self.unopened("it cannot be read"))
        }
        var mismatch: PartsMismatch?
        log = try LogVerifier(ledger.log).verify(
            workers: workers,
            opening: {
                guard let vault else { return nil }
                // Under the keys of another ledger nothing opens, and the log is not to blame.
                mismatch = try Self.mismatch { try ledger.vaultMismatch(vault) }
                return mismatch?.part == .vault ? nil : Self.reader(vault)
            }, progress: progress)
        unlisted = log.findingCount - log.findings.count
        self.vault = try vault?.check()
        findings += log.findings.map { Self.finding($0, in: ledger) }
        if log.isSound {
            findings += try KeyCheck.findings(in: ledger.log).map { Self.finding($0, in: ledger) }
        }
        if let vaultFinding { findings.append(vaultFinding) }
        for found in self.vault?.findings ?? [] {
            findings.append(Self.finding(ofVault: found.problem))
        }
        for found in [mismatch, try Self.mismatch { try ledger.manifestMismatch() }] {
            if let found { findings.append(Self.finding(found)) }
        }
        try checkManifest(ledger)
        try checkModels(registry, opensVault: vault != nil)
        listUnchecked(ledger, isVaultForeign: mismatch?.part == .vault)
    }

    /// What nobody can check without the vault's keys.
    private static func unopened(_ reason: String) -> String {
        "the vault was not opened (\(reason)): keys, sealed texts, and the digests of rows and "
            + "respondents were not checked"
    }

    /// What of a ledger was not looked at, besides what nobody asked for.
    private mutating func listUnchecked(_ ledger: Ledger, isVaultForeign: Bool) {
        if isVaultForeign {
            unchecked.append(
                "sealed parts were not opened, for the vault is not this log's; nor were the digests "
                    + "of rows and respondents compared")
        }
        if log.keylessParts > 0 {
            unchecked.append(
                "\(log.keylessParts) sealed parts were not opened: the vault has no sound key for them"
            )
        }
        if log.erasedParts > 0 {
            unchecked.append(
                "the keys of \(log.erasedParts) sealed parts were destroyed: what they said, and the "
                    + "digests of it, can be checked by nobody")
        }
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

    /// What differs, as far as a log that may be damaged tells; what is wrong with a part in itself is
    /// for the check of that part to say.
    private static func mismatch(
        _ look: () throws -> PartsMismatch?
    ) throws -> PartsMismatch? {
        do {
            return try look()
        } catch let error as LedgerError where error.code == .corrupt {
            return nil
        } catch let error as VaultError
            where [.corrupt, .keysDamaged, .wrongKey].contains(error.code)
        {
            return nil
        } catch is EntryError {
            return nil
        }
    }

    private static func finding(_ mismatch: PartsMismatch) -> VerificationFinding {
        VerificationFinding(
            part: mismatch.part.rawValue, check: "parts", problem: mismatch.problem,
            affects: mismatch.effect, remedy: mismatch.remedy)
    }

    /// Opens sealed parts, and compares what the log keeps of them.
    private static func reader(_ vault: Vault) -> LogVerifier.SealedReader {
        { event, sealed, subject, digest in
            let data: PersonalData
            do {
                guard let key = try vault.key(of: subject) else { return .erased }
                data = try Vault.open(sealed, subject: subject, key: key)
            } catch let error as VaultError where error.code == .keysDamaged {
                return .keyless
            } catch let error as VaultError where error.code == .corrupt {
                return .damaged(error.message)
            }
            guard let response = event.response else { return .opened(LogVerifier.SealedContent()) }
            var content = LogVerifier.SealedContent(
                respondent: data.respondent.map { vault.pseudonym(of: $0) })
            guard let digest else { return .opened(content) }
            // Whether the file stated the time is not recorded.
            content.isDigestRight = [event.event.occurredAt, nil].contains { time in
                var content = CBORWriter(reservingBytes: 1024)
                RowLayout.writeContent(
                    text: data.text, respondent: data.respondent, time: time, to: &content,
                    put: { $0.text($1) }, identity: { $0.encoded(response.identity) })
                return digest == vault.digest(content.bytes)
            }
            return .opened(content)
        }
    }

    private mutating func checkManifest(_ ledger: Ledger) throws {
        switch try LedgerManifest.isIntact(at: ledger.paths.manifest) {
        case true?: break
        case nil:
            unchecked.append(
                "ledger.json was written by an older program and has no checksum; what it says of the "
                    + "log and the vault was compared with them")
        case false?:
            findings.append(
                VerificationFinding(
                    part: "manifest", check: "parts",
                    problem: "ledger.json is not what was written",
                    affects: "it is not certain after how many events states are put on record by "
                        + "themselves",
                    remedy:
                        "Put it back from a backup; or, where you have changed it, say again after how "
                        + "many events states are put on record, which writes it anew"))
        }
    }

    private mutating func checkModels(_ registry: ModelRegistry, opensVault: Bool) throws {
        guard log.isSound else {
            return unchecked.append("models were not checked: a log that is not sound names them")
        }
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
        case .pages: ("no answer from this log can be relied on", restore)
        case .entries, .tree:
            (
                "scores, lineage and proofs of this position and of all after it cannot be relied on",
                restore
            )
        case .time: ("answers as of a time may be wrong", restore)
        case .sealed:
            (
                "the text and the respondent of this position cannot be relied on; its score does not "
                    + "depend on them", restore
            )
        case .keys:
            (
                "a row that comes again may not be recognised, and answers may be taken for another "
                    + "person's", "Import nothing, and restore a backup of the log"
            )
        case .types:
            (
                "what is found by its type, such as acts, models and thresholds, may be missing",
                restore
            )
        }
    }
}

/// Something that is wrong with a ledger: what, where, since when, what it touches, what to do.
public struct VerificationFinding: Sendable {
    /// The part that is wrong: `log`, `vault`, `manifest`, `models`, or a projection's id.
    public var part: String
    /// What was checked: a case of `LogFinding.Check` or `ProjectionFinding.Check`, or the part.
    public var check: String
    /// The position concerned, where one is.
    public var position: Position?
    /// When the entry there was recorded: since then what is wrong may have been believed. Nil where
    /// that cannot be told.
    public var since: Microseconds?
    /// What is wrong.
    public var problem: String
    /// What it does to answers: a clause that stands by itself.
    public var affects: String
    /// What to do.
    public var remedy: String
    /// The same as a front can word it, where the program does it.
    public var action: Remedy?

    /// A finding.
    public init(
        part: String, check: String, position: Position? = nil, since: Microseconds? = nil,
        problem: String, affects: String, remedy: String, action: Remedy? = nil
    ) {
        self.part = part
        self.check = check
        self.position = position
        self.since = since
        self.problem = problem
        self.affects = affects
        self.remedy = remedy
        self.action = action
    }
}
