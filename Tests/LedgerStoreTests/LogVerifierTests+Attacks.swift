import LMDB
import LedgerCore
import LedgerFixtures
import LedgerProof
import Testing

@testable import LedgerStore

extension LogVerifierTests {
    /// Entries and their times. A changed leaf also shows in the node over it and in the root.
    static let entryAttacks: [Attack] = [
        Attack("a byte of an entry", finds: Place(.tree, 37), Place(.tree, 255), Place(.tree, nil))
        {
            try $1.rewrite(37, fitsLeaf: false, $0) { try misspell("APAC", in: &$0) }
        },
        Attack("a byte of a checksum", finds: Place(.entries, 37)) {
            try $1.flip($1.entries, 37, at: 33, $0)
        },
        Attack(
            "the mark before a checksum", finds: Place(.tree, 37), Place(.tree, 255),
            Place(.tree, nil), Place(.types, 0), Place(.entries, 37)
        ) {
            try $1.flip($1.entries, 37, at: 32, $0)
        },
        Attack("an entry deleted", finds: Place(.entries, 120), Place(.tree, 255), Place(.types, 0))
        {
            try $0.delete($1.entries, 120)
        },
        Attack("the last entry deleted", finds: Place(.entries, 299), Place(.types, 0)) {
            try $0.delete($1.entries, 299)
        },
        Attack(
            "the first entries deleted", finds: Place(.entries, 0), Place(.tree, 255),
            Place(.types, 0)
        ) { transaction, schema in
            try transaction.delete(schema.entries, 0)
            try transaction.delete(schema.entries, 1)
        },
        Attack("an entry with its leaf", finds: Place(.tree, 255), Place(.tree, nil)) {
            try $1.rewrite(38, fitsLeaf: true, $0) { try misspell("AMER", in: &$0) }
        },
        Attack(
            "two entries swapped", finds: Place(.tree, 255), Place(.tree, nil),
            Place(.keys, 40), Place(.keys, 41), Place(.entries, 40), Place(.entries, 41)
        ) { transaction, schema in
            let one = try transaction.value(schema.entries, 40) ?? []
            let two = try transaction.value(schema.entries, 41) ?? []
            try transaction.put(schema.entries, 40, two)
            try transaction.put(schema.entries, 41, one)
        },
        Attack(
            "an entry that is no CBOR", finds: Place(.entries, 290), Place(.tree, nil),
            Place(.types, 0)
        ) {
            try $1.rewrite(290, fitsLeaf: true, $0) { $0[0] = 0xFF }
        },
        Attack(
            "an unknown event", finds: Place(.entries, 290), Place(.tree, nil), Place(.types, 0)
        ) {
            try $1.rewrite(290, fitsLeaf: true, $0) {
                try misspell("response.recorded", in: &$0)
            }
        },
        Attack(
            "an entry cut to nothing", finds: Place(.entries, 290), Place(.tree, nil),
            Place(.types, 0)
        ) {
            try $0.put($1.entries, 290, [1, 2, 3])
        },
        Attack("an entry under the last key of all", finds: Place(.entries, .max)) {
            transaction, schema in
            let last = try transaction.value(schema.entries, 299) ?? []
            try transaction.put(schema.entries, .max, last)
        },
        Attack("an entry too many", finds: Place(.entries, 300)) { transaction, schema in
            let last = try transaction.value(schema.entries, 299) ?? []
            try transaction.put(schema.entries, 300, last)
        },
        Attack("a time before its predecessor", finds: Place(.time, 270), Place(.tree, nil)) {
            try $1.rewrite(270, fitsLeaf: true, $0) { entry in
                let offset = try recordedAtOffset(entry)
                entry.withUnsafeMutableBytes {
                    Entry.stamp($0, at: offset, recordedAt: TestClock.start)
                }
            }
        },
    ]

    /// Changes the first letter of a text in an entry, which must hold it.
    private static func misspell(_ text: String, in entry: inout [UInt8]) throws {
        let range = try #require(entry.firstRange(of: Array(text.utf8)))
        entry[range.lowerBound] = UInt8(ascii: "x")
    }

    /// Where recorded-at stands: after the array's head, the format, the name and the version.
    private static func recordedAtOffset(_ entry: [UInt8]) throws -> Int {
        try entry.withUnsafeBytes { bytes in
            var cursor = CBORCursor(unsafe: bytes)
            _ = try cursor.array()
            for _ in 0..<3 { try cursor.skip() }
            return cursor.offset + 1
        }
    }

