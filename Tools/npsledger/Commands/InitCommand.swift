import ArgumentParser
import Classification
import Foundation
import LedgerCore
import LedgerProof
import LedgerStore
import NPSLedger
import Presentation

/// `init`: a new ledger.
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Create a ledger.",
        usage: "npsledger init --origin NAME [options]",
        discussion: """
            Makes the directory, a master key beside it (DIR.key, or $NPSLEDGER_KEY_FILE), and \
            the first events: the ledger opened, the embedded model registered and activated as \
            version 1, the standard thresholds (passive from 7, promoter from 9).

            Keep the master key apart from the directory: without it, texts stay sealed.

            EXAMPLE
              npsledger init --origin example.com/nps --ledger ./nps
            """)

    @OptionGroup var options: LedgerOptions
    @OptionGroup var actor: AuthorOptions

    @Option(
        name: .long,
        help: "The ledger's name in checkpoints, such as example.com/nps (no spaces, no +).")
    var origin: String

    /// The first model and thresholds; whatever is there from an interrupted creation stays.
    private static func furnish(_ ledger: Ledger, _ actor: Actor) throws {
        let artefact = NGramClassifier.embeddedArtefact
        let registry = ledger.models
        let model = try registry.register(
            artefact, provenance: "embedded", actor: actor)
        if try registry.active() == nil {
            _ = try registry.activate(
                model.version, reason: "the embedded model a new ledger starts with", actor: actor)
        }
        let thresholds = ThresholdRegistry(ledger)
        if try thresholds.history().isEmpty {
            _ = try thresholds.edit(
                .standard, reason: "the standard cut-offs a new ledger starts with", actor: actor)
        }
    }

    func run() throws {
        let actor = try actor.resolved()
        let isRestored = FileManager.default.fileExists(atPath: options.paths.log + "/data.mdb")
        let ledger = try Ledger.create(
            at: options.paths, origin: origin, actor: actor,
            acceptsClock: self.actor.clock.acceptClock,
            furnish: { try Self.furnish($0, actor) })
        defer { ledger.close() }
        guard let model = try ledger.models.active() else {
            throw CommandFailure(ExitStatus.internalError, "the new ledger has no active model")
        }
        let printer = Printer(options)
        let head = try ledger.log.head()
        if isRestored {
            Printer.notice(
                "ledger.json was written again. After how many events states are put on record "
                    + "(`projection commit --every`) stood there alone: say it again, if it was set"
            )
        }
        if ledger.paths.masterKey.hasPrefix(ledger.paths.directory + "/") {
            Printer.notice(
                "the master key lies in the ledger's own directory: whoever copies that can open "
                    + "every text. Move it away, and name it with NPSLEDGER_KEY_FILE")
        }
        switch options.format {
        case .json, .csv:
            let fields: [(String, JSONValue)] = [
                ("ledger", .string(ledger.paths.directory)), ("origin", .string(origin)),
                ("masterKey", .string(ledger.paths.masterKey)),
                ("model", .integer(model.version)), ("size", .integer(head.size)),
                ("root", .string(head.root.description)),
            ]
            if options.format == .json {
                printer.json(.object(fields))
            } else {
                printer.csv(
                    fields.map(\.0),
                    [
                        [
                            ledger.paths.directory, origin, ledger.paths.masterKey,
                            "\(model.version)", "\(head.size)", head.root.description,
                        ]
                    ])
            }
        case .table:
            printer.line(
                (isRestored ? "Completed the ledger" : "Created the ledger")
                    + " \(origin) in \(ledger.paths.directory)")
            printer.line("  model 1      \(model.registration.kind), \(model.digest.prefix(16))…")
            printer.line("  thresholds 1 passive from 7, promoter from 9")
            printer.line("  master key   \(ledger.paths.masterKey)")
            printer.muted("Keep the master key apart from the directory; texts are sealed with it.")
        }
    }
}
