import LedgerCore

/// 4096 responses as columns, being changed: what `RowChunkView` reads in place.
///
/// Nothing is overwritten without trace. What an amendment replaces goes to `history` with the
/// position that replaced it, so any earlier prefix of the log can be asked about.
struct RowChunk {
    static let rowBits = 12
    static let rowsMax = 1 << rowBits
    static let headerBytes = 48
    /// Bytes of one row in all columns.
    static let rowBytes = 27
    /// Farthest that a row may lie behind the first of its chunk: positions are kept as distances.
    static let spanMax = Position(UInt32.max)
    /// Marks a row without a stated score.
    static let noScore = UInt16.max

    /// Flag bits of a row.
    enum Flag {
        static let hasText: UInt8 = 1
        /// It was excluded at some position; the exclusions say at which.
        static let isExcluded: UInt8 = 2
        /// Its text was replaced; the history says by which event.
        static let isTextReplaced: UInt8 = 4
        /// Somebody decided on it at some position; the decisions say at which.
        static let isDecided: UInt8 = 8
        /// It is dated after its recording.
        static let isDatedAhead: UInt8 = 16
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

    /// A person's decision on the text that a row had.
    struct Decision {
        static let byteCount = 20
        var row: UInt16
        /// The class, and four for one that settles.
        var code: UInt8
        var position: Position
        /// Position of the amendment that replaced the text.
        var until: Position
    }

    /// Position of the first row.
    var base: Position = 0
    /// Distance of each row from `base`.
    var offsets: [UInt32] = []
    var occurredAt: [Microseconds] = []
    var subjects: [UInt64] = []
    var tuples: [UInt32] = []
    var scores: [UInt16] = []
    var flags: [UInt8] = []
    var exclusions: [Exclusion] = []
    var history: [Superseded] = []
    var decisions: [Decision] = []
    /// The highest position of any event in here.
    var lastPosition: Position = 0
    /// First and last response time.
    var earliest = Microseconds.max
    var latest = Microseconds.min
    var isDirty = false

    init() {}

    /// An empty chunk whose first row will be at `base`.
    init(base: Position) {
        self.base = base
        offsets.reserveCapacity(Self.rowsMax)
        occurredAt.reserveCapacity(Self.rowsMax)
        subjects.reserveCapacity(Self.rowsMax)
        tuples.reserveCapacity(Self.rowsMax)
        scores.reserveCapacity(Self.rowsMax)
        flags.reserveCapacity(Self.rowsMax)
    }

    var count: Int { offsets.count }

    func position(_ row: Int) -> Position { base + Position(offsets[row]) }

    init(_ bytes: UnsafeRawBufferPointer) throws {
        let view = try RowChunkView(bytes)
        var reader = BlobReader(bytes: bytes, offset: Self.headerBytes)
        occurredAt = reader.column(view.count)
        subjects = reader.column(view.count)
        offsets = reader.column(view.count)
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
        decisions = (0..<view.decisionCount).map { _ in
            Decision(
                row: reader.next(), code: UInt8(truncatingIfNeeded: reader.next(UInt16.self)),
                position: reader.next(), until: reader.next())
        }
        base = view.base
        lastPosition = view.lastPosition
        earliest = view.earliest
        latest = view.latest
    }

    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(
            Self.headerBytes + count * Self.rowBytes + exclusions.count * Exclusion.byteCount
                + history.count * Superseded.byteCount
                + decisions.count * Decision.byteCount)
        bytes.put(UInt32(count))
        bytes.put(UInt32(exclusions.count))
        bytes.put(UInt32(history.count))
        bytes.put(UInt32(decisions.count))
        bytes.put(lastPosition)
        bytes.put(base)
        bytes.put(earliest)
        bytes.put(latest)
        bytes.put(column: occurredAt)
        bytes.put(column: subjects)
        bytes.put(column: offsets)
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
        for decision in decisions {
            bytes.put(decision.row)
            bytes.put(UInt16(decision.code))
            bytes.put(decision.position)
            bytes.put(decision.until)
        }
        return bytes
    }

    /// The row of the response at `position`, or nil.
    func row(of position: Position) -> Int? {
        guard position >= base, position - base <= Self.spanMax else { return nil }
        let offset = UInt32(position - base)
        var (low, high) = (0, offsets.count)
        while low < high {
            let middle = (low + high) / 2
            if offsets[middle] < offset { low = middle + 1 } else { high = middle }
        }
        return low < offsets.count && offsets[low] == offset ? low : nil
    }

    /// Position of the event whose text the row now has.
    func textPosition(_ row: Int) -> Position {
        guard flags[row] & Flag.isTextReplaced != 0 else { return position(row) }
        return history.last { $0.row == UInt16(row) && $0.textChanged == 1 }?.until
            ?? position(row)
    }

