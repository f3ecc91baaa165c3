/// Numbers that follow from a seed alone: SplitMix64 (Steele, Lea and Flood, “Fast Splittable
/// Pseudorandom Number Generators”, 2014). The draws are made here and not by the standard
/// library, so that a seed gives the same history on every toolchain.
struct SeededNumbers {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number in `0 ..< bound`; `bound` is positive.
    mutating func below(_ bound: Int) -> Int {
        precondition(bound > 0, "nothing lies below \(bound)")
        return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// Whether something happens that happens so often in a hundred times.
    mutating func happens(percent: Int) -> Bool { below(100) < percent }

    /// One of `items`, or nil where there are none.
    mutating func pick<T>(_ items: [T]) -> T? {
        items.isEmpty ? nil : items[below(items.count)]
    }

    /// Three numbers that sum to 10,000, one of them often far ahead, now and then a tie.
    mutating func basisPoints() -> [UInt16] {
        if happens(percent: 5) { return [5000, 0, 5000] }
        let first = below(10_001)
        let second = below(10_001 - first)
        let parts = [first, second, 10_000 - first - second].map { UInt16($0) }
        let turn = below(3)
        return (0..<3).map { parts[($0 + turn) % 3] }
    }

    /// Bytes in any order.
    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }
}
