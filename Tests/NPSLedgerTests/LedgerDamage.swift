import CChecksum
import Foundation
import LMDB
import LedgerCore
import LedgerProof
import NPSLedger

@testable import LedgerReplay
@testable import LedgerStore

/// Damages a ledger as somebody could who hands it over: a byte of a file here and there, or a value
/// of a table, with every checksum made to fit again, so that what lies behind it is reached.
struct LedgerDamage {
    let paths: LedgerPaths
    var random: SeededGenerator

    private var files: [String] {
        let states = ["nps-by-segment", "lineage", "audit"].map { "\(paths.projections)/\($0)" }
        return ([paths.log, paths.log, paths.vault, paths.embeddings] + states)
            .map { $0 + "/data.mdb" }.filter { FileManager.default.fileExists(atPath: $0) }
    }

    /// Damages one thing, and says what.
    mutating func apply() throws -> String {
        switch random.below(10) {
        case 0..<3: try damageFile()
        case 3..<7: try damageLog()
        case 7..<9: try damageState()
        default: try damageSealed()
        }
    }

    private mutating func pick<T>(_ from: [T]) -> T { from[random.below(from.count)] }

    // MARK: Files

    private mutating func damageFile() throws -> String {
        let file = random.below(12) == 0 ? paths.manifest : pick(files)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
        let what = distortPages(&bytes)
        try bytes.write(to: URL(fileURLWithPath: file))
        return "\(file.split(separator: "/").suffix(2).joined(separator: "/")): \(what)"
    }

    private mutating func distortPages(_ bytes: inout Data) -> String {
        let page = 4096
        let pages = max(1, bytes.count / page)
        switch random.below(8) {
        case 0 where bytes.count > page:
            let (from, to) = (random.below(pages) * page, random.below(pages) * page)
            bytes.replaceSubrange(to..<to + page, with: bytes[from..<from + page])
            return "page \(from / page) in place of page \(to / page)"
        case 1:
            let count = random.below(bytes.count)
            bytes.removeLast(bytes.count - count)
            return "cut to \(count) bytes"
        case 2 where bytes.count > page:
            // Where LMDB keeps what it trusts most.
            let at = random.below(pages) * page + random.below(64)
            bytes[at] = UInt8.random(in: 0...255, using: &random)
            return "byte \(at) of a page's head"
        default:
            let at = random.below(bytes.count)
            bytes[at] ^= 1 << UInt8(random.below(8))
            return "a bit of byte \(at)"
        }
    }

    // MARK: Values

    /// Another content: what a length, a count or a time could be, fewer bytes, more, or others.
    mutating func distort(_ value: [UInt8]) -> [UInt8] {
        var value = value
        guard !value.isEmpty else { return [UInt8](repeating: 0xFF, count: random.below(64)) }
        switch random.below(8) {
        case 0: return Array(value[..<random.below(value.count)])
        case 1: return value + (0..<random.below(300)).map { _ in 0xFF }
        case 2:
            let (one, two) = (random.below(value.count), random.below(value.count))
            value.removeSubrange(min(one, two)..<max(one, two))
            return value
        case 3...5:
            let width = pick([1, 2, 4, 8])
            let at = random.below(value.count)
            let number = pick([0, 1, .max, .max >> 1, 1 << 31, 1 << 32, .max - 7, random.next()])
            for index in 0..<min(width, value.count - at) {
                value[at + index] = UInt8(truncatingIfNeeded: number >> UInt64(8 * index))
            }
            return value
        default:
            for _ in 0...random.below(3) {
                value[random.below(value.count)] ^= 1 << UInt8(random.below(8))
            }
            return value
        }
    }

    private mutating func damageLog() throws -> String {
        let environment = try Environment(path: paths.log)
        defer { environment.close() }
        let schema = try LogSchema(environment)
        let kind = random.below(8)
        return try environment.write { transaction in
            switch kind {
            case 0...2: return try distortEntry(schema, transaction)
            case 3: return try distortSome(schema.tree, "tree", transaction)
            case 4: return try distortTypes(schema, transaction)
            case 5: return try distortRecent(pick([schema.keys, schema.subjects]), transaction)
            case 6: return try distortRun(pick([schema.keys, schema.subjects]), transaction)
            default: return try distortMeta(schema, transaction)
            }
        }
    }

    private mutating func distortEntry(
        _ schema: LogSchema, _ transaction: borrowing WriteTransaction
    ) throws -> String {
        let position = UInt64(random.below(Int(try schema.head(transaction).size)))
        let stored = try transaction.value(schema.entries, position) ?? []
        var entry = distort(Array(stored.dropFirst(StoredEntry.headBytes)))
        if entry.isEmpty { entry = [0] }
        var kept = [UInt8](repeating: 0, count: StoredEntry.headBytes + entry.count)
        entry.withUnsafeBytes { entry in
            kept.withUnsafeMutableBytes {
                StoredEntry.write(entry, .leaf(entry), at: position, to: $0)
            }
        }
        try transaction.put(schema.entries, position, kept)
        return "entry \(position)"
    }

