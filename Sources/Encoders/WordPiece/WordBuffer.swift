/// The word that is being read, normalised, as UTF-8.
struct WordBuffer {
    /// Longer words have no pieces; as the reference has it.
    static let scalarsMax = 100

    private var bytes: [UInt8] = []
    /// Scalars in the word; those beyond one too many are not counted.
    private var scalarCount = 0
    /// Marks that stay and are not yet in order, since more may follow.
    private var run: [(rank: UInt32, scalar: UInt32)] = []

    init() { bytes.reserveCapacity(Self.scalarsMax * 4) }

    /// Appends a scalar behind which marks do not move.
    @inline(__always)
    mutating func append(_ scalar: UInt32) {
        if !run.isEmpty { endRun() }
        guard scalarCount <= Self.scalarsMax else { return }
        scalarCount += 1
        write(scalar)
    }

    /// Appends a mark, which goes before those of its run that have a higher rank.
    mutating func append(mark: UInt32, rank: UInt32) {
        guard scalarCount <= Self.scalarsMax else { return }
        scalarCount += 1
        run.append((rank, mark))
    }

    /// Puts the marks since the last starter in order.
    mutating func endRun() {
        // Standing order of equals is kept by taking them one after another; a run is short.
        for index in run.indices.dropFirst() {
            var place = index
            while place > 0, run[place - 1].rank > run[place].rank {
                run.swapAt(place - 1, place)
                place -= 1
            }
        }
        for mark in run { write(mark.scalar) }
        run.removeAll(keepingCapacity: true)
    }

    /// Calls `body` with the word, if there is one, and makes room for the next.
    @inline(__always)
    mutating func end(_ body: (UnsafeBufferPointer<UInt8>?) -> Void) {
        if !run.isEmpty { endRun() }
        guard scalarCount > 0 else { return }
        if scalarCount > Self.scalarsMax {
            body(nil)
        } else {
            bytes.withUnsafeBufferPointer(body)
        }
        bytes.removeAll(keepingCapacity: true)
        scalarCount = 0
    }

    @inline(__always)
    private mutating func write(_ scalar: UInt32) {
        switch scalar {
        case ..<0x80:
            bytes.append(UInt8(truncatingIfNeeded: scalar))
        case ..<0x800:
            bytes.append(UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6))
            bytes.append(Self.tail(scalar))
        case ..<0x10000:
            bytes.append(UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12))
            bytes.append(Self.tail(scalar >> 6))
            bytes.append(Self.tail(scalar))
        default:
            bytes.append(UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18))
            bytes.append(Self.tail(scalar >> 12))
            bytes.append(Self.tail(scalar >> 6))
            bytes.append(Self.tail(scalar))
        }
    }

    private static func tail(_ scalar: UInt32) -> UInt8 {
        UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F)
    }
}

/// Reads scalars from bytes that may be no UTF-8.
enum UTF8Scalars {
    /// The scalar at `index`, which is moved behind it; nil for bytes that are none.
    ///
    /// Of what is none, the longest part that could have begun a scalar is passed over at once,
    /// as the Unicode standard recommends and `String(decoding:as:)` does.
    static func next(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> UInt32? {
        let first = bytes[index]
        index += 1
        // How many bytes follow, and between which bounds the first of them is.
        var follow: Int
        var lowest: UInt8 = 0x80
        var highest: UInt8 = 0xBF
        var scalar: UInt32
        switch first {
        case 0x00...0x7F: return UInt32(first)
        case 0xC2...0xDF: (follow, scalar) = (1, UInt32(first & 0x1F))
        case 0xE0...0xEF:
            (follow, scalar) = (2, UInt32(first & 0x0F))
            if first == 0xE0 { lowest = 0xA0 }
            if first == 0xED { highest = 0x9F }
        case 0xF0...0xF4:
            (follow, scalar) = (3, UInt32(first & 0x07))
            if first == 0xF0 { lowest = 0x90 }
            if first == 0xF4 { highest = 0x8F }
        default: return nil
        }
        while follow > 0 {
            guard index < bytes.count, bytes[index] >= lowest, bytes[index] <= highest else {
                return nil
            }
            scalar = scalar << 6 | UInt32(bytes[index] & 0x3F)
            index += 1
            follow -= 1
            (lowest, highest) = (0x80, 0xBF)
        }
        return scalar
    }
}