    /// Leaf hashes, tree nodes and the head.
    static let treeAttacks: [Attack] = [
        Attack("a leaf hash", finds: Place(.tree, 64)) {
            try $1.flip($1.entries, 64, at: 5, $0)
        },
        Attack("a tree node", finds: Place(.tree, 255)) {
            try $1.flip($1.tree, LogSchema.treeKey(level: 8, index: 0), at: 0, $0)
        },
        Attack("a tree node deleted", finds: Place(.tree, 255)) {
            try $0.delete($1.tree, LogSchema.treeKey(level: 8, index: 0))
        },
        Attack("an edge of the head's tree", finds: Place(.tree, nil)) { transaction, schema in
            var head = try transaction.value(schema.meta, bytes: LogSchema.headKey) ?? []
            head[20] ^= 1
            try transaction.put(schema.meta, bytes: LogSchema.headKey, head)
        },
        Attack("the head cut", finds: Place(.tree, nil)) {
            try $0.put($1.meta, bytes: LogSchema.headKey, [1, 2, 3])
        },
        Attack("the head's time", finds: Place(.time, nil)) { transaction, schema in
            var head = try schema.head(transaction)
            head.recordedAt += 1
            try transaction.put(schema.meta, bytes: LogSchema.headKey, head.bytes)
        },
        Attack("a bit of the head's time", finds: Place(.tree, nil)) { transaction, schema in
            var head = try transaction.value(schema.meta, bytes: LogSchema.headKey) ?? []
            head[8] ^= 1
            try transaction.put(schema.meta, bytes: LogSchema.headKey, head)
        },
        Attack(
            "the head of a log beyond all measure", finds: Place(.entries, 300),
            Place(.entries, nil)
        ) { transaction, schema in
            var head = LogHead()
            head.recordedAt = try schema.head(transaction).recordedAt
            head.frontier.append(subtree: .emptyTree, level: 55) { _, _, _ in }
            try transaction.put(schema.meta, bytes: LogSchema.headKey, head.bytes)
        },
        Attack("a head's time before all times", finds: Place(.tree, nil)) { transaction, schema in
            var head = try schema.head(transaction)
            head.recordedAt = .min
            try transaction.put(schema.meta, bytes: LogSchema.headKey, head.bytes)
        },
        Attack("the head deleted", finds: Place(.tree, nil)) {
            try $0.delete($1.meta, bytes: LogSchema.headKey)
        },
        Attack("the head of a shorter log", finds: Place(.entries, 299), Place(.types, 0)) {
            transaction, schema in
            var head = LogHead()
            for position in 0..<Position(299) {
                head.frontier.append(try schema.leafHash(position, transaction))
            }
            head.recordedAt = try schema.head(transaction).recordedAt
            try transaction.put(schema.meta, bytes: LogSchema.headKey, head.bytes)
        },
    ]

    /// Sealed parts.
    static let sealedAttacks: [Attack] = [
        Attack("a sealed byte", finds: Place(.sealed, 33)) {
            try $1.flip($1.sealed, 33, at: -1, $0)
        },
        Attack("a sealed part's subject", finds: Place(.sealed, 33)) {
            try $1.flip($1.sealed, 33, at: 7, $0)
        },
        Attack("a sealed part cut", finds: Place(.sealed, 33)) {
            try $0.put($1.sealed, 33, [1])
        },
        Attack("a sealed part of nobody's", finds: Place(.sealed, 34)) {
            try $0.put($1.sealed, 34, [UInt8](repeating: 7, count: 40))
        },
        Attack("a sealed part beyond the end", finds: Place(.sealed, 500)) {
            try $0.put($1.sealed, 500, [UInt8](repeating: 7, count: 40))
        },
    ]

