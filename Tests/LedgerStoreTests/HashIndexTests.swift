import LMDB
import LedgerCore
import LedgerFixtures
import Testing

@testable import LedgerStore

/// The index against a dictionary, over commits of every size.
@Suite struct HashIndexTests {
    /// Limits so low that small tests see runs, merges and runs too large to merge.
    private static let low = HashIndex.Limits(
        recentMax: 64, runMin: 16, fanOut: 3, runRecordsMax: 2_000)

    private static func environment(_ path: String) throws -> Environment {
        var configuration = Environment.Configuration()
        configuration.mapSizeBytes = 1 << 20
        configuration.durability = .none
        return try Environment(path: path, configuration: configuration)
    }

    private static func index(
        _ environment: Environment, limits: HashIndex.Limits = low
    ) throws -> HashIndex {
        let meta = try #require(try environment.database("meta", .bytes))
        return try HashIndex(
            environment, name: "k", valueBytes: 8, meta: meta, limits: limits)
    }

    private static func key(_ random: inout SeededNumbers) -> Hash128 {
        Hash128(high: random.next(), low: random.next())
    }

    private static func insert(
        _ pairs: [(Hash128, UInt64)], _ index: HashIndex, _ environment: Environment
    ) throws {
        try environment.write { transaction in
            let snapshot = try index.snapshot(transaction)
            try index.insert(pairs.count, snapshot, transaction) { target in
                var at = target
                for (key, value) in pairs.sorted(by: { $0.0 < $1.0 }) {
                    key.store(to: at)
                    at.storeBytes(of: value, toByteOffset: Hash128.byteCount, as: UInt64.self)
                    at += Hash128.byteCount + index.valueBytes
                }
            }
        }
    }

    private static func find(
        _ keys: [Hash128], _ index: HashIndex, _ environment: Environment
    ) throws -> [UInt64?] {
        try environment.read { transaction in
            let snapshot = try index.snapshot(transaction)
            return try keys.map { key in
                try index.find(key, in: snapshot, transaction).map {
                    $0.loadUnaligned(as: UInt64.self)
                }
            }
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func answersAsADictionaryDoes(seed: UInt64) throws {
        let scratch = try Scratch()
        var random = SeededNumbers(seed: seed)
        var environment = try Self.environment(scratch("index"))
        var index = try Self.index(environment)
        var model: [Hash128: UInt64] = [:]
        var runsMax = 0
        for round in 0..<60 {
            // Mostly single keys, now and then a bulk commit.
            let count = random.happens(percent: 30) ? 16 + random.below(400) : random.below(12)
            let pairs = (0..<count).map { _ in (Self.key(&random), random.next()) }
            try Self.insert(pairs, index, environment)
            for (key, value) in pairs { model[key] = value }
            runsMax = max(
                runsMax, try environment.read { try index.snapshot($0).runs.count })
            if round % 20 == 19 {
                environment.close()
                environment = try Self.environment(scratch("index"))
                // Stored records do not depend on the limits they were stored under.
                let limits = round == 39 ? HashIndex.Limits() : Self.low
                index = try Self.index(environment, limits: limits)
            }
            let known = model.keys.sorted()
            let some = (0..<40).compactMap { _ in
                known.isEmpty ? nil : known[random.below(known.count)]
            }
            let absent = (0..<40).map { _ in Self.key(&random) }
            #expect(
                try Self.find(some, index, environment) == some.map { model[$0] }, "seed \(seed)")
            #expect(
                try Self.find(absent, index, environment).allSatisfy { $0 == nil }, "seed \(seed)")
        }
        let all = model.keys.sorted()
        #expect(try Self.find(all, index, environment) == all.map { model[$0] }, "seed \(seed)")
        var listed: [Hash128: UInt64] = [:]
        try environment.read { transaction in
            #expect(try index.count(transaction) == model.count)
            try index.forEach(transaction) {
                listed[$0] = $1.loadUnaligned(as: UInt64.self)
            }
            let runs = try index.snapshot(transaction).runs
            #expect(runs.allSatisfy { $0.run.isSound }, "seed \(seed)")
            // Merging keeps the runs few, although there were dozens of bulk commits.
            #expect(runs.count < 16, "seed \(seed)")
        }
        #expect(listed == model, "seed \(seed)")
        #expect(runsMax > 2, "the test must see several runs at once; seed \(seed)")
        environment.close()
    }

    @Test func neighbouringKeysAreToldApart() throws {
        let scratch = try Scratch()
        let environment = try Self.environment(scratch("index"))
        let index = try Self.index(environment)
        // The worst keys for a directory that divides the key space: all in one bucket.
        let near = (0..<200).map { Hash128(high: 7, low: UInt64($0) * 2) }
        try Self.insert(near.map { ($0, $0.low) }, index, environment)
        let edges = [
            Hash128(high: 0, low: 0), Hash128(high: .max, low: .max),
            Hash128(high: .max, low: .max - 1),
        ]
        try Self.insert(edges.map { ($0, 1) }, index, environment)
        #expect(try Self.find(near, index, environment) == near.map(\.low))
        #expect(try Self.find(edges, index, environment) == [1, 1, 1])
        let between = (0..<200).map { Hash128(high: 7, low: UInt64($0) * 2 + 1) }
        #expect(try Self.find(between, index, environment).allSatisfy { $0 == nil })
        environment.close()
    }

    @Test func aRunThatIsNoneIsAnErrorAndNotACrash() throws {
        let scratch = try Scratch()
        let environment = try Self.environment(scratch("index"))
        let index = try Self.index(environment)
        var random = SeededNumbers(seed: 5)
        let pairs = (0..<100).map { _ in (Self.key(&random), random.next()) }
        try Self.insert(pairs, index, environment)
        let sound = try environment.read { try $0.value(index.runs, 1) }
        var bytes = try #require(sound)
        bytes[3] ^= 1
        try environment.write { [bytes] in try $0.put(index.runs, 1, bytes) }
        let error = #expect(throws: LedgerError.self) {
            _ = try Self.find([pairs[0].0], index, environment)
        }
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains("run 1") == true)
        #expect(throws: LedgerError.self) {
            try Self.insert([(Self.key(&random), 1)], index, environment)
        }
        environment.close()
    }
}
