import LedgerCore

/// A chunk of rows read in place.
struct RowChunkView {
    let bytes: UnsafeRawBufferPointer
    let count: Int
    let exclusionCount: Int
    let historyCount: Int
    let decisionCount: Int
    let lastPosition: Position
    let base: Position
    let earliest: Microseconds
    let latest: Microseconds
    let occurredAtOffset: Int
    let subjectsOffset: Int
    let offsetsOffset: Int
    let tuplesOffset: Int
    let scoresOffset: Int
    let flagsOffset: Int
    private let sparseOffset: Int

    init(_ bytes: UnsafeRawBufferPointer) throws {
        self.bytes = bytes
        guard bytes.count >= RowChunk.headerBytes else { throw DamagedState("a chunk of rows") }
        count = Int(bytes.load(0, as: UInt32.self))
        exclusionCount = Int(bytes.load(4, as: UInt32.self))
        historyCount = Int(bytes.load(8, as: UInt32.self))
        decisionCount = Int(bytes.load(12, as: UInt32.self))
        lastPosition = bytes.load(16)
        base = bytes.load(24)
        earliest = bytes.load(32)
        latest = bytes.load(40)
        occurredAtOffset = RowChunk.headerBytes
        subjectsOffset = occurredAtOffset + count * 8
        offsetsOffset = subjectsOffset + count * 8
        tuplesOffset = offsetsOffset + count * 4
        scoresOffset = tuplesOffset + count * 4
        flagsOffset = scoresOffset + count * 2
        sparseOffset = flagsOffset + count
        let end =
            sparseOffset + exclusionCount * RowChunk.Exclusion.byteCount
            + historyCount * RowChunk.Superseded.byteCount
            + decisionCount * RowChunk.Decision.byteCount
        guard count > 0, count <= RowChunk.rowsMax, end == bytes.count,
            base <= Position.max - RowChunk.spanMax
        else { throw DamagedState("a chunk of rows") }
    }

    @inline(__always)
    func position(_ row: Int) -> Position {
        base + Position(bytes.load(offsetsOffset + row * 4, as: UInt32.self))
    }
    @inline(__always)
    func occurredAt(_ row: Int) -> Microseconds { bytes.load(occurredAtOffset + row * 8) }
    @inline(__always)
    func subject(_ row: Int) -> UInt64 { bytes.load(subjectsOffset + row * 8) }
    @inline(__always)
    func tuple(_ row: Int) -> UInt32 { bytes.load(tuplesOffset + row * 4) }
    @inline(__always)
    func score(_ row: Int) -> UInt16 { bytes.load(scoresOffset + row * 2) }
    @inline(__always)
    func flags(_ row: Int) -> UInt8 { bytes[flagsOffset + row] }

    /// Whether a response is dated after its recording.
    var hasDatedAhead: Bool {
        let flags = Column<UInt8>(bytes, flagsOffset)
        var all: UInt8 = 0
        for row in 0..<count { all |= flags[row] }
        return all & RowChunk.Flag.isDatedAhead != 0
    }

    /// Rows to leave out as of `asOf`; nil where there are none.
    func excluded(asOf: Position) -> Set<Int>? {
        guard exclusionCount > 0 else { return nil }
        var rows: Set<Int> = []
        for index in 0..<exclusionCount {
            let at = sparseOffset + index * RowChunk.Exclusion.byteCount
            if bytes.load(at + 2, as: Position.self) < asOf {
                rows.insert(Int(bytes.load(at, as: UInt16.self)))
            }
        }
        return rows.isEmpty ? nil : rows
    }

    /// Rows whose values as of `asOf` were others than today's; nil where there are none.
    func former(asOf: Position) -> [Int: (score: UInt16, flags: UInt8, tuple: UInt32)]? {
        guard historyCount > 0 else { return nil }
        var rows: [Int: (score: UInt16, flags: UInt8, tuple: UInt32)] = [:]
        let start = sparseOffset + exclusionCount * RowChunk.Exclusion.byteCount
        // Entries are in log order: the first amendment not yet made tells what held.
        for index in 0..<historyCount {
            let at = start + index * RowChunk.Superseded.byteCount
            let row = Int(bytes.load(at, as: UInt16.self))
            guard bytes.load(at + 2, as: Position.self) >= asOf, rows[row] == nil else {
                continue
            }
            rows[row] = (bytes.load(at + 10), bytes.load(at + 12), bytes.load(at + 14))
        }
        return rows.isEmpty ? nil : rows
    }

