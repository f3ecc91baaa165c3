import Foundation
import LMDB
import LedgerCore
import LedgerFixtures
import LedgerStore

extension Workspace {
    /// Changes the live state of a projection behind the program's back, as a forger would: the
    /// checksums are right.
    ///
    /// - Parameter change: gets the pairs in key order and answers what to put.
    func tamper(
        _ projection: String,
        _ change: ([(key: [UInt8], value: [UInt8])]) -> (key: [UInt8], value: [UInt8])?
    ) throws {
        let environment = try Environment(path: path + "/ledger/projections/\(projection)")
        defer { environment.close() }
        guard let meta = try environment.database("meta", .bytes) else { return }
        let live = try environment.read { try $0.value(meta, bytes: Array("live".utf8))?.first }
        guard let state = try environment.database("state.\(live ?? 0)", .bytes) else { return }
        var pairs: [(key: [UInt8], value: [UInt8])] = []
        try environment.read { transaction in
            try transaction.forEach(state, fromBytes: []) { key, value in
                pairs.append(
                    (
                        key.withUnsafeBytes { [UInt8]($0) },
                        StoredBlock.value(of: value.withUnsafeBytes { [UInt8]($0) })
                    ))
                return true
            }
        }
        guard let (key, value) = change(pairs) else { return }
        try environment.write {
            try $0.put(state, bytes: key, StoredBlock.bytes(value, under: key))
        }
    }

    /// Appends a commitment that no state led to, and gives its position.
    func forgeCommitment(_ projection: String, version: UInt32, upTo: Position) throws -> Int? {
        let log = try EventLog(path: path + "/ledger/log", acceptsClock: true) {
            1_900_000_000_000_000
        }
        defer { log.close() }
        var batch = EventBatch()
        try batch.append(
            EventDraft(
                ProjectionCommitted(
                    projection: projection, projectionVersion: version, upTo: upTo,
                    digest: [UInt8](repeating: 7, count: 32)),
                occurredAt: 1_900_000_000_000_000, actor: .system))
        return try log.append(batch)[0].receipt.map { Int($0.position) }
    }
}
