import LedgerCore

/// A key and the ordinal of the event it belongs to.
struct KeyedOrdinal: Sendable {
    var key: Hash128
    var ordinal: UInt32

    /// Key order; equal keys in the order of their events.
    static func precedes(_ left: KeyedOrdinal, _ right: KeyedOrdinal) -> Bool {
        left.key != right.key ? left.key < right.key : left.ordinal < right.ordinal
    }
}

extension Array where Element == KeyedOrdinal {
    /// Fewer are sorted as they are.
    private static var distributedMin: Int { 256 }
    /// Larger buckets come from equal or chosen keys, which insertion would take quadratic time for.
    private static var insertionMax: Int { 32 }

    /// Puts the elements in key order.
    ///
    /// Keys are uniform hashes: their first bits spread them over buckets of about four, and what is
    /// left to do is within those. That is several times faster than comparing.
    mutating func sortByKey() {
        guard count >= Self.distributedMin else {
            sort(by: KeyedOrdinal.precedes)
            return
        }
        let shift = UInt64((count / 4).leadingZeroBitCount)
        var ends = [Int32](repeating: 0, count: 1 << (64 - Int(shift)))
        for element in self { ends[Int(element.key.high >> shift)] += 1 }
        var sum: Int32 = 0
        for bucket in ends.indices {
            sum += ends[bucket]
            ends[bucket] = sum
        }
        self = [KeyedOrdinal](unsafeUninitializedCapacity: count) { target, filled in
            guard let base = target.baseAddress else { return }
            for element in self.reversed() {
                let bucket = Int(element.key.high >> shift)
                ends[bucket] -= 1
                (base + Int(ends[bucket])).initialize(to: element)
            }
            filled = count
        }
        // What was a bucket's end has become its start.
        for bucket in ends.indices {
            let start = Int(ends[bucket])
            let end = bucket + 1 < ends.count ? Int(ends[bucket + 1]) : count
            if end - start > 1 { sortBucket(start..<end) }
        }
    }

    private mutating func sortBucket(_ range: Range<Int>) {
        guard range.count <= Self.insertionMax else {
            self[range].sort(by: KeyedOrdinal.precedes)
            return
        }
        for index in range.dropFirst() {
            let element = self[index]
            var hole = index
            while hole > range.lowerBound, KeyedOrdinal.precedes(element, self[hole - 1]) {
                self[hole] = self[hole - 1]
                hole -= 1
            }
            self[hole] = element
        }
    }
}