    /// By row, where the text that it had as of `asOf` was replaced since, before `end`; nil where none
    /// was.
    func textsReplaced(since asOf: Position, before end: Position) -> [Int: Position]? {
        guard historyCount > 0, asOf < end else { return nil }
        var rows: [Int: Position] = [:]
        let start = sparseOffset + exclusionCount * RowChunk.Exclusion.byteCount
        // Entries are in log order: the first one ends that text.
        for index in 0..<historyCount
        where bytes[start + index * RowChunk.Superseded.byteCount + 13] == 1 {
            let at = start + index * RowChunk.Superseded.byteCount
            let row = Int(bytes.load(at, as: UInt16.self))
            let until = bytes.load(at + 2, as: Position.self)
            if until >= asOf, until < end, rows[row] == nil { rows[row] = until }
        }
        return rows.isEmpty ? nil : rows
    }

    /// Where the decisions begin.
    var decisionsOffset: Int {
        sparseOffset + exclusionCount * RowChunk.Exclusion.byteCount
            + historyCount * RowChunk.Superseded.byteCount
    }

    /// The row of the response at `position`, or nil.
    func row(of position: Position) -> Int? {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self.position(middle) < position { low = middle + 1 } else { high = middle }
        }
        return low < count && self.position(low) == position ? low : nil
    }

    /// By response, the event whose text it had as of `asOf`, where that is not its own.
    func textPositions(asOf: Position) -> [Position: Position] {
        var found: [Position: Position] = [:]
        let start = sparseOffset + exclusionCount * RowChunk.Exclusion.byteCount
        // Entries are in log order: the last one stands.
        for index in 0..<historyCount {
            let at = start + index * RowChunk.Superseded.byteCount
            let until = bytes.load(at + 2, as: Position.self)
            let row = Int(bytes.load(at, as: UInt16.self))
            if bytes[at + 13] == 1, until < asOf, row < count { found[position(row)] = until }
        }
        return found
    }
}

/// Little-endian reading and writing of the state's blobs.
extension UnsafeRawBufferPointer {
    @inline(__always)
    func load<T: FixedWidthInteger>(_ offset: Int, as type: T.Type = T.self) -> T {
        T(littleEndian: loadUnaligned(fromByteOffset: offset, as: T.self))
    }
}

extension Array where Element == UInt8 {
    mutating func put<T: FixedWidthInteger>(_ value: T) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }

    mutating func put<T: FixedWidthInteger>(column: [T]) {
        column.withUnsafeBytes { append(contentsOf: $0) }
    }
}

/// Reads a blob from front to back.
struct BlobReader {
    let bytes: UnsafeRawBufferPointer
    var offset = 0

    mutating func next<T: FixedWidthInteger>(_ type: T.Type = T.self) -> T {
        defer { offset += MemoryLayout<T>.size }
        return bytes.load(offset)
    }

    mutating func column<T: FixedWidthInteger>(_ count: Int, _ type: T.Type = T.self) -> [T] {
        let byteCount = count * MemoryLayout<T>.size
        defer { offset += byteCount }
        // A column is stored as it lies in memory: every machine this runs on is little-endian.
        let column = UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + byteCount)])
        return [T](unsafeUninitializedCapacity: count) { buffer, initialized in
            UnsafeMutableRawBufferPointer(buffer).copyMemory(from: column)
            initialized = count
        }
    }
}

/// A blob that this projection cannot have written.
struct DamagedState: StateDamage {
    let what: String
    init(_ what: String) { self.what = what }
    var projection: String { NPSBySegment.descriptor.id }
    var description: String { "the state of \(projection) is damaged (\(what))" }
}
