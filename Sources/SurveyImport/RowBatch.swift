/// Rows of an export as they are read: each row and each value says where its bytes lie in one
/// buffer, so that a row costs no allocation and nobody counts references to it.
///
/// ``outcome(at:)`` gives a row with strings of its own.
public struct RowBatch: Sendable {
    /// Where a value lies in ``bytes``. In 32 bits: a row is copied often, and ``bytesMax`` and the
    /// longest row together are far below what they reach.
    public struct Field: Sendable {
        private let offset: UInt32
        private let length: Int32

        /// The offset of its first byte.
        public var start: Int { Int(offset) }
        /// How many bytes it has; negative where there is no value.
        public var count: Int { Int(length) }
        /// Whether there is a value.
        public var isPresent: Bool { length >= 0 }

        init(start: Int, count: Int) {
            offset = UInt32(start)
            length = Int32(count)
        }

        /// No value: the column is unmapped, missing or blank.
        public static let none = Field(start: 0, count: -1)
    }

    /// One row; what ``ImportedRow`` says of its properties holds here.
    public struct Row: Sendable {
        /// The 1-based data row; header and blank lines are not counted.
        public let rowNumber: Int
        /// The physical line on which the row begins, from 1.
        public let line: Int
        /// The row as UTF-8, without its line ending.
        public let raw: Field
        /// The source's id of the response, trimmed.
        public internal(set) var responseID = Field.none
        /// The source's id of the person, trimmed.
        public internal(set) var respondentID = Field.none
        /// The comment exactly as it stood.
        public internal(set) var text = Field.none
        /// The score as it stood, where ``score`` says something else.
        public internal(set) var originalScore = Field.none
        /// How the person was reached.
        public internal(set) var channel = Field.none
        /// The language of the answer.
        public internal(set) var language = Field.none
        /// The survey the response belongs to.
        public internal(set) var surveyID = Field.none
        /// The answer in hundredths of a point, 0…1000; nil where it is blank.
        public internal(set) var score: UInt16?
        /// When the person answered, in microseconds since 1970 UTC.
        public internal(set) var occurredAt: Int64?
        /// When the source last changed the response, in microseconds since 1970 UTC.
        public internal(set) var updatedAt: Int64?
        /// Which of those who wait to hear what became of a row this one is; 0 for none.
        public var ticket = 0
        /// The index of the rule among ``exclusions`` by which the row is not to count.
        public var exclusion: Int? { rule.map { Int($0) } }
        var rule: Int32?
        /// Where the row's segments begin among ``segments``.
        var firstSegment: Int32 = 0
        /// The index among `rejections` where the row was set aside.
        var rejection: Int32?
    }

    /// What a batch should hold at most, in bytes: a reader adds no row beyond it. Enough for
    /// batches of common rows, and a bound to the memory that long ones take.
    public static let bytesMax = 32 << 20

    /// The bytes of all rows, and of values that differ from what stands in their row.
    public private(set) var bytes: [UInt8] = []
    /// The rows, in order.
    public private(set) var rows: [Row] = []
    /// The dimensions that the mapping names, in the order of their UTF-8 bytes.
    public internal(set) var dimensions: [String] = []
    /// The rules that take rows out, as "column=value", in the mapping's order.
    public internal(set) var exclusions: [String] = []
    /// Of each row that was read, a value for each dimension.
    private var segments: [Field] = []
    private var rejections: [RejectedRow] = []

    /// A batch without rows.
    public init() {}

    /// A batch without rows, laid out for a mapping as a reader lays it out.
    public init(of mapping: ColumnMapping) { lay(out: MappingPlan(mapping)) }

    init(_ plan: MappingPlan) { lay(out: plan) }

    /// The rows of several batches, in order, each with the dimensions of all.
    public init(joining batches: [RowBatch]) {
        let filled = batches.filter { !$0.rows.isEmpty }
        guard filled.count > 1, let first = filled.first else {
            self = filled.first ?? RowBatch()
            return
        }
        dimensions = Set(filled.flatMap(\.dimensions)).sorted { precedes($0, $1) }
        exclusions = first.exclusions
        for batch in filled {
            let layout = layout(of: batch)
            for row in batch.rows { copy(row, from: batch, layout) }
        }
    }

    /// Where the dimensions and rules of another batch stand in this one.
    private struct OtherLayout {
        /// Of each dimension here, its index there.
        let dimensions: [Int?]
        /// Of each rule there, its index here.
        let rules: [Int32]
    }

    /// Makes room for the rules of another batch, and says where what it has stands.
    private mutating func layout(of other: RowBatch) -> OtherLayout {
        for rule in other.exclusions where !exclusions.contains(rule) { exclusions.append(rule) }
        let rules = other.exclusions.map { Int32(exclusions.firstIndex(of: $0) ?? 0) }
        if dimensions == other.dimensions {
            return OtherLayout(dimensions: Array(dimensions.indices), rules: rules)
        }
        let places = Dictionary(
            uniqueKeysWithValues: other.dimensions.enumerated().map { ($1, $0) })
        return OtherLayout(dimensions: dimensions.map { places[$0] }, rules: rules)
    }

    /// Makes room for the dimensions and rules of a mapping; it is the same for all rows.
    mutating func lay(out plan: MappingPlan) {
        dimensions = plan.segments.map(\.dimension)
        exclusions = plan.exclusions.map(\.reason)
    }

    /// The value of a row that was read in the dimension of this index.
    public func segment(_ dimension: Int, of row: Row) -> Field {
        segments[Int(row.firstSegment) + dimension]
    }

