import ArgumentParser
import Catalog
import Glibc
import LedgerCore
import LedgerProof
import LedgerQueries
import LedgerStore
import LedgerVault
import NPSLedger
import Presentation

/// `verify`: everything.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check entries, tree, commitments, indexes, models and projections.",
        usage: "npsledger verify [--log-only] [--continues SIZE:ROOT] [options]",
        discussion: """
            Nothing that is stored is believed: leaves are hashed again from the entries, the \
            tree is built again, projections are replayed. Exit status 1 names what is wrong and \
            at which position.

            EXAMPLE
              npsledger verify
            """)

    @OptionGroup var options: LedgerOptions

    @Flag(name: .long, help: "Leave out the projections; they can always be rebuilt.")
    var logOnly = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Also check that the log continues the one with this root, as SIZE:ROOT.",
            valueName: "size:root"))
    var continues: String?

    func run() throws {
        let noted = try continues.map { try Self.notedRoot($0) }
        let ledger: Ledger
        do {
            ledger = try Ledger(at: options.paths)
        } catch let error as LedgerError where error.code == .corrupt {
            return try show(unopened: error.message)
        }
        defer { ledger.close() }
        let bar = ProgressBar("verifying the log", unit: "entries")
        let report = try LedgerVerification(
            of: ledger, models: ledger.models, workers: Session.workers
        ) { done, total in
            bar.update(done: Int(done), total: Int(total))
        }
        bar.finish()
        var findings = report.findings
        var unchecked = report.unchecked
        if let noted, report.log.findings.contains(where: { $0.check == .pages }) {
            unchecked.append("whether the log continues that of \(noted.size) entries")
        } else if let noted {
            do {
                findings += try continuity(of: ledger.log, from: noted)
            } catch let error as LedgerError where error.code == .corrupt {
                unchecked.append(
                    "whether the log continues that of \(noted.size) entries: \(error.message)")
            }
        }
        var projections: [ProjectionReport] = []
        if !logOnly, report.log.isSound {
            let session = Session.open(ledger)
            projections = try session.catalog.all.map { try ProjectionReport($0, session) }
            findings += projections.flatMap { $0.findings(in: ledger) }
        } else if !logOnly {
            unchecked.append(
                "projections were not compared: a log that is not sound has nothing to say of them, "
                    + "and a rebuild would repeat what is wrong in it")
        }
        show(report, findings, unchecked, projections)
        let count = report.unlisted + findings.count
        if count > 0 {
            throw CommandFailure(
                ExitStatus.no, "\(count) \(count == 1 ? "thing is" : "things are") wrong")
        }
    }

    /// The report on a ledger whose log does not open.
    private func show(unopened problem: String) throws {
        let finding = VerificationFinding(
            part: "log", check: "opening", problem: problem,
            affects: "every answer: nothing of it can be read",
            remedy: "Keep these files, and restore a backup of log and vault")
        let printer = Printer(options)
        if options.format == .table {
            printer.problem(finding.problem)
            for advice in VerificationFinding.advice([finding]) { printer.muted(advice) }
        } else {
            printer.record([
                ("sound", .bool(false)), ("problems", .array([.string(problem)])),
                ("findings", .array([finding.json])),
                ("unchecked", .array([.string("everything: the log does not open")])),
                ("limits", .string(LedgerVerification.limits)),
            ])
        }
        throw CommandFailure(ExitStatus.no, "1 thing is wrong")
    }

    private static func notedRoot(_ text: String) throws -> (size: Position, root: String) {
        let parts = text.split(separator: ":")
        guard parts.count == 2, let size = Position(parts[0]), parts[1].count == 64,
            parts[1].allSatisfy(\.isHexDigit)
        else {
            throw CommandFailure(
                ExitStatus.usage,
                "--continues takes SIZE:ROOT, a number of entries and 64 hexadecimal digits, as "
                    + "`verify` prints them")
        }
        return (size, parts[1].lowercased())
    }

    private func continuity(
        of log: EventLog, from noted: (size: Position, root: String)
    ) throws -> [VerificationFinding] {
        let problem: String
        if noted.size > (try log.head().size) {
            problem = "the log is shorter than \(noted.size) entries"
        } else {
            let root = try log.root(at: noted.size).description
            guard root != noted.root else { return [] }
            problem = "the root at size \(noted.size) is \(root), not \(noted.root)"
        }
        return [
            VerificationFinding(
                part: "log", check: "continues", problem: problem,
                affects: "everything: this is not the history that the root was noted of",
                remedy: "Find out which of the two is the true one before anything is written or "
                    + "rebuilt")
        ]
    }

    /// Ledgers of version 0.1.0 were made readable to everybody on the machine.
    private func noteExposure() {
        var status = stat()
        let directory = options.paths.directory
        guard stat(directory, &status) == 0, status.st_uid == geteuid(), status.st_mode & 0o77 != 0,
            stat(options.paths.log + "/data.mdb", &status) == 0, status.st_mode & 0o77 != 0
        else { return }
        Printer.notice(
            "others on this machine can read the ledger: chmod -R go-rwx \(directory) keeps them out"
        )
    }

    private func show(
        _ report: LedgerVerification, _ findings: [VerificationFinding], _ unchecked: [String],
        _ projections: [ProjectionReport]
    ) {
        let printer = Printer(options)
        let log = report.log
        if options.format != .table {
            printer.record([
                ("sound", .bool(findings.isEmpty)), ("vaultOpened", .bool(report.vault != nil)),
                ("size", .integer(log.entries)), ("root", .string(log.root.description)),
                ("sealedParts", .integer(log.sealedParts)),
                ("erasedParts", .integer(log.erasedParts)),
                ("openedParts", .integer(log.openedParts)), ("keys", .integer(log.keys)),
                ("digestsCompared", .integer(log.digestsCompared)),
                ("vaultKeys", .optional(report.vault.map(\.keys))),
                ("projections", .array(projections.map(\.json))),
                ("problems", .array(findings.map { .string($0.problem) })),
                ("findings", .array(findings.map(\.json))),
                ("unchecked", .array(unchecked.map { .string($0) })),
                ("limits", .string(LedgerVerification.limits)),
            ])
            return
        }
        let style = printer.style
        let mark = log.isSound ? style.paint("sound", .good) : style.paint("damaged", .bad)
        printer.line("log          \(mark)  \(Formatted.count(log.entries)) entries")
        printer.line("root         \(log.root)")
        printer.line(
            "sealed       \(Formatted.count(log.sealedParts)) parts match their commitments, "
                + "\(Formatted.count(log.erasedParts)) erased")
        printer.line("keys         \(Formatted.count(log.keys)) idempotency keys")
        if let vault = report.vault {
            printer.line(
                "vault        \(Formatted.count(vault.keys)) keys open, and "
                    + "\(Formatted.count(log.openedParts)) of the parts under them")
        }
        let width = projections.map(\.id.count).max() ?? 0
        for projection in projections {
            printer.line("projection   " + projection.line(style, width: width))
        }
        for finding in findings { printer.problem(finding.problem) }
        for advice in VerificationFinding.advice(findings) { printer.muted(advice) }
        if findings.isEmpty {
            let rest = report.vault != nil ? "." : "; without its key, the vault was not checked."
            printer.line(style.paint("Everything matches\(rest)", .good))
        }
        for text in unchecked { Printer.notice("not checked: \(text)") }
        noteExposure()
        printer.muted(LedgerVerification.limits)
    }
}

extension VerificationFinding {
    /// The finding for programs.
    var json: JSONValue {
        [
            "part": .string(part), "check": .string(check), "position": .optional(position),
            "since": .optional(since.map { Timestamp.format($0) }), "problem": .string(problem),
            "affects": .string(affects), "remedy": .string(remedy),
        ]
    }

    /// What the findings touch, and what to do, each said once.
    static func advice(_ findings: [VerificationFinding]) -> [String] {
        var said: Set<String> = []
        return findings.compactMap { finding in
            let since = finding.since.map { ", since \(Timestamp.format($0))" } ?? ""
            let text = "affects \(finding.affects). \(finding.remedy)."
            return said.insert(text).inserted
                ? "\(finding.part)\(since): \(text)" : nil
        }
    }
}
