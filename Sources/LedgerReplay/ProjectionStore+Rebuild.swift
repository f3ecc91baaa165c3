import LMDB
import LedgerCore
import LedgerStore

extension ProjectionStore {
    /// Builds the state anew beside the live one, compares the two at the same position, and makes
    /// the new one live. The build that was live is kept; readers see it until the swap.
    ///
    /// An interrupted rebuild leaves the live build as it was, and goes on where it stopped when it
    /// is asked for again. Others may fold or rebuild meanwhile.
    /// - Parameters:
    ///   - threads: how many read the log; the state does not depend on it.
    ///   - progress: called after each commit with position and target; what it throws ends the fold.
    /// - Returns: both digests; where they differ, the old build was wrong and is no longer live.
    ///   `old` is nil where there was none of this version, and where `unfoldable` says why the one
    ///   there was could not be folded on.
    @discardableResult
    public func rebuild(
        from log: EventLog, threads: Int = 1, progress: ((Position, Position) throws -> Void)? = nil
    ) throws -> (old: [UInt8]?, new: [UInt8], unfoldable: String?) {
        try requireKept()
        do {
            let (live, isBuilt) = try begin(log)
            var unfoldable: String?
            while true {
                // Both must have come equally far to be compared, and appends may go on.
                let target = try log.head().size
                _ = try fold(1 - live, log, to: target, threads: threads, progress)
                // A state that cannot be folded on is what a rebuild is for: it is not compared.
                if isBuilt, unfoldable == nil {
                    unfoldable = try failureToFold(live, log, target)
                }
                let compared = isBuilt && unfoldable == nil ? live : nil
                do {
                    if let digests = try swap(1 - live, from: compared, target, of: log) {
                        return (digests.old, digests.new, unfoldable)
                    }
                } catch let damage as DamagedBlock where unfoldable == nil {
                    // Not read while it was folded on, and so only found when it is compared.
                    unfoldable = damage.description
                }
            }
        } catch let error as LMDBError {
            throw LedgerError(error)
        }
    }

    /// Folds a state that is of another layout or log anew beside it, and makes the new one live.
    func replace(
        _ live: Int, _ log: EventLog, to limit: Position?, threads: Int,
        _ progress: ((Position, Position) throws -> Void)?
    ) throws -> BuildRecord {
        do {
            while true {
                let (now, _) = try begin(log)
                // Another process may have replaced it already.
                guard now == live else {
                    return try catchUp(
                        with: log, to: limit, threads: threads, progress: progress)
                }
                let record = try fold(
                    1 - live, log, to: limit, threads: threads, progress)
                let isSwapped = try environment.write { transaction in
                    guard try liveIndex(transaction) == live,
                        try self.record(1 - live, transaction) == record
                    else { return false }
                    try point(to: 1 - live, transaction)
                    return true
                }
                if isSwapped { return record }
            }
        } catch let error as LMDBError {
            throw LedgerError(error)
        }
    }

    /// Marks the build beside the live one as being made, and empties it unless that was begun
    /// before and can go on.
    private func begin(_ log: EventLog) throws -> (live: Int, isBuilt: Bool) {
        try environment.write { transaction in
            let live = try liveIndex(transaction)
            let fresh = 1 - live
            let isBegun =
                try transaction.value(tables.meta, bytes: StateTables.rebuildKey) == [UInt8(fresh)]
            if try !isBegun || !isOf(log, record(fresh, transaction)) {
                try clear(fresh, transaction)
                try transaction.put(tables.meta, bytes: StateTables.rebuildKey, [UInt8(fresh)])
            }
            let record = try self.record(live, transaction)
            return (live, try record.position > 0 && isOf(log, record))
        }
    }

