import LedgerCore

/// 4096 responses as columns, being changed: what `RowChunkView` reads in place.
///
/// Nothing is overwritten without trace. What an amendment replaces goes to `history` with the
/// position that replaced it, so any earlier prefix of the log can be asked about.
struct RowChunk {
    static let rowBits = 12
    static let rowsMax = 1 << rowBits
    static let headerBytes = 24
    /// Marks a row without a stated score.
    static let noScore = UInt16.max

    /// Flag bits of a row.
    enum Flag {
        static let hasText: UInt8 = 1
    }

    struct Exclusion {
        static let byteCount = 10
        var row: UInt16
        var position: Position
    }

    struct Superseded {
        static let byteCount = 18
        var row: UInt16
        /// Position of the amendment; before it these values held.
        var until: Position
        var score: UInt16
        var flags: UInt8
        var textChanged: UInt8
        var tuple: UInt32
    }

    var positions: [Position] = []
    var occurredAt: [Microseconds] = []
    var tuples: [UInt32] = []
    var scores: [UInt16] = []
    var flags: [UInt8] = []
    var exclusions: [Exclusion] = []
    var history: [Superseded] = []
    /// The highest position of any event in here.
    var lastPosition: Position = 0
    var isDirty = false

    init() {}

    var count: Int { positions.count }

    init(_ bytes: UnsafeRawBufferPointer) throws {
        let view = try RowChunkView(bytes)
        var reader = BlobReader(bytes: bytes, offset: Self.headerBytes)
        positions = reader.column(view.count)
        occurredAt = reader.column(view.count)
        tuples = reader.column(view.count)
        scores = reader.column(view.count)
        flags = reader.column(view.count)
        exclusions = (0..<view.exclusionCount).map { _ in
            Exclusion(row: reader.next(), position: reader.next())
        }
        history = (0..<view.historyCount).map { _ in
            Superseded(
                row: reader.next(), until: reader.next(), score: reader.next(),
                flags: reader.next(), textChanged: reader.next(), tuple: reader.next())
        }
        lastPosition = view.lastPosition
    }

    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(
            Self.headerBytes + count * 23 + exclusions.count * Exclusion.byteCount
                + history.count * Superseded.byteCount)
        bytes.put(UInt32(count))
        bytes.put(UInt32(exclusions.count))
        bytes.put(UInt32(history.count))
        bytes.put(UInt32(0))
        bytes.put(lastPosition)
        bytes.put(column: positions)
        bytes.put(column: occurredAt)
        bytes.put(column: tuples)
        bytes.put(column: scores)
        bytes.put(column: flags)
        for exclusion in exclusions {
            bytes.put(exclusion.row)
            bytes.put(exclusion.position)
        }
        for entry in history {
            bytes.put(entry.row)
            bytes.put(entry.until)
            bytes.put(entry.score)
            bytes.put(entry.flags)
            bytes.put(entry.textChanged)
            bytes.put(entry.tuple)
        }
        return bytes
    }

    /// The row of the response at `position`, or nil.
    func row(of position: Position) -> Int? {
        var (low, high) = (0, positions.count)
        while low < high {
            let middle = (low + high) / 2
            if positions[middle] < position { low = middle + 1 } else { high = middle }
        }
        return low < positions.count && positions[low] == position ? low : nil
    }

    /// Position of the event whose text the row now has.
    func textPosition(_ row: Int) -> Position {
        history.last { $0.row == UInt16(row) && $0.textChanged == 1 }?.until ?? positions[row]
    }
}
