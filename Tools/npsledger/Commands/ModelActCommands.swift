import ArgumentParser
import Catalog
import LedgerCore
import LedgerProof
import LedgerReplay
import LedgerStore
import NPSBySegmentProjection
import NPSLedger
import NPSStatistics
import Presentation

/// `model activate`
struct ModelActivateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activate", abstract: "Make a version's judgements count.",
        usage: "npsledger model activate VERSION --reason WHY [options]",
        discussion: """
            What the version has not read is read first, so that the score is complete at once.

            EXAMPLE
              npsledger model activate 2 --reason "agrees better with stated scores"
            """)
    @OptionGroup var options: LedgerOptions
    @OptionGroup var act: ActOptions
    @Argument(help: "The version.") var version: UInt32

    func run() throws {
        let actor = try act.actor.resolved()
        let session = try Session(options)
        defer { session.ledger.close() }
        let registry = ModelRegistry(session.ledger)
        guard try registry.active()?.version != version else {
            throw CommandFailure(ExitStatus.no, "model \(version) is active already")
        }
        try ActivationEffect.readEverything(session, version)
        let before = try ActivationEffect.score(session)
        let receipt = try registry.activate(version, reason: act.reason, actor: actor)
        try ActivationEffect.show(
            "activated", version, receipt, before, session, Printer(options))
    }
}

/// The score before and after a version became active.
enum ActivationEffect {
    /// Has a version read until nothing is unread: texts may come in meanwhile.
    static func readEverything(_ session: Session, _ version: ModelVersion) throws {
        while try ClassifyCommand.classify(session, version).classified > 0 {}
    }

    static func score(_ session: Session) throws -> NPSCounts {
        try session.catchUp(session.catalog.npsBySegment)
        return try session.catalog.npsBySegment.read { state, _ in
            let lens = try session.resolve(LensOptions.defaults(), state)
            return try NPSBySegmentQuery(state, workers: Session.workers).tally(
                lens, SegmentSelection()
            )
            .reduce(into: .zero) { $0 = $0 + $1.tallies[0].counts }
        }
    }

    static func show(
        _ act: String, _ version: ModelVersion, _ receipt: Receipt, _ before: NPSCounts,
        _ session: Session, _ printer: Printer
    ) throws {
        let after = try score(session)
        try session.settle()
        if printer.format != .table {
            printer.json([
                "model": .integer(version), "position": .integer(receipt.position),
                "leafHash": .string(receipt.leafHash.description),
                "npsBefore": .optional(ScoreRow.points(before.score)),
                "npsAfter": .optional(ScoreRow.points(after.score)),
            ])
            return
        }
        func points(_ counts: NPSCounts) -> String {
            counts.score.map { Formatted.points($0 * 100) } ?? "—"
        }
        printer.line(
            "Position \(receipt.position): \(act) model \(version). NPS (blended) "
                + "\(points(before)) → \(points(after))")
    }
}