    private mutating func distortSome(
        _ table: Database, _ name: String, _ transaction: borrowing WriteTransaction
    ) throws -> String {
        var keys: [UInt64] = []
        try transaction.forEach(table, from: 0, to: .max) { key, _ in
            keys.append(key)
            return true
        }
        guard !keys.isEmpty else { return "nothing" }
        let key = pick(keys)
        try transaction.put(table, key, distort(try transaction.value(table, key) ?? []))
        return "\(name) \(key)"
    }

    private func keys(
        _ table: Database, _ transaction: borrowing WriteTransaction
    ) throws -> [[UInt8]] {
        var keys: [[UInt8]] = []
        try transaction.forEach(table, fromBytes: []) { key, _ in
            keys.append(key.withUnsafeBytes { [UInt8]($0) })
            return true
        }
        return keys
    }

    private mutating func distortTypes(
        _ schema: LogSchema, _ transaction: borrowing WriteTransaction
    ) throws -> String {
        let key = pick(try keys(schema.types, transaction))
        let bits = (try transaction.value(schema.types, bytes: key) ?? []).prefix(512)
        let distorted = distort(Array(bits))
        let sum = cchecksum_crc32c(
            cchecksum_crc32c(0, key, key.count), distorted, distorted.count)
        try transaction.put(
            schema.types, bytes: key,
            distorted + withUnsafeBytes(of: sum.littleEndian) { [UInt8]($0) })
        return "types"
    }

    private mutating func distortRecent(
        _ index: HashIndex, _ transaction: borrowing WriteTransaction
    ) throws -> String {
        let known = try keys(index.recent, transaction)
        let key =
            known.isEmpty || random.below(4) == 0
            ? (0..<1 + random.below(40)).map { _ in UInt8.random(in: 0...255, using: &random) }
            : pick(known)
        let value = try transaction.value(index.recent, bytes: key) ?? [1, 2, 3]
        try transaction.put(index.recent, bytes: key, distort(value))
        if let sum = try? index.recentSum(transaction) {
            try index.putRecentSum(sum, transaction)
        }
        return "recent \(index.name)"
    }

    private mutating func distortRun(
        _ index: HashIndex, _ transaction: borrowing WriteTransaction
    ) throws -> String {
        guard let id = try transaction.last(index.runs),
            let stored = try transaction.value(index.runs, id)
        else { return "nothing" }
        var run = distort(stored)
        run.withUnsafeMutableBytes { SortedRun.fit($0) }
        try transaction.put(index.runs, id, run)
        return "run \(id) of \(index.name)"
    }

    private mutating func distortMeta(
        _ schema: LogSchema, _ transaction: borrowing WriteTransaction
    ) throws -> String {
        let key = pick(try keys(schema.meta, transaction))
        var value = try transaction.value(schema.meta, bytes: key) ?? []
        if key == LogSchema.headKey {
            value = distort(Array(value.dropLast(4)))
            let sum = cchecksum_crc32c(0, value, value.count)
            value += withUnsafeBytes(of: sum.littleEndian) { [UInt8]($0) }
        } else {
            value = distort(value)
        }
        try transaction.put(schema.meta, bytes: key, value)
        return "meta \(String(decoding: key, as: UTF8.self))"
    }

    private mutating func damageSealed() throws -> String {
        let environment = try Environment(path: paths.log)
        defer { environment.close() }
        let schema = try LogSchema(environment)
        return try environment.write { try distortSome(schema.sealed, "sealed", $0) }
    }

    /// A block of a state, with its checksum, or the record of a build.
    private mutating func damageState() throws -> String {
        let id = pick(["nps-by-segment", "lineage", "audit"])
        let environment = try Environment(path: "\(paths.projections)/\(id)")
        defer { environment.close() }
        guard let tables = try StateTables(in: environment) else { return "nothing" }
        let table = pick([tables.builds[0], tables.builds[0], tables.meta, tables.quarantines[0]])
        return try environment.write { transaction in
            let known = try keys(table, transaction)
            guard !known.isEmpty else { return "nothing" }
            let key = pick(known)
            let value = try transaction.value(table, bytes: key) ?? []
            let distorted =
                table == tables.meta
                ? distort(value) : StateBlocks.stored(distort(Array(value.dropLast(4))), under: key)
            try transaction.put(table, bytes: key, distorted)
            return "\(id), \(table.name), a key of \(key.count) bytes"
        }
    }
}

extension SortedRun {
    /// Writes the checksum of a run that was changed, where there is room for one.
    static func fit(_ run: UnsafeMutableRawBufferPointer) {
        guard let base = run.baseAddress, run.count >= 8 + checksumOffset else { return }
        let head = cchecksum_crc32c(0, base, checksumOffset)
        let rest = cchecksum_crc32c(
            head, base + checksumOffset + 8, run.count - checksumOffset - 8)
        run.storeBytes(of: UInt64(rest), toByteOffset: checksumOffset, as: UInt64.self)
    }
}
