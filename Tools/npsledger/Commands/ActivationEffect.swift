import AnswerEncoding
import ArgumentParser
import Catalog
import LedgerCore
import LedgerProof
import LedgerQueries
import LedgerReplay
import LedgerStore
import NPSBySegmentProjection
import NPSLedger
import NPSStatistics
import Presentation

/// The score before and after a version became active.
enum ActivationEffect {
    /// Has a version read until nothing is unread: texts may come in meanwhile. What it read is
    /// recorded, and said.
    static func readEverything(
        _ session: OpenLedger, _ version: ModelVersion, when: String = "first"
    ) throws {
        var texts = 0
        while true {
            let classified = try ClassifyCommand.classify(session, version).classified
            guard classified > 0 else { break }
            texts += classified
        }
        guard texts > 0 else { return }
        Printer.notice(
            "model \(version) read \(Formatted.count(texts)) texts \(when); its judgements are "
                + "recorded")
    }

    /// Has a version that has just become active read what came in since it was last asked.
    ///
    /// An import that goes on asks which version is active when it ends, and lets that one read what
    /// is unread. One that asked just before the activation was recorded left its texts to the
    /// former version alone; they are in the log by now, so that nothing stays unread.
    static func readWhatCameMeanwhile(_ session: OpenLedger, _ version: ModelVersion) {
        do {
            try readEverything(session, version, when: "afterwards")
        } catch {
            // The act is recorded and counts: who was told of a failure would do it once more.
            Printer.notice(
                "what came in meanwhile is not read yet (\(error)): `npsledger classify` "
                    + "reads it")
        }
    }

    static func score(_ session: OpenLedger) throws -> NPSCounts {
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
        _ session: OpenLedger, _ printer: Printer, gate: GateEvidence? = nil
    ) throws {
        var after: NPSCounts?
        do {
            after = try score(session)
            try session.settle()
        } catch {
            Printer.notice(
                "it is recorded at position \(receipt.position) and counts, but what came of it "
                    + "cannot be told (\(error)): run `npsledger verify`")
        }
        if printer.format != .table {
            printer.record(
                [
                    ("model", .integer(version)), ("position", .integer(receipt.position)),
                    ("leafHash", .string(receipt.leafHash.description)),
                    ("npsBefore", .optional(ScoreRow.points(before.score))),
                    ("npsAfter", .optional(after.flatMap { ScoreRow.points($0.score) })),
                ] + (gate.map { [("gate", GateText.json($0))] } ?? []))
            return
        }
        func points(_ counts: NPSCounts?) -> String {
            counts?.score.map { Formatted.points($0 * 100) } ?? "—"
        }
        printer.line(
            "Position \(receipt.position): \(act) model \(version). NPS (blended) "
                + "\(points(before)) → \(points(after))")
    }
}