    /// Where the text of the event `text` was replaced; nil where the row never had it, or has it.
    func replaced(_ text: Position, of row: Int) -> Position? {
        guard flags[row] & Flag.isTextReplaced != 0 else { return nil }
        var found = position(row)
        // Entries are in log order.
        for entry in history where entry.row == UInt16(row) && entry.textChanged == 1 {
            if found == text { return entry.until }
            found = entry.until
        }
        return nil
    }
}

extension RowChunk {
    /// Takes a response out from `position` on; a second exclusion changes nothing before it.
    mutating func exclude(_ row: Int, at position: Position) {
        exclusions.append(Exclusion(row: UInt16(row), position: position))
        flags[row] |= Flag.isExcluded
        touch(position)
    }

    /// Replaces what an amendment changes, and keeps what it replaces.
    mutating func amend(
        _ row: Int, at position: Position, score: UInt16?, tuple: UInt32?, hasText: Bool
    ) {
        history.append(
            Superseded(
                row: UInt16(row), until: position, score: scores[row], flags: flags[row],
                textChanged: hasText ? 1 : 0, tuple: tuples[row]))
        if let tuple { tuples[row] = tuple }
        if let score { scores[row] = score }
        if hasText {
            flags[row] |= Flag.hasText | Flag.isTextReplaced
            // What people decided before was about another text.
            for index in decisions.indices
            where decisions[index].row == UInt16(row) && decisions[index].until == .max {
                decisions[index].until = position
            }
        }
        touch(position)
    }

    /// Notes what a person decided on the text that the row has.
    mutating func decide(
        _ row: Int, at position: Position, _ npsClass: NPSClass, settles: Bool
    ) {
        decisions.append(
            Decision(
                row: UInt16(row),
                code: npsClass.rawValue | (settles ? DecidedRows.settlesBit : 0),
                position: position, until: .max))
        flags[row] |= Flag.isDecided
        touch(position)
    }

    private mutating func touch(_ position: Position) {
        lastPosition = max(lastPosition, position)
        isDirty = true
    }
}

/// One column of a chunk, in place.
struct Column<Element: FixedWidthInteger> {
    private let start: UnsafeRawPointer

    /// - Parameter bytes: a chunk whose view was made, so that the column is known to be in it.
    @inline(__always)
    init(_ bytes: UnsafeRawBufferPointer, _ offset: Int) {
        // A view has at least its header's bytes.
        start = bytes.baseAddress.unsafelyUnwrapped + offset
    }

    @inline(__always)
    subscript(row: Int) -> Element {
        Element(
            littleEndian: start.loadUnaligned(
                fromByteOffset: row &* MemoryLayout<Element>.size, as: Element.self))
    }
}

/// The columns of a chunk of rows that a tally reads.
struct RowColumns {
    let tuples: Column<UInt32>
    let scores: Column<UInt16>
    let flags: Column<UInt8>
    let times: Column<Microseconds>

    @inline(__always)
    init(_ rows: RowChunkView) {
        tuples = Column(rows.bytes, rows.tuplesOffset)
        scores = Column(rows.bytes, rows.scoresOffset)
        flags = Column(rows.bytes, rows.flagsOffset)
        times = Column(rows.bytes, rows.occurredAtOffset)
    }
}

/// What people's decisions make of the rows of a chunk as of a position: the latest that settles,
/// else the latest, of those on the text that the row had then.
struct DecidedRows {
    /// Set in the code of a decision that settles.
    static let settlesBit: UInt8 = 4

    private var codes: [Int: UInt8] = [:]

    /// The decisions of a chunk; nil where none stands.
    init?(_ rows: RowChunkView, asOf: Position) throws {
        guard rows.decisionCount > 0 else { return nil }
        let start = rows.decisionsOffset
        // Entries are in log order: a later one replaces an earlier one of its rank.
        for index in 0..<rows.decisionCount {
            let at = start + index * RowChunk.Decision.byteCount
            let row = Int(rows.bytes.load(at, as: UInt16.self))
            let code = UInt8(truncatingIfNeeded: rows.bytes.load(at + 2, as: UInt16.self))
            guard row < rows.count, NPSClass(rawValue: code & ~Self.settlesBit) != nil else {
                throw DamagedState("a decision")
            }
            let position = rows.bytes.load(at + 4, as: Position.self)
            let until = rows.bytes.load(at + 12, as: Position.self)
            guard position < asOf, until >= asOf else { continue }
            if code & Self.settlesBit != 0 || (codes[row] ?? 0) & Self.settlesBit == 0 {
                codes[row] = code
            }
        }
        if codes.isEmpty { return nil }
    }

    /// Rows with a decision; in no order.
    var rows: some Sequence<Int> { codes.keys }

    /// What a row was decided to count as.
    subscript(_ row: Int) -> NPSClass? {
        codes[row].flatMap { NPSClass(rawValue: $0 & ~Self.settlesBit) }
    }
}
