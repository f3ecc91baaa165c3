import LedgerCore
import Testing

@Suite("State in memory")
struct MemoryStateTests {
    @Test("values are put, read, replaced and removed")
    func values() throws {
        let state = MemoryState()
        #expect(try state.value([1]) == nil)
        state.put([1], [2, 3])
        state.put([], [])
        #expect(try state.value([1]) == [2, 3])
        #expect(try state.value([]) == [])
        #expect(try state.withValue([1]) { $0.count } == 2)
        state.put([1], [4])
        #expect(state.pairs == [[1]: [4], []: []])
        state.remove([1])
        state.remove([9])
        #expect(try state.value([1]) == nil)
    }

    @Test("a scan gives one prefix in key order until it is told to stop, seed 96")
    func scan() throws {
        var random = SeededGenerator(seed: 96)
        let state = MemoryState()
        for _ in 0..<300 {
            state.put(random.bytes(Int.random(in: 0...3, using: &random)).map { $0 % 4 }, [1])
        }
        for prefix: [UInt8] in [[], [0], [1, 2], [3, 3, 3], [9]] {
            var keys: [[UInt8]] = []
            try state.scan(prefix: prefix) { key, value in
                keys.append([UInt8](key))
                #expect([UInt8](value) == [1])
                return true
            }
            let expected = state.pairs.keys.filter { $0.starts(with: prefix) }
                .sorted { $0.lexicographicallyPrecedes($1) }
            #expect(keys == expected)
            var count = 0
            try state.scan(prefix: prefix) { _, _ in
                count += 1
                return count < 2
            }
            #expect(count == min(2, expected.count))
        }
    }

    @Test("changes between scans, and within one, are seen by the next, seed 78")
    func changes() throws {
        var random = SeededGenerator(seed: 78)
        let state = MemoryState()
        for _ in 0..<600 {
            let key = random.bytes(2).map { $0 % 8 }
            if random.oneIn(3) { state.remove(key) } else { state.put(key, random.bytes(1)) }
            let prefix = random.oneIn(2) ? [] : [UInt8.random(in: 0..<9, using: &random)]
            let expected = state.pairs.keys.filter { $0.starts(with: prefix) }
                .sorted { $0.lexicographicallyPrecedes($1) }
            var keys: [[UInt8]] = []
            try state.scan(prefix: prefix) { key, value in
                keys.append([UInt8](key))
                #expect(state.pairs[[UInt8](key)] == [UInt8](value))
                // A new key while the scan runs: it goes on over the keys it began with.
                state.put([9] + [UInt8](key), [0])
                return true
            }
            #expect(keys == expected)
            for added in keys { state.remove([9] + added) }
        }
    }

    @Test("an error of the caller comes out and ends the scan")
    func errors() {
        let state = MemoryState()
        state.put([1], [])
        state.put([2], [])
        let poison = PoisonEvent(position: 5, reason: "no such response")
        #expect(poison.description == "event 5 cannot be applied: no such response")
        var count = 0
        #expect(throws: poison) {
            try state.scan(prefix: []) { _, _ in
                count += 1
                throw poison
            }
        }
        #expect(count == 1)
    }
}