    /// Makes a build the live one; whatever was being made is done.
    func point(to index: Int, _ transaction: borrowing WriteTransaction) throws {
        try transaction.put(tables.meta, bytes: StateTables.liveKey, StateTables.live(index))
        try transaction.delete(tables.meta, bytes: StateTables.rebuildKey)
        let next = try generation(transaction) &+ 1
        try transaction.put(
            tables.meta, bytes: StateTables.generationKey,
            withUnsafeBytes(of: next.bigEndian) { [UInt8]($0) })
    }

    func generation(
        _ transaction: borrowing some ReadableTransaction & ~Copyable
    ) throws -> UInt64 {
        try transaction.value(tables.meta, bytes: StateTables.generationKey)
            .map { $0.reduce(0) { $0 << 8 | UInt64($1) } } ?? 0
    }

    /// How often a build was made live. What a reader keeps of a state between questions is good
    /// only as long as this stays: another build may say otherwise at the same positions.
    public func generation() throws -> UInt64 {
        try transact { transaction in try generation(transaction) }
    }

    /// Whether the other build is one that a rebuild has not finished.
    public func isRebuilding() throws -> Bool {
        try transact { transaction in
            let fresh = UInt8(1 - (try liveIndex(transaction)))
            return try transaction.value(tables.meta, bytes: StateTables.rebuildKey) == [fresh]
        }
    }

    /// What is wrong with a state that cannot be folded on; nil where nothing is.
    ///
    /// - Throws: what has nothing to do with the state, such as a full disk or a damaged log.
    private func failureToFold(
        _ index: Int, _ log: EventLog, _ target: Position
    ) throws -> String? {
        do {
            _ = try fold(index, log, to: target, nil)
            return nil
        } catch let error as LedgerError {
            throw error
        } catch let damage as DamagedBlock {
            return damage.description
        } catch {
            return "\(error)"
        }
    }

    /// Makes a build live in one commit; nil, and nothing done, where another process has folded
    /// or emptied one of the builds since.
    func swap(
        _ fresh: Int, from live: Int?, _ target: Position, of log: EventLog? = nil
    ) throws -> (old: [UInt8]?, new: [UInt8])? {
        try environment.write { transaction in
            let record = try self.record(fresh, transaction)
            guard record.version == P.descriptor.version, record.position >= target else {
                return nil
            }
            if let live, try self.record(live, transaction).position != record.position {
                return nil
            }
            // One that was nothing to compare with may have been folded since, and further: readers
            // never go back.
            let current = try self.record(liveIndex(transaction), transaction)
            if let log, current.position > record.position, try isOf(log, current) { return nil }
            let new = try StateDigest.compute(state(fresh, transaction))
            let old = try live.map { try StateDigest.compute(state($0, transaction)) }
            try point(to: fresh, transaction)
            return (old, new)
        }
    }

    /// SHA-256 over the live state's pairs in key order, each with its lengths.
    public func digest() throws -> [UInt8] { try liveDigest().digest }

    /// The live build and its digest, of one moment.
    public func liveDigest() throws -> (record: BuildRecord, digest: [UInt8]) {
        try read { state, record in (record, try StateDigest.compute(state)) }
    }
}

/// Why a state cannot be folded on. It is built anew when it is next asked, but where it is a witness.
public enum RebuildReason: Hashable, Sendable, CustomStringConvertible {
    /// The file holds a page that LMDB cannot have written.
    case damaged(String)
    /// Another version of the projection wrote it.
    case version(kept: UInt32, wanted: UInt32)
    /// An older program wrote its values without checksums.
    case unchecked
    /// Another projection's state stands in its place.
    case anotherLog
    /// It was folded from entries that the log does not have, which says so.
    case witness(String)

    /// A clause that follows the projection's name and “needs a rebuild”.
    public var description: String {
        switch self {
        case .damaged(let damage): "its file is damaged (\(damage))"
        case .version(let kept, let wanted):
            kept == 0
                ? "its record cannot be read by this program"
                : "its state has layout \(kept), this program writes \(wanted)"
        case .unchecked: "an older program wrote its values without checksums"
        case .anotherLog: "its state is another projection's"
        case .witness(let what): what
        }
    }
}
