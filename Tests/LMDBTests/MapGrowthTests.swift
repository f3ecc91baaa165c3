import Glibc
import LMDB
import Synchronization
import Testing

@Suite struct MapGrowthTests {
    @Test func aFullMapGrowsAndLosesNothing() throws {
        let scratch = try Scratch()
        let environment = try Environment(
            path: scratch.path, configuration: .small(mapSizeBytes: 1 << 16))
        let entries = try environment.integers()
        let before = environment.statistics.mapSizeBytes
        for batch in 0..<40 as Range<UInt64> {
            try environment.append(batch * 500..<(batch + 1) * 500, bytes: 200, to: entries)
        }
        #expect(try environment.checkedCount(entries, bytes: 200) == 20_000)
        let after = environment.statistics
        #expect(before == 1 << 16)
        #expect(after.mapSizeBytes >= after.usedBytes)
        #expect(after.usedBytes > 4_000_000)
    }

    @Test func oneTransactionLargerThanTheMapRunsAgainUntilItFits() throws {
        let scratch = try Scratch()
        let environment = try Environment(
            path: scratch.path, configuration: .small(mapSizeBytes: 1 << 16))
        let entries = try environment.integers()
        var runs = 0
        try environment.write { transaction in
            runs += 1
            for key in 0..<10_000 as Range<UInt64> {
                // An error that the body swallows must not hide that the map was full.
                try? transaction.put(entries, key, Environment.value(key, 200), append: true)
            }
        }
        #expect(runs > 2)
        #expect(try environment.checkedCount(entries, bytes: 200) == 10_000)
    }

    @Test func growthEndsAtTheConfiguredLimit() throws {
        let scratch = try Scratch()
        let environment = try Environment(
            path: scratch.path, configuration: .small(mapSizeBytes: 1 << 16, maxBytes: 1 << 18))
        let entries = try environment.integers()
        let error = #expect(throws: LMDBError.self) {
            try environment.append(0..<10_000, bytes: 200, to: entries)
        }
        #expect(error?.code == .mapFull)
        #expect(environment.statistics.mapSizeBytes == 1 << 18)
        try environment.append(0..<10, bytes: 200, to: entries)
        #expect(try environment.checkedCount(entries, bytes: 200) == 10)
        let beyond = #expect(throws: LMDBError.self) { try environment.grow(toAtLeast: 1 << 19) }
        #expect(beyond?.code == .mapFull)
    }

    @Test func growingByPlanRoundsToPages() throws {
        let scratch = try Scratch()
        let environment = try Environment(path: scratch.path, configuration: .small())
        try environment.grow(toAtLeast: (1 << 22) + 1)
        #expect(environment.statistics.mapSizeBytes == (1 << 22) + 4096)
        try environment.grow(toAtLeast: 1 << 16)
        #expect(environment.statistics.mapSizeBytes == (1 << 22) + 4096)
        let inside = #expect(throws: LMDBError.self) {
            try environment.read { _ in try environment.grow(toAtLeast: 1 << 23) }
        }
        #expect(inside?.code == .lockHeld)
    }

    @Test func aMapTheSystemRefusesLeavesTheOldOne() throws {
        let scratch = try Scratch()
        let environment = try Environment(
            path: scratch.path, configuration: .small(maxBytes: 1 << 60))
        let entries = try environment.integers()
        try environment.append(0..<100, bytes: 200, to: entries)
        // More than the address space of a process, which LMDB finds out after unmapping.
        let error = #expect(throws: LMDBError.self) { try environment.grow(toAtLeast: 1 << 58) }
        #expect(error?.status == ENOMEM)
        #expect(environment.statistics.mapSizeBytes == 1 << 20)
        #expect(try environment.checkedCount(entries, bytes: 200) == 100)
        try environment.append(100..<10_000, bytes: 200, to: entries)
        #expect(try environment.checkedCount(entries, bytes: 200) == 10_000)
    }

    @Test func aLargerMapOnDiskIsTakenOverAtOpen() throws {
        let scratch = try Scratch()
        let small = Environment.Configuration.small(mapSizeBytes: 1 << 16)
        let first = try Environment(path: scratch.path, configuration: small)
        try first.append(0..<5000, bytes: 200, to: try first.integers())
        let size = first.statistics.mapSizeBytes
        first.close()
        let second = try Environment(path: scratch.path, configuration: small)
        #expect(second.statistics.mapSizeBytes == size)
        #expect(try second.checkedCount(try second.integers(), bytes: 200) == 5000)
    }

    @Test func readersAndWritersOnManyThreadsSurviveGrowth() throws {
        let scratch = try Scratch()
        let environment = try Environment(
            path: scratch.path, configuration: .small(mapSizeBytes: 1 << 16))
        let entries = try environment.integers()
        let committed = Atomic<UInt64>(0)
        let done = Atomic<Int>(0)
        let writers = 2
        let batches = 60
        try onThreads(6) { index in
            if index < writers {
                defer { done.add(1, ordering: .sequentiallyConsistent) }
                for _ in 0..<batches {
                    let next = try environment.write { transaction -> UInt64 in
                        let first = try transaction.last(entries).map { $0 + 1 } ?? 0
                        for key in first..<first + 100 {
                            try transaction.put(
                                entries, key, Environment.value(key, 200), append: true)
                        }
                        return first + 100
                    }
                    committed.max(next, ordering: .sequentiallyConsistent)
                }
                return
            }
            while done.load(ordering: .sequentiallyConsistent) < writers {
                let atLeast = committed.load(ordering: .sequentiallyConsistent)
                let found = try environment.checkedCount(entries, bytes: 200)
                #expect(found >= atLeast)
                #expect(found % 100 == 0)
            }
        }
        #expect(
            try environment.checkedCount(entries, bytes: 200) == writers * batches * 100)
        // Readers at rest keep their slots, one for each that ran at the same time.
        #expect((1...6).contains(environment.statistics.readers))
        #expect(environment.statistics.oldestReaderTransactionID == nil)
    }
}
