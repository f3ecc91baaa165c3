import LMDB
import Testing

@Suite struct RoundTripTests {
    @Test func integerKeysComeBackInOrderOfValue() throws {
        let scratch = try Scratch()
        let environment = try Environment(path: scratch.path, configuration: .small())
        let entries = try environment.integers()
        // 256 sorts before 1 as bytes on this machine, and after it as a number.
        let keys: [UInt64] = [256, 1, .max - 1, 0, 65_536]
        try environment.write { transaction in
            for key in keys { try transaction.put(entries, key, [UInt8(truncatingIfNeeded: key)]) }
        }
        var seen: [UInt64] = []
        try environment.read { transaction in
            try transaction.forEach(entries, from: 0, to: .max) { key, value in
                seen.append(key)
                #expect(value.byteCount == 1)
                return true
            }
            #expect(try transaction.count(entries) == keys.count)
            #expect(try transaction.first(entries) == 0)
            #expect(try transaction.last(entries) == .max - 1)
            #expect(try transaction.value(entries, 256) == [0])
            #expect(try transaction.value(entries, 2) == nil)
            #expect(try transaction.withValue(entries, 65_536) { $0.byteCount } == 1)
            #expect(try transaction.withValue(entries, 3) { $0.byteCount } == nil)
        }
        #expect(seen == keys.sorted())
    }

    @Test func bytesKeysComeBackInOrderOfBytes() throws {
        let scratch = try Scratch()
        let environment = try Environment(path: scratch.path, configuration: .small())
        let names = try environment.named()
        let keys: [[UInt8]] = [[0xFF], [1], [1, 0], Array(repeating: 7, count: 511)]
        try environment.write { transaction in
            for key in keys { try transaction.put(names, bytes: key, [UInt8(key.count & 0xFF)]) }
        }
        try environment.read { transaction in
            var seen: [[UInt8]] = []
            try transaction.forEach(names, fromBytes: []) { key, _ in
                seen.append(key.withUnsafeBytes { [UInt8]($0) })
                return true
            }
            #expect(seen == [[1], [1, 0], Array(repeating: 7, count: 511), [0xFF]])
            var later = 0
            try transaction.forEach(names, fromBytes: [1, 0]) { _, _ in
                later += 1
                return later < 2
            }
            #expect(later == 2)
            #expect(try transaction.value(names, bytes: [0xFF]) == [1])
            #expect(try transaction.value(names, bytes: [9]) == nil)
            #expect(try transaction.withValue(names, bytes: [1, 0]) { $0.byteCount } == 1)
        }
    }

    @Test func rangesAreHalfOpenAndStopWhenTold() throws {
        let scratch = try Scratch()
        let environment = try Environment(path: scratch.path, configuration: .small())
        let entries = try environment.integers()
        try environment.append(0..<100, bytes: 10, to: entries)
        func keys(_ from: UInt64, _ to: UInt64, stop: UInt64 = .max) throws -> [UInt64] {
            try environment.read { transaction in
                var seen: [UInt64] = []
                try transaction.forEach(entries, from: from, to: to) { key, _ in
                    seen.append(key)
                    return key != stop
                }
                return seen
            }
        }
        #expect(try keys(10, 13) == [10, 11, 12])
        #expect(try keys(98, 1000) == [98, 99])
        #expect(try keys(100, 1000) == [])
        #expect(try keys(10, 10) == [])
        #expect(try keys(10, 50, stop: 11) == [10, 11])
    }

    @Test func reservedRoomIsFilledInPlace() throws {
        let scratch = try Scratch()
        let environment = try Environment(path: scratch.path, configuration: .small())
        let entries = try environment.integers()
        try environment.write { transaction in
            try transaction.reserve(entries, 1, count: 3, append: true) { room in
                room.copyBytes(from: [1, 2, 3])
            }
            try transaction.reserve(entries, 0, count: 10_000, append: false) { room in
                for index in room.indices { room[index] = 9 }
            }
            try transaction.reserve(entries, 2, count: 0, append: true) { room in
                #expect(room.isEmpty)
            }
        }
        let values = try environment.read { transaction in
            try (0...2).map { try transaction.value(entries, $0) }
        }
        #expect(values == [Array(repeating: 9, count: 10_000), [1, 2, 3], []])
    }

    @Test func deletingTellsWhetherTheKeyWasThere() throws {
        let scratch = try Scratch()
        let environment = try Environment(path: scratch.path, configuration: .small())
        let entries = try environment.integers()
        let names = try environment.named()
        try environment.append(0..<50, bytes: 10, to: entries)
        try environment.write { transaction in
            try transaction.put(names, bytes: [1], [1])
            #expect(try transaction.delete(entries, 7))
            #expect(try !transaction.delete(entries, 7))
            #expect(try transaction.delete(names, bytes: [1]))
            #expect(try !transaction.delete(names, bytes: [2]))
            #expect(try transaction.count(entries) == 49)
            try transaction.removeAll(entries)
            #expect(try transaction.count(entries) == 0)
            #expect(try transaction.last(entries) == nil)
            // The database is empty, not gone, and appending begins anew.
            try transaction.put(entries, 3, [3], append: true)
        }
        #expect(try environment.read { try $0.value(entries, 3) } == [3])
    }

    @Test func anAbortedWriteLeavesNothing() throws {
        struct Refusal: Error {}
        let scratch = try Scratch()
        let environment = try Environment(path: scratch.path, configuration: .small())
        let entries = try environment.integers()
        #expect(throws: Refusal.self) {
            try environment.write { transaction in
                try transaction.put(entries, 1, [1], append: true)
                throw Refusal()
            }
        }
        #expect(try environment.read { try $0.count(entries) } == 0)
    }

    @Test func aReaderKeepsItsSnapshot() throws {
        let scratch = try Scratch()
        let environment = try Environment(path: scratch.path, configuration: .small())
        let entries = try environment.integers()
        try environment.append(0..<1, bytes: 10, to: entries)
        try environment.read { (outer) throws in
            try onThreads(1) { _ in try environment.append(1..<2, bytes: 10, to: entries) }
            #expect(try outer.count(entries) == 1)
            #expect(try environment.read { try $0.count(entries) } == 2)
        }
    }
}
