import AnswerEncoding
import ArgumentParser
import Glibc
import LedgerCore
import LedgerQueries
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
        let noted = try continues.map { try NotedRoot($0) }
        let report = try report(noted)
        let printer = Printer(options)
        if printer.format == .table {
            report.show(printer) { noteExposure() }
        } else {
            printer.record(report.fields)
        }
        let count = report.problemCount
        if count > 0 {
            throw CommandFailure(
                ExitStatus.no, "\(count) \(count == 1 ? "thing is" : "things are") wrong")
        }
    }

    private func report(_ noted: NotedRoot?) throws -> LedgerReport {
        let open: OpenLedger
        do {
            open = try Session.open(options)
        } catch let error as LedgerError where error.code == .corrupt {
            return LedgerReport(unopened: error, continues: noted)
        }
        return try open.verify(continues: noted, includesProjections: !logOnly)
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
}

extension LedgerReport {
    /// - Parameter remark: said before the limits of what was checked.
    fileprivate func show(_ printer: Printer, remark: () -> Void) {
        let findings = allFindings
        let style = printer.style
        let mark =
            log?.isSound == true ? style.paint("sound", .good) : style.paint("damaged", .bad)
        let entries = log?.content.map { Formatted.count($0.entries, of: "entry") } ?? "not read"
        printer.line("log          \(mark)  \(entries)")
        for line in lines { printer.line(line) }
        let width = projections.map(\.id.count).max() ?? 0
        for projection in projections {
            printer.line("projection   " + projection.line(style, width: width))
        }
        for finding in findings { printer.problem(finding.problem) }
        printer.muted(VerificationFinding.advice(findings, words: \.words))
        if findings.isEmpty {
            let rest =
                log?.vaultKeys != nil ? "." : "; without its key, the vault was not checked."
            printer.line(style.paint("Everything matches\(rest)", .good))
        }
        for text in unchecked { Printer.notice("not checked: \(text)") }
        remark()
        printer.muted(LedgerVerification.limits + " `--continues SIZE:ROOT` does so.")
    }
}
