import CChecksum
import LMDB
import LedgerCore
import LedgerStore

/// The tables of a projection's file: records, and for each of two builds its state and its
/// quarantine.
struct StateTables: Hashable, Sendable {
    static let liveKey = [UInt8]("live".utf8)
    static let rebuildKey = [UInt8]("rebuild".utf8)
    static let generationKey = [UInt8]("generation".utf8)
    static func buildKey(_ index: Int) -> [UInt8] { [UInt8]("build.\(index)".utf8) }

    let meta: Database
    let builds: [Database]
    let quarantines: [Database]

    /// Opens the tables, always in this order: LMDB numbers them as they are opened, and a state
    /// that is moved keeps their numbers.
    ///
    /// They are made together, while there is no record of any build. Nil where one is gone since.
    init?(in environment: Environment) throws {
        guard let meta = try environment.database("meta", .bytes) else { return nil }
        let isNew = try environment.read { try $0.count(meta) == 0 }
        let tables = try ["state.0", "state.1", "quarantine.0", "quarantine.1"].map {
            try environment.database($0, .bytes, creates: isNew)
        }.compactMap(\.self)
        guard tables.count == 4 else { return nil }
        self.meta = meta
        builds = Array(tables[..<2])
        quarantines = Array(tables[2...])
    }

    /// Which build is live, and whether that is as it was written.
    static func live(_ stored: [UInt8]?) -> Int? {
        guard let stored else { return 0 }
        // One byte in files of layouts before 2.
        guard stored.count > 1 else { return stored.first == 1 ? 1 : 0 }
        guard let index = stored.first, index < 2, stored == live(Int(index)) else { return nil }
        return Int(index)
    }

    /// What is stored of which build is live: its number, and a checksum.
    static func live(_ index: Int) -> [UInt8] {
        let content = liveKey + [UInt8(index)]
        let sum = cchecksum_crc32c(0, content, content.count)
        return [UInt8(index)] + withUnsafeBytes(of: sum.littleEndian) { [UInt8]($0) }
    }

    /// What is wrong with a projection's file, as far as no question would notice it: a page that
    /// LMDB cannot have written, a table or a key that is gone, a record that is not what was
    /// written. Nil where nothing is.
    ///
    /// - Parameter checksBlocks: whether to compare every value with its checksum as well.
    static func damage(
        in environment: Environment, checksBlocks: Bool = false
    ) throws -> String? {
        try environment.checkPages()
        guard let tables = try Self(in: environment) else { return "a table is missing" }
        return try environment.read { transaction in
            if let damage = try tables.damage(transaction) { return damage }
            return try checksBlocks && tables.hasDamagedBlock(transaction)
                ? "a block is not what was written" : nil
        }
    }

    private func hasDamagedBlock(_ transaction: borrowing ReadTransaction) throws -> Bool {
        for index in 0..<2 {
            let stored = try transaction.value(meta, bytes: Self.buildKey(index))
            guard let stored,
                try BuildRecord(decoding: stored).layout == BuildRecord.layoutNewest
            else { continue }
            for table in [builds[index], quarantines[index]] {
                var isIntact = true
                try transaction.forEach(table, fromBytes: []) { key, value in
                    key.withUnsafeBytes { key in
                        value.withUnsafeBytes { isIntact = StateBlocks.isIntact($0, under: key) }
                    }
                    return isIntact
                }
                guard isIntact else { return true }
            }
        }
        return false
    }

    private func damage(_ transaction: borrowing ReadTransaction) throws -> String? {
        let known = [Self.liveKey, Self.rebuildKey, Self.generationKey]
        var stranger: [UInt8]?
        try transaction.forEach(meta, fromBytes: []) { key, _ in
            let key = key.withUnsafeBytes { [UInt8]($0) }
            if !known.contains(key), key != Self.buildKey(0), key != Self.buildKey(1) {
                stranger = key
            }
            return stranger == nil
        }
        guard stranger == nil else { return "there is a record of no known name" }
        guard Self.live(try transaction.value(meta, bytes: Self.liveKey)) != nil else {
            return "the record of which build is live is not what was written"
        }
        for index in 0..<2 {
            let stored = try transaction.value(meta, bytes: Self.buildKey(index))
            let record: BuildRecord?
            do {
                record = try stored.map { try BuildRecord(decoding: $0) }
            } catch {
                return "the record of a build is not what was written"
            }
            // Older layouts kept no keys; what they wrote is folded anew.
            guard record?.layout ?? BuildRecord.layoutNewest == BuildRecord.layoutNewest else {
                continue
            }
            let keys = try KeySum(in: [builds[index], quarantines[index]], transaction)
            guard keys == record?.keys ?? KeySum() else {
                return "the keys of a state are not those written"
            }
        }
        return nil
    }
}
