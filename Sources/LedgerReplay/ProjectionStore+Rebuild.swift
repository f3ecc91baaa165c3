import LMDB
import LedgerCore
import LedgerStore

extension ProjectionStore {
    /// Builds the state anew beside the live one, compares the two at the same position, and makes
    /// the new one live. The build that was live is kept; readers see it until the swap.
    ///
    /// An interrupted rebuild leaves the live build as it was. Others may fold or rebuild meanwhile.
    /// - Returns: both digests; where they differ, the old build was wrong and is no longer live.
    ///   `old` is nil where there was none of this version.
    public func rebuild(
        from log: EventLog, progress: ((Position, Position) -> Void)? = nil
    ) throws -> (old: [UInt8]?, new: [UInt8]) {
        do {
            let live = try transact { transaction in try liveIndex(transaction) }
            let fresh = 1 - live
            let wasBuilt = try environment.write { transaction in
                try clear(fresh, transaction)
                let record = try self.record(live, transaction)
                return record.version == P.descriptor.version && record.position > 0
            }
            var isComparable = wasBuilt
            while true {
                // Both must have come equally far to be compared, and appends may go on.
                let target = try log.head().size
                _ = try fold(fresh, log, to: target, progress)
                // A state that cannot be folded on is what a rebuild is for: it is not compared.
                if wasBuilt { isComparable = isComparable && catchesUp(live, log, target) }
                if let digests = try swap(fresh, from: isComparable ? live : nil, target) {
                    return digests
                }
            }
        } catch let error as LMDBError {
            throw LedgerError(error)
        }
    }

    private func catchesUp(_ index: Int, _ log: EventLog, _ target: Position) -> Bool {
        do {
            _ = try fold(index, log, to: target, nil)
            return true
        } catch {
            return false
        }
    }

    /// Makes a build live in one commit; nil, and nothing done, where another process has folded
    /// or emptied one of the builds since.
    func swap(
        _ fresh: Int, from live: Int?, _ target: Position
    ) throws -> (old: [UInt8]?, new: [UInt8])? {
        try environment.write { transaction in
            let record = try self.record(fresh, transaction)
            guard record.version == P.descriptor.version, record.position >= target else {
                return nil
            }
            if let live, try self.record(live, transaction).position != record.position {
                return nil
            }
            let new = try StateDigest.compute(LMDBState(transaction, builds[fresh]))
            let old = try live.map { try StateDigest.compute(LMDBState(transaction, builds[$0])) }
            try transaction.put(meta, bytes: Self.liveKey, [UInt8(fresh)])
            return (old, new)
        }
    }

    /// The live state's digest, and that of the log folded into memory up to the same position:
    /// equal unless the kept state was changed or folded wrongly.
    public func compareWithReplay(
        of log: EventLog, progress: ((Position, Position) -> Void)? = nil
    ) throws -> (kept: [UInt8], replayed: [UInt8]) {
        // Others may fold on meanwhile: position and digest are of one moment.
        let (target, kept) = try read { state, record in
            (record.position, try StateDigest.compute(state))
        }
        let state = MemoryState()
        var projection = P()
        var applied = 0
        try log.forEachEvent(in: 0..<target, named: P.descriptor.consumes) { event in
            do {
                try projection.apply(event, to: state)
            } catch is PoisonEvent {
                // It is in the kept state's quarantine as well.
            }
            applied += 1
            if applied.isMultiple(of: Self.commitEvents) { try projection.flush(to: state) }
            if applied & 0xFFFF == 0 { progress?(event.position, target) }
            return true
        }
        try projection.flush(to: state)
        progress?(target, target)
        return (kept, try StateDigest.compute(state))
    }

    /// SHA-256 over the live state's pairs in key order, each with its lengths.
    public func digest() throws -> [UInt8] {
        try digest(try transact { transaction in try liveIndex(transaction) })
    }

    private func digest(_ index: Int) throws -> [UInt8] {
        try transact { transaction in
            try StateDigest.compute(LMDBState(transaction, builds[index]))
        }
    }
}
