import Catalog
import LedgerCore
import LedgerProof
import LedgerQueries
import LedgerReplay
import LedgerStore
import NPSBySegmentProjection
import NPSLedger
import NPSStatistics

/// An act that made a version count, and the score before and after it.
public struct ActivationEffect: Hashable, Sendable {
    /// The version that counts by it.
    public let model: ModelVersion
    /// Position of the act.
    public let position: Position
    /// Its leaf hash in the Merkle tree, in lower-case hexadecimal.
    public let leafHash: String
    /// The sums before, blended, over all responses.
    public let before: NPSCounts
    /// The sums after; nil where they cannot be told, which the observer hears of.
    public let after: NPSCounts?
}

extension OpenLedger {
    /// Has a version read until nothing is unread, before it counts. What it read is recorded, and
    /// told.
    func readEverything(_ version: ModelVersion) throws {
        let texts = try classifyEverything(by: version).classified
        if texts > 0 { observer.notice(.model(.readBefore(version, texts: texts))) }
    }

    /// The sums of all responses as they count now.
    func currentScore() throws -> NPSCounts {
        try refresh(catalog.npsBySegment)
        return try catalog.npsBySegment.read { state, build in
            let lens = try resolve(LensRequest(), horizon: build.position, state)
            return try NPSBySegmentQuery(state, workers: workers).tally(lens, SegmentSelection())
                .reduce(into: .zero) { $0 = $0 + $1.tallies[0].counts }
        }
    }

    /// What an act that was recorded has changed, after the version has read what came in
    /// meanwhile.
    ///
    /// The act counts: whatever fails from here on is told and not thrown, for who was told of a
    /// failure would do it once more.
    func effect(
        of version: ModelVersion, _ receipt: Receipt, before: NPSCounts
    ) -> ActivationEffect {
        readWhatCameMeanwhile(version)
        var after: NPSCounts?
        do {
            after = try currentScore()
            try refreshAll()
        } catch {
            observer.notice(
                .model(.effectUnknown(position: receipt.position, reason: "\(error)")))
        }
        return ActivationEffect(
            model: version, position: receipt.position, leafHash: receipt.leafHash.description,
            before: before, after: after)
    }

    /// Has a version that has just become active read what came in since it was last asked.
    ///
    /// An import that goes on asks which version is active when it ends, and lets that one read what
    /// is unread. One that asked just before the activation was recorded left its texts to the
    /// former version alone; they are in the log by now, so that nothing stays unread.
    private func readWhatCameMeanwhile(_ version: ModelVersion) {
        do {
            let texts = try classifyEverything(by: version).classified
            if texts > 0 { observer.notice(.model(.readAfterwards(version, texts: texts))) }
        } catch {
            observer.notice(.model(.notReadYet(reason: "\(error)")))
        }
    }
}
