import AnswerEncoding
import ArgumentParser
import LedgerOperations
import LedgerQueries
import NPSLedger
import Presentation

/// `model shadow`: a version reads, and counts for nothing.
struct ModelShadowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shadow",
        abstract: "Have a version read along without changing what counts.",
        usage: """
            npsledger model shadow VERSION [--once | --share PERCENT] [options]
            npsledger model shadow VERSION --stop [options]
            """,
        discussion: """
            The version reads every text there is, and from here on every text that comes in, \
            beside the active one. That is recorded. Activating a version ends its shadow; a \
            rollback does not bring it back.

            --share has it read only that share of what comes in, drawn by the response's key, and \
            nothing of what there is. `npsledger model estimate` says how good it is on those.

            EXAMPLES
              npsledger model shadow 2 && npsledger compare --models 1,2 --by region
              npsledger model shadow 2 --once     only what there is
              npsledger model shadow 2 --share 10 of what comes in, a tenth
              npsledger model shadow 2 --stop     no more of what comes in
            """)
    @OptionGroup var options: LedgerOptions
    @OptionGroup var actor: AuthorOptions
    @Argument(help: "The version.") var version: UInt32

    @Flag(name: .long, help: "Read what there is, and not what comes in later.")
    var once = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Read this share of what comes in, in percent.", valueName: "percent"))
    var share: Double?

    @Flag(name: .long, help: "Stop reading what comes in; what was read is kept.")
    var stop = false

    func validate() throws {
        guard [once, stop, share != nil].count(where: { $0 }) <= 1 else {
            throw ValidationError("Give one of --once, --share and --stop.")
        }
        if let share, !(0.01...99.99).contains(share) {
            throw ValidationError("--share takes a percentage from 0.01 to 99.99.")
        }
    }

    private var kind: ShadowRequest.Kind {
        if stop { return .stop }
        if once { return .once }
        return share.map { ShadowRequest.Kind.share(UInt16(($0 * 100).rounded())) } ?? .everything
    }

    func run() throws {
        let actor = try actor.resolved()
        show(
            try Session.open(options, by: self.actor).shadow(
                ShadowRequest(version, kind, actor: actor)), Printer(options))
    }

    private func show(_ answer: ShadowAnswer, _ printer: Printer) {
        guard printer.format == .table else { return printer.record(answer.fields) }
        if let position = answer.position, stop {
            printer.line("Position \(position): model \(version) shadows no longer")
            return
        }
        if share == nil { printer.line(answer.read.sentence) }
        guard let shadow = answer.shadow else { return }
        let part =
            shadow.share == nil
            ? ""
            : ", reads \(AnswerNumber.text(ModelEncoding.share(shadow)))% of what comes in,"
        printer.sentence(
            answer.position == nil
                ? "It shadows since position \(shadow.position)\(part) and goes on"
                : "Position \(shadow.position): it shadows from here on\(part) and counts for "
                    + "nothing")
    }
}
