import LedgerCore
import LedgerStore

extension ProjectionStore {
    /// Why the live state needs a rebuild; nil where it does not.
    ///
    /// - Parameter checksPages: whether to look at every page of the file first. Without it only
    ///   the record of the build is read.
    public func rebuildReason(
        with log: EventLog, checksPages: Bool = true
    ) throws -> RebuildReason? {
        if checksPages, let damage = try pageDamage() { return .damaged(damage) }
        let record = try live()
        guard record.version == P.descriptor.version else {
            return .version(kept: record.version, wanted: P.descriptor.version)
        }
        guard record.layout == BuildRecord.layoutNewest else { return .unchecked }
        if let witness = try witness(record, against: log) { return .witness("\(witness)") }
        return try isOf(log, record) ? nil : .anotherLog
    }
}
