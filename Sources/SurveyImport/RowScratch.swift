/// The values of the row being read, and room for those that had to be rewritten.
struct RowScratch: ~Copyable {
    private let values: UnsafeMutablePointer<SlotValue>
    private let count: Int
    private var arena: UnsafeMutablePointer<UInt8>
    private var capacity = 4096
    private var used = 0

    init(slotCount: Int) {
        count = slotCount
        values = .allocate(capacity: max(1, slotCount))
        values.initialize(repeating: SlotValue(), count: max(1, slotCount))
        arena = .allocate(capacity: capacity)
    }

    deinit {
        values.deallocate()
        arena.deallocate()
    }

    /// The values, by slot; valid until the next row begins.
    var slots: UnsafeBufferPointer<SlotValue> { UnsafeBufferPointer(start: values, count: count) }

    /// Forgets all values. The row's length bounds what rewriting it can take, so the room is made
    /// here once and pointers into it stay good.
    mutating func beginRow(ofBytes length: Int) {
        values.update(repeating: SlotValue(), count: count)
        used = 0
        guard length > capacity else { return }
        arena.deallocate()
        arena = .allocate(capacity: length)
        capacity = length
    }

    func set(_ slot: Int, _ value: SlotValue) {
        values[slot] = value
    }

    /// Where the next rewritten value goes.
    var free: UnsafeMutablePointer<UInt8> { arena + used }

    /// Keeps `count` bytes written at ``free``.
    mutating func keep(_ count: Int) -> UnsafeBufferPointer<UInt8> {
        let bytes = UnsafeBufferPointer(start: arena + used, count: count)
        used += count
        return bytes
    }
}
