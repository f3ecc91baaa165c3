/// Counts buckets of one text: open addressing, cleared in time proportional to what it holds.
struct FeatureCounts: ~Copyable {
    /// (bucket + 1) << 32 | count; 0 is free.
    private var slots: UnsafeMutablePointer<UInt64>
    /// Slots in use, in order of first sight.
    private var used: UnsafeMutablePointer<UInt32>
    private var shift: UInt32
    private(set) var count = 0

    private static let initialBits: UInt32 = 10

    init() {
        let capacity = 1 << Int(Self.initialBits)
        slots = .allocate(capacity: capacity)
        slots.initialize(repeating: 0, count: capacity)
        used = .allocate(capacity: capacity / 2)
        used.initialize(repeating: 0, count: capacity / 2)
        shift = 32 - Self.initialBits
    }

    deinit {
        slots.deallocate()
        used.deallocate()
    }

    private var capacity: Int { 1 << Int(32 - shift) }

    /// The bucket and its count that came `position`-th.
    @inline(__always)
    subscript(position: Int) -> (bucket: Int, count: Int) {
        let slot = slots[Int(used[position])]
        return (Int(slot >> 32) - 1, Int(slot & 0xFFFF_FFFF))
    }

    @inline(__always)
    mutating func add(_ bucket: UInt32) {
        let key = UInt64(bucket) + 1
        let mask = UInt32(truncatingIfNeeded: capacity - 1)
        var index = (bucket &* 0x9E37_79B1) >> shift
        while true {
            let slot = slots[Int(index)]
            if slot >> 32 == key {
                slots[Int(index)] = slot &+ 1
                return
            }
            if slot == 0 { break }
            index = (index &+ 1) & mask
        }
        slots[Int(index)] = key << 32 | 1
        used[count] = index
        count += 1
        if count == capacity / 2 { grow() }
    }

    mutating func removeAll() {
        for position in 0..<count { slots[Int(used[position])] = 0 }
        count = 0
    }

    private mutating func grow() {
        let oldSlots = slots
        let oldUsed = used
        shift -= 1
        slots = .allocate(capacity: capacity)
        slots.initialize(repeating: 0, count: capacity)
        used = .allocate(capacity: capacity / 2)
        used.initialize(repeating: 0, count: capacity / 2)
        let mask = UInt32(truncatingIfNeeded: capacity - 1)
        for position in 0..<count {
            let slot = oldSlots[Int(oldUsed[position])]
            let bucket = UInt32(truncatingIfNeeded: (slot >> 32) - 1)
            var index = (bucket &* 0x9E37_79B1) >> shift
            while slots[Int(index)] != 0 { index = (index &+ 1) & mask }
            slots[Int(index)] = slot
            used[position] = index
        }
        oldSlots.deallocate()
        oldUsed.deallocate()
    }
}
