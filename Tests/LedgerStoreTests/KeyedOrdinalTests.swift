import LedgerCore
import LedgerFixtures
import Testing

@testable import LedgerStore

/// The distributing sort against the standard library's.
@Suite struct KeyedOrdinalTests {
    /// How keys lie: as hashes do, few and often, and all in one bucket.
    enum Spread: CaseIterable {
        case uniform
        case repeated
        case clustered
    }

    @Test(arguments: Spread.allCases, [0, 1, 2, 255, 256, 257, 1_000, 40_000])
    func sortsAsTheLibraryDoes(spread: Spread, count: Int) {
        let seed = UInt64(count)
        var random = SeededNumbers(seed: seed)
        var elements = (0..<count).map { ordinal in
            let key =
                switch spread {
                case .uniform: Hash128(high: random.next(), low: random.next())
                case .repeated: Hash128(high: random.next() % 3 << 40, low: random.next() % 2)
                case .clustered: Hash128(high: 7 << 60 | random.next() % 1_000, low: 1)
                }
            return KeyedOrdinal(key: key, ordinal: UInt32(ordinal))
        }
        let expected = elements.sorted(by: KeyedOrdinal.precedes)
        elements.sortByKey()
        #expect(elements.map(\.key) == expected.map(\.key), "seed \(seed)")
        #expect(elements.map(\.ordinal) == expected.map(\.ordinal), "seed \(seed)")
    }
}
