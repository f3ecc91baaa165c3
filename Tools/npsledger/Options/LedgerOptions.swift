import ArgumentParser
import Foundation
import LedgerCore
import LedgerQueries
import NPSLedger
import Presentation
import Synchronization

/// Which ledger, and how results are written.
struct LedgerOptions: ParsableArguments {
    @OptionGroup var place: PlaceOptions

    @Option(name: .long, help: "How results are written: table, json or csv.")
    var format: OutputFormat = .table

    var ledger: String? { place.ledger }
    var guardFormulas: Bool { place.guardFormulas }
    var paths: LedgerPaths { place.paths }
}

/// Which ledger, for commands that have a format of their own.
struct PlaceOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The ledger's directory (else $NPSLEDGER_DIR, else ./ledger-data).", valueName: "dir"))
    var ledger: String?

    @Flag(
        inversion: .prefixedNo,
        help: "Put ' before CSV fields that a spreadsheet would run as a formula.")
    var guardFormulas = true

    /// Every command with a ledger comes by here, whichever way it opens it.
    func validate() throws {
        let environment = ProcessInfo.processInfo.environment
        Self.named.withLock { $0 = ledger }
        // An empty name is a variable of a script that was never set. Taken for a name it would be
        // the root of the file system.
        let directory =
            ledger.map { ("--ledger", $0) } ?? ("NPSLEDGER_DIR", environment["NPSLEDGER_DIR"])
        for (name, value) in [directory, ("NPSLEDGER_KEY_FILE", environment["NPSLEDGER_KEY_FILE"])]
        where value?.isEmpty == true {
            throw ValidationError("\(name) is empty: name a path, or leave it out.")
        }
        let key = paths.masterKey
        if let exposure = paths.masterKeyExposure,
            !Self.isNoticed.exchange(true, ordering: .relaxed)
        {
            Printer.notice(
                "\(exposure): the master key \(key) opens every text. Make it yours alone: "
                    + "chmod 600 \(key)")
        }
    }

    /// The ledger that the command line names, which commands that help name, too.
    private static let named = Mutex<String?>(nil)

    static func addressed(_ text: String) -> String {
        guard let ledger = named.withLock({ $0 }) else { return text }
        return ShellCommand.adding(
            ("--ledger", ledger), to: text, of: "npsledger", but: ["simulate", "help", "init"])
    }

    /// The parser may ask more than once.
    private static let isNoticed = Atomic(false)

    var paths: LedgerPaths {
        let environment = ProcessInfo.processInfo.environment
        return LedgerPaths(
            directory: ledger ?? environment["NPSLEDGER_DIR"] ?? "./ledger-data",
            masterKey: environment["NPSLEDGER_KEY_FILE"])
    }
}

/// How results are written.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case table
    case json
    case csv
}

/// Whether the clock of this machine is believed, for whoever records.
struct ClockOptions: ParsableArguments {
    @Flag(
        name: .long,
        help: "Record although the clock is far ahead of the last event: it is right.")
    var acceptClock = false
}

/// Who records, and by which clock.
struct AuthorOptions: ParsableArguments {
    @OptionGroup var actor: ActorOptions
    @OptionGroup var clock: ClockOptions

    func resolved() throws -> Actor { try actor.resolved() }
}

/// Who acts and why.
struct ActOptions: ParsableArguments {
    @Option(
        name: .long,
        help: "Why; recorded with the act, sealed, and shown by `audit`.")
    var reason: String

    @OptionGroup var actor: AuthorOptions
}

/// Who acts.
struct ActorOptions: ParsableArguments {
    @Option(
        name: .long,
        help: "Who acts, as it is recorded (else $NPSLEDGER_ACTOR, else the user's name).")
    var actor: String?

    /// Some commands ask twice.
    private static let isNoticed = Atomic(false)

    func resolved() throws -> Actor {
        let name =
            actor ?? ProcessInfo.processInfo.environment["NPSLEDGER_ACTOR"] ?? NSUserName()
        guard let actor = Actor(name) else {
            throw CommandFailure(
                ExitStatus.usage,
                "“\(name)” cannot be recorded as an actor: 1 to \(Actor.nameBytesMax) bytes "
                    + "without control characters; give --actor NAME")
        }
        if AddressesInClear.isHeld(in: name), !Self.isNoticed.exchange(true, ordering: .relaxed) {
            Printer.notice(
                "the actor is an e-mail address, which is recorded in clear with each act and "
                    + "cannot be erased; give another name with --actor or NPSLEDGER_ACTOR")
        }
        return actor
    }
}

/// Why somebody acts, as an option gives it.
enum ReasonText {
    /// Refuses what the log would refuse, before anything is done on its account.
    static func check(_ reason: String?) throws {
        guard let trimmed = reason?.trimmingCharacters(in: .whitespacesAndNewlines) else { return }
        guard !trimmed.isEmpty else { throw ValidationError("--reason is blank: say why.") }
        guard trimmed.utf8.count <= Ledger.reasonBytesMax else {
            throw ValidationError("--reason takes at most \(Ledger.reasonBytesMax) bytes.")
        }
    }
}

/// As of when, for what depends on nothing else of a lens.
struct MomentOptions: ParsableArguments {
    @Option(
        name: .customLong("as-of"),
        help: ArgumentHelp(
            "Only what was recorded by then: a log position, or a time (RFC 3339 or a date, UTC).",
            valueName: "position|time"))
    var asOf: String?

    /// As of when.
    func moment() throws -> LensRequest.Moment { try LensOptions.moment(asOf) }
}