    /// Why a row was set aside; nil where it was read.
    public func rejection(of row: Row) -> RejectedRow? { row.rejection.map { rejections[Int($0)] } }

    /// A value as text.
    public func text(_ field: Field) -> String? {
        guard field.isPresent else { return nil }
        return bytes.withUnsafeBufferPointer { bytes in
            UnsafeBufferPointer(rebasing: bytes[field.start..<(field.start + field.count)]).text
        }
    }

    /// The row as it stood.
    public func raw(of row: Row) -> [UInt8] {
        Array(bytes[row.raw.start..<(row.raw.start + row.raw.count)])
    }

    /// Forgets all rows and keeps the memory.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        rows.removeAll(keepingCapacity: true)
        segments.removeAll(keepingCapacity: true)
        rejections.removeAll(keepingCapacity: true)
    }

    /// Adds a row of another batch; where that has other dimensions, this one has both afterwards.
    public mutating func append(_ row: Row, from other: RowBatch) {
        if rows.isEmpty { (dimensions, exclusions) = (other.dimensions, other.exclusions) }
        guard dimensions == other.dimensions else {
            var one = RowBatch()
            one.append(row, from: other)
            self = RowBatch(joining: [self, one])
            return
        }
        copy(row, from: other, layout(of: other))
    }

    /// Adds a row of another batch.
    private mutating func copy(_ row: Row, from other: RowBatch, _ layout: OtherLayout) {
        if let rejection = other.rejection(of: row) {
            append(rejection)
            rows[rows.count - 1].ticket = row.ticket
            return
        }
        func copied(_ field: Field) -> Field {
            guard field.isPresent else { return field }
            let start = bytes.count
            bytes.append(contentsOf: other.bytes[field.start..<(field.start + field.count)])
            return Field(start: start, count: field.count)
        }
        var copy = Row(rowNumber: row.rowNumber, line: row.line, raw: copied(row.raw))
        for path in [
            \Row.responseID, \.respondentID, \.text, \.originalScore, \.channel, \.language,
            \.surveyID,
        ] {
            copy[keyPath: path] = copied(row[keyPath: path])
        }
        (copy.score, copy.occurredAt) = (row.score, row.occurredAt)
        copy.updatedAt = row.updatedAt
        copy.rule = row.rule.map { layout.rules[Int($0)] }
        copy.ticket = row.ticket
        copy.firstSegment = Int32(segments.count)
        for place in layout.dimensions {
            segments.append(place.map { copied(other.segment($0, of: row)) } ?? .none)
        }
        rows.append(copy)
    }

    /// Gives each row a ticket, by its place in the batch.
    package mutating func giveTickets(_ ticket: (Int) -> Int) {
        for index in rows.indices { rows[index].ticket = ticket(index) }
    }

    /// Adds a row that was set aside.
    public mutating func append(_ rejected: RejectedRow) {
        var row = Row(rowNumber: rejected.rowNumber, line: rejected.line, raw: .none)
        row.rejection = Int32(rejections.count)
        rejections.append(rejected)
        rows.append(row)
    }

    /// Adds the row that `read` makes; where it throws, the batch is as it was.
    mutating func append<Failure: Error>(
        _ source: RowMapper.Source,
        _ read: (inout Row, inout RowBatch) throws(Failure) -> Void
    ) throws(Failure) {
        let (byteCount, segmentCount) = (bytes.count, segments.count)
        var row = Row(
            rowNumber: source.rowNumber, line: source.line, raw: append(bytes: source.raw))
        row.firstSegment = Int32(segmentCount)
        do throws(Failure) {
            try read(&row, &self)
        } catch {
            bytes.removeLast(bytes.count - byteCount)
            segments.removeLast(segments.count - segmentCount)
            throw error
        }
        rows.append(row)
    }

    mutating func append(segment: Field) { segments.append(segment) }

    /// The field of a value, which lies within its row or was rewritten and is kept beside it.
    mutating func field(
        _ value: UnsafeBufferPointer<UInt8>, in source: RowMapper.Source, _ row: Row
    )
        -> Field
    {
        if let start = value.baseAddress, let base = source.raw.baseAddress,
            start >= base, start + value.count <= base + source.raw.count
        {
            return Field(start: row.raw.start + (start - base), count: value.count)
        }
        return append(bytes: value)
    }

    private mutating func append(bytes value: UnsafeBufferPointer<UInt8>) -> Field {
        let start = bytes.count
        bytes.append(contentsOf: value)
        return Field(start: start, count: value.count)
    }

    /// A row with strings of its own.
    public func outcome(at index: Int) -> RowOutcome {
        let row = rows[index]
        if let rejection = rejection(of: row) { return .rejected(rejection) }
        var segments: [ImportedRow.Segment] = []
        for (index, dimension) in dimensions.enumerated() {
            guard let value = text(segment(index, of: row)) else { continue }
            segments.append(ImportedRow.Segment(dimension: dimension, value: value))
        }
        return .row(
            ImportedRow(
                rowNumber: row.rowNumber, line: row.line, responseID: text(row.responseID),
                respondentID: text(row.respondentID), score: row.score.map(Int.init),
                originalScore: text(row.originalScore), text: text(row.text),
                occurredAt: row.occurredAt, updatedAt: row.updatedAt, channel: text(row.channel),
                language: text(row.language), surveyID: text(row.surveyID), segments: segments,
                excludedBy: row.exclusion.map { exclusions[$0] }, raw: raw(of: row)))
    }
}
