import Foundation
import LMDB
import LedgerCore
import LedgerFixtures
import LedgerProof
import Testing

@testable import LedgerStore

/// Each way to tamper with a log, and the finding that names it.
@Suite struct LogVerifierTests {
    typealias Place = LogTampering.Place

    /// A way to tamper and exactly the places that must be found.
    struct Attack: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let expected: Set<Place>
        let change: @Sendable (borrowing WriteTransaction, LogSchema) throws -> Void

        init(
            _ name: String, finds expected: Place...,
            by change: @escaping @Sendable (borrowing WriteTransaction, LogSchema) throws -> Void
        ) {
            testDescription = name
            self.expected = Set(expected)
            self.change = change
        }
    }

    private static let original = Result {
        let scratch = try Scratch()
        try LogTampering.make(scratch("log"))
        return scratch
    }

    private static func copy(to scratch: Scratch) throws -> LogTampering {
        try FileManager.default.copyItem(
            atPath: try original.get()("log"), toPath: scratch("log"))
        return LogTampering(path: scratch("log"))
    }

    @Test func aSoundLogIsSound() throws {
        let scratch = try Scratch()
        let (report, _) = try Self.copy(to: scratch).findings()
        #expect(report.isSound, "\(report.findings)")
        #expect(report.entries == 300)
        #expect(report.keys == 240)
        #expect(report.sealedParts == 80)
        #expect(report.erasedParts == 0)
    }

    /// Nobody who reads an entry takes it as it is: a score would be wrong, and a state that is folded
    /// from it would be taken for right.
    @Test func aChangedEntryIsNotRead() throws {
        let scratch = try Scratch()
        let tampering = try Self.copy(to: scratch)
        try tampering.change { transaction, schema in
            for offset in [-1, 0, 31, 32, 33, 40] {
                try schema.flip(schema.entries, UInt64(50 + offset), at: offset, transaction)
            }
            try transaction.delete(schema.entries, 280)
            try transaction.delete(schema.entries, 299)
            try transaction.put(schema.entries, 299, [UInt8](repeating: 0xFF, count: 36))
        }
        let log = try EventLog(path: scratch("log"), clock: { 0 })
        defer { log.close() }
        for position: Position in [49, 50, 81, 82, 83, 90, 280, 299] {
            let error = #expect(throws: LedgerError.self, "\(position)") {
                try log.withEvent(position) { _ in }
            }
            #expect(error?.code == .corrupt)
            #expect(throws: LedgerError.self) { try log.entry(position) }
            #expect(throws: LedgerError.self) {
                try log.forEachEvent(in: position..<position + 1) { _ in true }
            }
        }
        try log.withEvent(51) { _ in }
    }

    /// A block under another key is not found, and neither is an act in it; a run that is not found has
    /// every row in it come again; a clock that was wrong was never so.
    @Test(arguments: ["types", "keys.runs", "index-keys"])
    func anIndexThatHasLostAKeyIsNotRead(_ what: String) throws {
        let scratch = try Scratch()
        let tampering = try Self.copy(to: scratch)
        try tampering.change { transaction, schema in
            switch what {
            case "types":
                let key = TypeIndex.key(.responseRecorded, 0)
                let value = try #require(try transaction.value(schema.types, bytes: key))
                try transaction.delete(schema.types, bytes: key)
                try transaction.put(
                    schema.types, bytes: TypeIndex.key(.responseRecorded, 1 << 40), value)
            case "keys.runs":
                let id = try #require(try transaction.last(schema.keys.runs))
                try transaction.delete(schema.keys.runs, id)
            default: try transaction.delete(schema.meta, bytes: IndexKeys.recordKey)
            }
        }
        let log = try EventLog(path: scratch("log"), clock: { TestClock.start })
        defer { log.close() }
        let size = try log.head().size
        for attempt in [
            { _ = try log.positions(of: [.modelActivated], in: 0..<300) },
            { _ = try log.forEachEvent(in: 0..<300, named: [.modelActivated]) { _ in true } },
            { _ = try log.lookUp([Sample.key(3)]) }, { _ = try log.size(at: 5) },
            { _ = try log.append(try EventBatch(responses: [4_000])) },
        ] as [() throws -> Void] {
            let error = #expect(throws: LedgerError.self) { try attempt() }
            #expect(error?.code == .corrupt)
        }
        #expect(try log.head().size == size)
        let report = try LogVerifier(log).verify()
        #expect(report.findings.contains { $0.problem.contains("indexes' keys") })
    }

    /// An act whose bit is gone would never have happened.
    @Test func aChangedTypeIndexIsNotRead() throws {
        let scratch = try Scratch()
        let tampering = try Self.copy(to: scratch)
        let name = EventName.responseRecorded
        try tampering.change { transaction, schema in
            let key = TypeIndex.key(name, 0)
            var value = try #require(try transaction.value(schema.types, bytes: key))
            value[20] ^= 1
            try transaction.put(schema.types, bytes: key, value)
        }
        let log = try EventLog(path: scratch("log"), clock: { 0 })
        defer { log.close() }
        let error = #expect(throws: LedgerError.self) {
            try log.positions(of: [name], in: 0..<300)
        }
        #expect(error?.code == .corrupt)
    }

    @Test(arguments: entryAttacks + treeAttacks + sealedAttacks + indexAttacks)
    func tamperingIsNamed(_ attack: Attack) throws {
        let scratch = try Scratch()
        let log = try Self.copy(to: scratch)
        try log.change(attack.change)
        let (report, places) = try log.findings()
        #expect(places == attack.expected, "\(report.findings)")
    }

    @Test func aMissingSealedPartIsNamed() throws {
        let scratch = try Scratch()
        let log = try Self.copy(to: scratch)
        try log.change { try $0.delete($1.sealed, 33) }
        let (report, _) = try log.findings()
        #expect(report.findings.map(\.position) == [33])
        #expect(report.sealedParts == 79)
    }

    /// A run that is merged gets a checksum of whatever is in it.
    @Test func nothingIsAppendedToADamagedIndex() throws {
        let scratch = try Scratch()
        let made = try EventLog(testing: scratch("log"))
        _ = try made.append(EventBatch(responses: 0..<100))
        made.close()
        for table in ["keys.runs", "keys"] {
            let copy = try Scratch()
            try FileManager.default.copyItem(atPath: scratch("log"), toPath: copy("log"))
            if table == "keys" {
                let log = try EventLog(testing: copy("log"))
                _ = try log.append(EventBatch(responses: 100..<105))
                log.close()
            }
            try LogTampering(path: copy("log")).change { transaction, schema in
                if table == "keys" {
                    let key = Sample.key(102).hash.bytes
                    var record = try #require(
                        try transaction.value(schema.keys.recent, bytes: key))
                    record[20] ^= 1
                    try transaction.put(schema.keys.recent, bytes: key, record)
                } else {
                    var run = try #require(try transaction.value(schema.keys.runs, 1))
                    run[run.count - 3] ^= 4
                    try transaction.put(schema.keys.runs, 1, run)
                }
            }
            let log = try EventLog(testing: copy("log"))
            defer { log.close() }
            let size = try log.head().size
            let error = #expect(throws: LedgerError.self) {
                _ = try log.append(EventBatch(responses: 200..<205))
            }
            #expect(error?.code == .corrupt && error?.message.contains("index “keys”") == true)
            #expect(try log.head().size == size)
            // Nor is anything answered from it: what is there would be told as new.
            #expect(throws: LedgerError.self) { try log.lookUp([Sample.key(3)]) }
        }
    }

    @Test func damagedRunsAreNamed() throws {
        let scratch = try Scratch()
        let log = try EventLog(testing: scratch("log"))
        _ = try log.append(EventBatch(responses: 0..<2_100))
        log.close()
        let tampering = LogTampering(path: scratch("log"))
        try tampering.change { transaction, schema in
            // The first byte of the first key, which then stands in the wrong order.
            try schema.flip(
                schema.keys.runs, 1, at: SortedRun.recordsOffset(2_100), transaction)
        }
        var (report, places) = try tampering.findings()
        #expect(places.contains(Place(.keys, nil)))
        #expect(places.allSatisfy { $0.check == .keys })
        #expect(report.findings.contains { $0.problem.contains("run 1 of the index “keys”") })
        try tampering.change { try $1.flip($1.keys.runs, 1, at: 0, $0) }
        (report, places) = try tampering.findings()
        #expect(places == [Place(.keys, nil)])
    }

    @Test func entriesInOtherBlocksAreNotBlamed() throws {
        let scratch = try Scratch()
        let log = try EventLog(testing: scratch("log"))
        var batch = EventBatch()
        for _ in 0..<8_500 { try batch.append(Sample.exclusion(of: 0)) }
        _ = try log.append(batch)
        log.close()
        let tampering = LogTampering(path: scratch("log"))
        // The last entry of one block of the type index and the first of the next.
        try tampering.change { transaction, schema in
            try transaction.delete(schema.entries, 4_095)
            try transaction.delete(schema.entries, 4_096)
        }
        let (report, places) = try tampering.findings()
        #expect(
            places == [
                Place(.entries, 4_095), Place(.tree, 4_095), Place(.tree, 4_351),
                Place(.types, 0), Place(.types, 4_096),
            ], "\(report.findings)")
    }
}
