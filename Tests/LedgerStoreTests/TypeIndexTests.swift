import LedgerCore
import LedgerFixtures
import Testing

@testable import LedgerStore

/// Reading by type and by range, against a plain list of names.
@Suite struct TypeIndexTests {
    private static let blocks = 3

    /// A log over several blocks of the index in which the types come in stretches.
    private static func make(
        _ path: String, seed: UInt64
    ) throws -> (log: EventLog, names: [EventName]) {
        let log = try EventLog(testing: path)
        var random = SeededNumbers(seed: seed)
        var names: [EventName] = []
        var stretch = EventName.responseRecorded
        while names.count < blocks * 4096 + 100 {
            var batch = EventBatch()
            for _ in 0..<(1 + random.below(1_500)) {
                if random.below(400) == 0 {
                    stretch =
                        [.responseRecorded, .responseExcluded, .ledgerOpened][random.below(3)]
                }
                let name = random.below(50) == 0 ? EventName.ledgerOpened : stretch
                switch name {
                case .responseRecorded: try batch.appendResponse(names.count)
                case .responseExcluded: try batch.append(Sample.exclusion(of: 0))
                default: try batch.append(Sample.opening())
                }
                names.append(name)
            }
            _ = try log.append(batch)
        }
        return (log, names)
    }

    @Test func readsByTypeAndRange() throws {
        let seed: UInt64 = 61
        let scratch = try Scratch()
        let (log, names) = try Self.make(scratch("log"), seed: seed)
        var random = SeededNumbers(seed: seed + 1)
        let size = names.count
        let choices: [Set<EventName>?] = [
            nil, [], [.ledgerOpened], [.responseExcluded], [.ledgerOpened, .responseExcluded],
            [.responseRecorded], [.responseRecorded, .ledgerOpened], [.modelActivated],
        ]
        for round in 0..<120 {
            let bounds = [random.below(size + 50), random.below(size + 50)].sorted()
            // Bounds at the edges of blocks are where an index goes wrong.
            let low = round % 3 == 0 ? bounds[0] & ~4095 : bounds[0]
            let high = max(low, round % 4 == 0 ? bounds[1] & ~4095 : bounds[1])
            let range = Position(low)..<(round % 20 == 0 ? .max : Position(high))
            let wanted = choices[random.below(choices.count)]
            let end = min(range.upperBound, Position(size))
            let expected = names.indices.filter {
                range.contains(Position($0)) && wanted?.contains(names[$0]) != false
            }.map { Position($0) }
            var seen: [Position] = []
            var next = try log.forEachEvent(in: range, named: wanted) { event in
                #expect(event.name == names[Int(event.position)])
                seen.append(event.position)
                return true
            }
            #expect(seen == expected, "range \(range), \(wanted ?? []); seed \(seed)")
            #expect(next == max(range.lowerBound, end), "range \(range); seed \(seed)")
            if let wanted {
                #expect(try log.positions(of: wanted, in: range) == expected, "seed \(seed)")
            }
            // Stopped anywhere, it goes on from there without a loss or a repetition.
            seen.removeAll()
            next = range.lowerBound
            while true {
                let stop = 1 + random.below(max(1, expected.count))
                var count = 0
                let before = next
                next = try log.forEachEvent(in: next..<max(next, end), named: wanted) { event in
                    seen.append(event.position)
                    count += 1
                    return count < stop
                }
                if count < stop || next == before { break }
            }
            #expect(seen == expected, "range \(range), \(wanted ?? []); seed \(seed)")
        }
        try AppendTests.expectSound(log)
        log.close()
    }
}
