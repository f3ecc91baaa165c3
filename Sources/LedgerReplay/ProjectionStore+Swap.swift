import LMDB
import LedgerCore
import LedgerStore

extension ProjectionStore {
    /// Makes the kept build live again, in one commit; the one that was live is kept.
    ///
    /// It is caught up first, beside the live one, so that nobody sees the past. Which build is to
    /// take which one's place is decided once: of two swaps at the same time one is refused, for
    /// together they would leave everything as it was.
    /// - Parameters:
    ///   - threads: how many read the log.
    ///   - progress: called after each commit of catching up with position and target.
    /// - Throws: `LedgerError`; with code `refused` where there is no kept build, or none that this
    ///   program can fold on, or another process made a build live meanwhile.
    public func swapBack(
        with log: EventLog, threads: Int = 1, progress: ((Position, Position) throws -> Void)? = nil
    ) throws -> SwapOutcome {
        try requireKept()
        try checkPages()
        do {
            let ground = try transact { transaction in
                try checkKept(log, transaction)
                return (
                    live: try liveIndex(transaction), generation: try generation(transaction)
                )
            }
            while true {
                _ = try fold(1 - ground.live, log, to: nil, threads: threads, progress)
                if let outcome = try swapBack(ground.live, ground.generation, log) {
                    return outcome
                }
            }
        } catch let error as LMDBError {
            throw LedgerError(error)
        }
    }

    /// Whether `swapBack` would make the build beside the live one live.
    public func canSwapBack(with log: EventLog) throws -> Bool {
        do {
            try transact { transaction in try checkKept(log, transaction) }
            return true
        } catch let error as LedgerError where error.code == .refused {
            return false
        }
    }

    /// Refuses where the build beside the live one cannot take its place.
    private func checkKept(
        _ log: EventLog, _ transaction: borrowing some ReadableTransaction & ~Copyable
    ) throws {
        let id = P.descriptor.id
        let kept = 1 - (try liveIndex(transaction))
        guard try transaction.value(tables.meta, bytes: StateTables.rebuildKey) != [UInt8(kept)]
        else {
            throw LedgerError(
                .refused,
                "the build beside the live one of \(id) is unfinished; a rebuild goes on with it",
                remedy: .rebuild(projection: id))
        }
        let record = try self.record(kept, transaction)
        guard record.position > 0 else {
            throw LedgerError(.refused, "\(id) has no kept build: a rebuild leaves one")
        }
        guard record.version == P.descriptor.version else {
            throw LedgerError(
                .refused,
                "the kept build of \(id) has layout \(record.version), this program "
                    + "writes \(P.descriptor.version): it cannot be folded on")
        }
        guard record.layout == BuildRecord.layoutNewest else {
            throw LedgerError(
                .refused,
                "the kept build of \(id) was written by an older program, without checksums")
        }
        guard try isOf(log, record) else {
            throw LedgerError(.refused, "the kept build of \(id) was folded from another log")
        }
    }

    /// Swaps; nil, and nothing done, where another process has folded the live build further.
    private func swapBack(
        _ live: Int, _ generation: UInt64, _ log: EventLog
    ) throws -> SwapOutcome? {
        try environment.write { transaction in
            guard try self.generation(transaction) == generation else {
                throw LedgerError(
                    .refused,
                    "another process made a build of \(P.descriptor.id) live meanwhile",
                    remedy: .listProjections)
            }
            try checkKept(log, transaction)
            let former = try record(live, transaction)
            let kept = try record(1 - live, transaction)
            let isFormerOurs = try isOf(log, former)
            guard !isFormerOurs || kept.position >= former.position else { return nil }
            let isComparable = isFormerOurs && kept.position == former.position
            let digest = try StateDigest.compute(state(1 - live, transaction))
            let formerDigest =
                isComparable
                ? try StateDigest.compute(state(live, transaction)) : nil
            try point(to: 1 - live, transaction)
            return SwapOutcome(
                former: former, live: kept, formerDigest: formerDigest, liveDigest: digest)
        }
    }
}

/// What a swap back to the kept build did.
public struct SwapOutcome: Hashable, Sendable {
    /// The build that was live and is kept now.
    public let former: BuildRecord
    /// The build that is live now.
    public let live: BuildRecord
    /// Digest of the build that was live, where both had come equally far and can be compared.
    public let formerDigest: [UInt8]?
    /// Digest of the build that is live now.
    public let liveDigest: [UInt8]
}
