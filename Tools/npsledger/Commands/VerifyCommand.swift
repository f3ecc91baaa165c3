import ArgumentParser
import Catalog
import Crypto
import Foundation
import LedgerCore
import LedgerProof
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
        let ledger = try Ledger(at: options.paths)
        defer { ledger.close() }
        let bar = ProgressBar("verifying the log", unit: "entries")
        let report = try LogVerifier(ledger.log).verify { done, total in
            bar.update(done: Int(done), total: Int(total))
        }
        bar.finish()
        var problems = report.findings.map(\.description)
        problems += try continuity(ledger)
        let (signed, opensVault) = manifest(ledger)
        problems += try models(ledger, opensVault: opensVault)
        problems += signed
        var projections: [ProjectionReport] = []
        if !logOnly, report.isSound {
            let session = try Session(ledger)
            projections = try session.catalog.all.map { try ProjectionReport($0, session) }
            problems += projections.flatMap(\.problems)
        }
        show(report, problems, projections, opensVault: opensVault)
        let count = report.findingCount - report.findings.count + problems.count
        if count > 0 {
            throw CommandFailure(
                ExitStatus.no, "\(count) \(count == 1 ? "thing is" : "things are") wrong")
        }
    }

    private func continuity(_ ledger: Ledger) throws -> [String] {
        guard let continues else { return [] }
        let parts = continues.split(separator: ":")
        guard parts.count == 2, let size = UInt64(parts[0]) else {
            throw CommandFailure(ExitStatus.usage, "--continues takes SIZE:ROOT")
        }
        guard size <= (try ledger.log.head().size) else {
            return ["the log is shorter than \(size) entries"]
        }
        let root = try ledger.log.root(at: size).description
        return root == parts[1].lowercased()
            ? [] : ["the root at size \(size) is \(root), not \(parts[1])"]
    }

    private func manifest(_ ledger: Ledger) -> (problems: [String], opensVault: Bool) {
        var problems: [String] = []
        var opensVault = true
        if let opened = try? ledger.opening(), opened.origin != ledger.manifest.origin {
            problems.append(
                "ledger.json says “\(ledger.manifest.origin)”, the log “\(opened.origin)”")
        }
        do {
            let key = try ledger.vault().signingKey.publicKey.rawRepresentation
            if key.base64EncodedString() != ledger.manifest.publicKey {
                problems.append("the public key in ledger.json is not the vault's")
            }
        } catch let error as VaultError where error.code == .keyMissing {
            // Whoever has no key may verify all the rest, and is told what was not looked at.
            Printer.notice("the vault was not opened: \(error.message)")
            opensVault = false
        } catch {
            problems.append("the vault does not open: \(error)")
        }
        return (problems, opensVault)
    }

    private func models(_ ledger: Ledger, opensVault: Bool) throws -> [String] {
        let registry = ledger.models
        return try registry.list().compactMap { model in
            do {
                _ = try registry.file(model)
                if opensVault { _ = try registry.labelledMarks(of: model) }
                return nil
            } catch let error as LedgerError {
                return error.message
            }
        }
    }

    private func show(
        _ report: LogVerifier.Report, _ problems: [String],
        _ projections: [ProjectionReport], opensVault: Bool
    ) {
        let printer = Printer(options)
        if options.format != .table {
            printer.record([
                ("sound", .bool(problems.isEmpty)), ("vaultOpened", .bool(opensVault)),
                ("size", .integer(report.entries)),
                ("root", .string(report.root.description)),
                ("sealedParts", .integer(report.sealedParts)),
                ("erasedParts", .integer(report.erasedParts)), ("keys", .integer(report.keys)),
                ("projections", .array(projections.map(\.json))),
                ("problems", .array(problems.map { .string($0) })),
            ])
            return
        }
        let style = printer.style
        let mark = report.isSound ? style.paint("sound", .good) : style.paint("damaged", .bad)
        printer.line("log          \(mark)  \(Formatted.count(report.entries)) entries")
        printer.line("root         \(report.root)")
        printer.line(
            "sealed       \(Formatted.count(report.sealedParts)) parts match their commitments, "
                + "\(Formatted.count(report.erasedParts)) erased")
        printer.line("keys         \(Formatted.count(report.keys)) idempotency keys")
        let width = projections.map(\.id.count).max() ?? 0
        for projection in projections {
            printer.line("projection   " + projection.line(style, width: width))
        }
        for problem in problems { printer.problem(problem) }
        if problems.isEmpty {
            let rest = opensVault ? "." : "; without its key, the vault was not checked."
            printer.line(style.paint("Everything matches\(rest)", .good))
        }
    }
}
