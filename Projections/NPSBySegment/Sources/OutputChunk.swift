import LedgerCore

/// What one model read in the responses of one chunk, as columns, being changed.
struct OutputChunk {
    static let headerBytes = 24
    /// Marks a row the model has not classified, in both columns: a tally reads only one of them. A
    /// row with a position and this mark was left unread, and has in the place of the promoter's
    /// probability the language that the model has not learnt.
    static let unset = Position.max
    static let unclassified = UInt16.max

    struct Superseded {
        static let byteCount = 22
        var row: UInt16
        /// Position of the classification; behind `until` where the text was read only after it had
        /// been replaced, so that the output never held.
        var from: Position
        /// Position of the event that replaced or voided the output.
        var until: Position
        var detractor: UInt16
        var promoter: UInt16
    }

    var positions: [Position] = []
    var detractor: [UInt16] = []
    var promoter: [UInt16] = []
    var superseded: [Superseded] = []
    /// The highest position of any event in here.
    var lastPosition: Position = 0
    var isDirty = false

    init() {}

    init(_ bytes: UnsafeRawBufferPointer) throws {
        let view = try OutputChunkView(bytes)
        var reader = BlobReader(bytes: bytes, offset: Self.headerBytes)
        positions = reader.column(view.count)
        detractor = reader.column(view.count)
        promoter = reader.column(view.count)
        superseded = (0..<view.supersededCount).map { _ in
            Superseded(
                row: reader.next(), from: reader.next(), until: reader.next(),
                detractor: reader.next(), promoter: reader.next())
        }
        lastPosition = view.lastPosition
    }

    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(
            Self.headerBytes + positions.count * 12 + superseded.count * Superseded.byteCount)
        bytes.put(UInt32(positions.count))
        bytes.put(UInt32(superseded.count))
        bytes.put(UInt64(0))
        bytes.put(lastPosition)
        bytes.put(column: positions)
        bytes.put(column: detractor)
        bytes.put(column: promoter)
        for entry in superseded {
            bytes.put(entry.row)
            bytes.put(entry.from)
            bytes.put(entry.until)
            bytes.put(entry.detractor)
            bytes.put(entry.promoter)
        }
        return bytes
    }

    mutating func set(
        _ row: Int, at position: Position, detractor d: UInt16, promoter p: UInt16
    ) {
        void(row, at: position)
        while positions.count <= row {
            positions.append(Self.unset)
            detractor.append(Self.unclassified)
            promoter.append(0)
        }
        positions[row] = position
        detractor[row] = d
        promoter[row] = p
        lastPosition = max(lastPosition, position)
        isDirty = true
    }

    /// Keeps what was read in a text after it had been replaced.
    mutating func add(_ output: Superseded) {
        superseded.append(output)
        lastPosition = max(lastPosition, output.from)
        isDirty = true
    }

    /// Puts the output of `row`, if there is one, among the superseded.
    mutating func void(_ row: Int, at position: Position) {
        guard row < positions.count, positions[row] != Self.unset else { return }
        superseded.append(
            Superseded(
                row: UInt16(row), from: positions[row], until: position,
                detractor: detractor[row], promoter: promoter[row]))
        positions[row] = Self.unset
        detractor[row] = Self.unclassified
        promoter[row] = 0
        lastPosition = max(lastPosition, position)
        isDirty = true
    }
}

/// A chunk of outputs read in place.
struct OutputChunkView {
    let bytes: UnsafeRawBufferPointer
    let count: Int
    let supersededCount: Int
    let lastPosition: Position
    let detractorOffset: Int
    let promoterOffset: Int
    private let supersededOffset: Int

    init(_ bytes: UnsafeRawBufferPointer) throws {
        self.bytes = bytes
        guard bytes.count >= OutputChunk.headerBytes else {
            throw DamagedState("a chunk of outputs")
        }
        count = Int(bytes.load(0, as: UInt32.self))
        supersededCount = Int(bytes.load(4, as: UInt32.self))
        lastPosition = bytes.load(16)
        detractorOffset = OutputChunk.headerBytes + count * 8
        promoterOffset = detractorOffset + count * 2
        supersededOffset = promoterOffset + count * 2
        guard count <= RowChunk.rowsMax,
            supersededOffset + supersededCount * OutputChunk.Superseded.byteCount == bytes.count
        else { throw DamagedState("a chunk of outputs") }
    }

    @inline(__always)
    func position(_ row: Int) -> Position {
        bytes.load(OutputChunk.headerBytes + row * 8)
    }
    @inline(__always)
    func detractor(_ row: Int) -> UInt16 { bytes.load(detractorOffset + row * 2) }
    @inline(__always)
    func promoter(_ row: Int) -> UInt16 { bytes.load(promoterOffset + row * 2) }

    /// Calls `body` with what was read in texts after they had been replaced, before `end`.
    func forEachLate(
        before end: Position,
        _ body: (_ row: Int, _ position: Position, _ replacedAt: Position, UInt16, UInt16) throws ->
            Void
    ) rethrows {
        for index in 0..<supersededCount {
            let at = supersededOffset + index * OutputChunk.Superseded.byteCount
            let from = bytes.load(at + 2, as: Position.self)
            let until = bytes.load(at + 10, as: Position.self)
            guard from > until, from < end else { continue }
            try body(
                Int(bytes.load(at, as: UInt16.self)), from, until, bytes.load(at + 18),
                bytes.load(at + 20))
        }
    }

    /// The last that was read, before `end`, in texts that were replaced at these positions, by row.
    func read(
        inTextsReplacedAt ends: [Int: Position], before end: Position
    ) -> [Int: (detractor: UInt16, promoter: UInt16)] {
        var rows: [Int: (detractor: UInt16, promoter: UInt16)] = [:]
        for index in 0..<supersededCount {
            let at = supersededOffset + index * OutputChunk.Superseded.byteCount
            let row = Int(bytes.load(at, as: UInt16.self))
            guard bytes.load(at + 2, as: Position.self) < end,
                bytes.load(at + 10, as: Position.self) == ends[row]
            else { continue }
            rows[row] = (bytes.load(at + 18), bytes.load(at + 20))
        }
        return rows
    }

    /// Outputs that held as of `asOf` and hold no longer, by row.
    func former(asOf: Position) -> [Int: (detractor: UInt16, promoter: UInt16)] {
        var rows: [Int: (detractor: UInt16, promoter: UInt16)] = [:]
        for index in 0..<supersededCount {
            let at = supersededOffset + index * OutputChunk.Superseded.byteCount
            let from = bytes.load(at + 2, as: Position.self)
            let until = bytes.load(at + 10, as: Position.self)
            if from < asOf, until >= asOf {
                rows[Int(bytes.load(at, as: UInt16.self))] = (
                    bytes.load(at + 18), bytes.load(at + 20)
                )
            }
        }
        return rows
    }
}