    /// Idempotency keys, subjects and types.
    /// The sum over recent records shows each of them as well.
    static let indexAttacks: [Attack] = [
        Attack("a key deleted", finds: Place(.keys, 282), Place(.keys, nil)) {
            try $0.delete($1.keys.recent, bytes: Sample.key(282).hash.bytes)
        },
        Attack(
            "a key that points elsewhere", finds: Place(.keys, 282), Place(.keys, 283),
            Place(.keys, nil)
        ) {
            try $0.put(
                $1.keys.recent, bytes: Sample.key(282).hash.bytes,
                [0, 0, 0, 0, 0, 0, 1, 27] + [UInt8](repeating: 0, count: 16))
        },
        Attack("a key deleted with the sum over them", finds: Place(.keys, 282), Place(.keys, nil))
        {
            try $0.delete($1.keys.recent, bytes: Sample.key(282).hash.bytes)
            try $0.delete($1.meta, bytes: $1.keys.sumKey)
        },
        Attack("a run under the last key of all", finds: Place(.keys, nil)) {
            transaction, schema in
            let run = try transaction.value(schema.subjects.runs, 1) ?? [1]
            try transaction.put(schema.subjects.runs, .max, run)
        },
        Attack("a key too many", finds: Place(.keys, 283), Place(.keys, nil)) {
            try $0.put(
                $1.keys.recent, bytes: Sample.key(999).hash.bytes,
                [0, 0, 0, 0, 0, 0, 1, 27] + [UInt8](repeating: 0, count: 16))
        },
        Attack(
            "a key that points beyond the end", finds: Place(.keys, 1_000), Place(.keys, nil)
        ) {
            try $0.put(
                $1.keys.recent, bytes: Sample.key(999).hash.bytes,
                [0, 0, 0, 0, 0, 0, 3, 232] + [UInt8](repeating: 0, count: 16))
        },
        Attack("a digest under a key", finds: Place(.keys, nil)) { transaction, schema in
            let key = Sample.key(282).hash.bytes
            var record = try transaction.value(schema.keys.recent, bytes: key) ?? []
            record[20] ^= 1
            try transaction.put(schema.keys.recent, bytes: key, record)
        },
        Attack("a respondent's subject", finds: Place(.keys, nil)) { transaction, schema in
            var found: ([UInt8], [UInt8])?
            try transaction.forEach(schema.subjects.recent, fromBytes: []) { key, value in
                found = (key.withUnsafeBytes { [UInt8]($0) }, value.withUnsafeBytes { [UInt8]($0) })
                return false
            }
            guard let (key, value) = found else { return }
            let other = value.dropLast() + [value[7] ^ 1]
            try transaction.put(schema.subjects.recent, bytes: key, [UInt8](other))
        },
        Attack("a bit of a run", finds: Place(.keys, nil)) { transaction, schema in
            var run = try transaction.value(schema.keys.runs, 1) ?? []
            // A digest, which neither order nor filter shows.
            run[run.count - 3] ^= 4
            try transaction.put(schema.keys.runs, 1, run)
        },
        Attack("used subject numbers set ahead", finds: Place(.sealed, 297)) {
            var ahead = try $1.subjectsUsed($0)
            ahead?.highest += 64
            if let ahead { try $1.put(ahead, $0) }
        },
        Attack("the place of the highest subject number", finds: Place(.sealed, 297)) {
            var other = try $1.subjectsUsed($0)
            other?.position = 39
            if let other { try $1.put(other, $0) }
        },
        Attack("used subject numbers set back", finds: Place(.sealed, 297)) {
            let back = SubjectsUsed(highest: 40, position: 39)
            try $1.put(back, $0)
        },
        Attack("a key's record cut", finds: Place(.keys, nil)) {
            try $0.put($1.keys.recent, bytes: [UInt8](repeating: 255, count: 16), [1])
        },
        Attack("an event's key record cut", finds: Place(.keys, 282), Place(.keys, nil)) {
            try $0.put($1.keys.recent, bytes: Sample.key(282).hash.bytes, [1])
        },
        Attack("a subject's record cut", finds: Place(.keys, nil)) {
            try $0.put($1.subjects.recent, bytes: [UInt8](repeating: 255, count: 16), [1])
        },
        Attack("a type's bit", finds: Place(.types, 0)) { transaction, schema in
            let key = TypeIndex.key(.responseExcluded, 0)
            var bits = try transaction.value(schema.types, bytes: key) ?? []
            bits[0] ^= 1
            try transaction.put(schema.types, bytes: key, bits)
        },
        Attack("a type's block deleted", finds: Place(.types, 0), Place(.types, nil)) {
            try $0.delete($1.types, bytes: TypeIndex.key(.responseRecorded, 0))
        },
        Attack("a type's block beyond the end", finds: Place(.types, 8_192), Place(.types, nil)) {
            try $0.put(
                $1.types, bytes: TypeIndex.key(.responseRecorded, 2),
                [UInt8](repeating: 1, count: TypeIndex.blockBytes))
        },
        Attack("a type nobody knows", finds: Place(.types, nil)) {
            try $0.put($1.types, bytes: [1, 2, 3], [4])
        },
    ]
}
