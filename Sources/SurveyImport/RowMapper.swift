/// Turns the values of one row into a response, or into the reason why not.
struct RowMapper {
    /// A row's place and bytes.
    struct Source {
        var rowNumber: Int
        var line: Int
        var raw: UnsafeBufferPointer<UInt8>
    }

    let plan: MappingPlan
    private let scores: ScoreReader
    private let fixedTime: Int64?
    private let limits: SurveyReadOptions
    private var times: TimeReader
    private let expectedTime: String

    init(_ mapping: ColumnMapping, limits: SurveyReadOptions) throws(ImportError) {
        plan = MappingPlan(mapping)
        scores = ScoreReader(scale: mapping.scale, allowsFractions: mapping.allowsFractions)
        fixedTime = mapping.fixedTime
        self.limits = limits
        var pattern: TimePattern?
        if let format = mapping.timeFormat { pattern = try TimePattern(format) }
        times = TimeReader(pattern: pattern, zone: mapping.timeZone)
        expectedTime =
            mapping.timeFormat.map { "a time written as \($0)" }
            ?? "RFC 3339, YYYY-MM-DD HH:MM:SS, YYYY-MM-DD or Unix seconds; state any other form"
    }

    /// How many times did not say their zone.
    var naiveTimeCount: Int { times.naiveCount }

    /// Maps one row and appends what it says; `slots` has a value for each column of the plan.
    mutating func map(
        _ slots: UnsafeBufferPointer<SlotValue>, _ source: Source, into rows: inout RowBatch
    ) {
        do throws(Fault) {
            try rows.append(source) { (row, batch) throws(Fault) in
                try read(slots, source, into: &row, &batch)
            }
        } catch {
            rows.append(
                RejectedRow(
                    rowNumber: source.rowNumber, line: source.line, code: error.code,
                    column: error.slot == MappingPlan.unmapped ? nil : plan.columns[error.slot],
                    value: error.value, expected: error.expected, raw: Array(source.raw)))
        }
    }

    /// Why a row is rejected, before it is put together with the row.
    private struct Fault: Error {
        var code: RejectionCode
        var slot = MappingPlan.unmapped
        var value: String?
        var expected: String
    }

    private typealias Slots = UnsafeBufferPointer<SlotValue>
    private typealias Bytes = UnsafeBufferPointer<UInt8>

    private mutating func read(
        _ slots: Slots, _ source: Source, into row: inout RowBatch.Row, _ batch: inout RowBatch
    ) throws(Fault) {
        func field(_ bytes: Bytes?) -> RowBatch.Field {
            bytes.map { batch.field($0, in: source, row) } ?? .none
        }
        if plan.responseID != MappingPlan.unmapped {
            guard let id = try identifier(plan.responseID, slots) else {
                throw Fault(
                    code: .idMissing, slot: plan.responseID, value: "",
                    expected: "an id; leave response_id unmapped to derive one from the content")
            }
            row.responseID = field(id)
        }
        row.respondentID = field(try identifier(plan.respondentID, slots))
        if let score = try score(slots) {
            row.score = UInt16(exactly: score.hundredths)
            row.originalScore = field(score.original)
        }
        row.text = field(try comment(slots))
        guard row.score != nil || row.text.isPresent else {
            throw Fault(
                code: .neitherScoreNorText,
                expected: "a score, a comment or both; blank rows say nothing")
        }
        row.occurredAt = try occurredAt(slots)
        row.updatedAt = try time(plan.updatedAt, slots)
        row.channel = field(try label(plan.channel, slots, .fieldTooLong))
        row.language = field(try label(plan.language, slots, .fieldTooLong))
        row.surveyID = field(try label(plan.surveyID, slots, .fieldTooLong))
        for segment in plan.segments {
            let value = try label(segment.slot, slots, .segmentTooLong)
            batch.append(segment: value.map { batch.field($0, in: source, row) } ?? .none)
        }
        for (index, exclusion) in plan.exclusions.enumerated() where row.rule == nil {
            let value = try trimmed(exclusion.slot, slots) ?? Bytes(start: nil, count: 0)
            if value.equals(exclusion.value) { row.rule = Int32(index) }
        }
    }

    /// The bytes of a slot as they stand; nil where it is unmapped, missing or blank.
    @inline(__always)
    private func value(_ slot: Int, _ slots: Slots) throws(Fault) -> Bytes? {
        guard slot != MappingPlan.unmapped else { return nil }
        switch slots[slot].kind {
        case .missing: return nil
        case .value: return slots[slot].bytes
        case .structure:
            throw Fault(
                code: .jsonNotAValue, slot: slot,
                expected: "a string, a number or a boolean; name a path within")
        }
    }

    /// The bytes of a slot without blanks at its ends; nil where nothing is left.
    @inline(__always)
    private func trimmed(_ slot: Int, _ slots: Slots) throws(Fault) -> Bytes? {
        guard let bytes = try value(slot, slots)?.trimmed, !bytes.isEmpty else { return nil }
        return bytes
    }

    private func identifier(_ slot: Int, _ slots: Slots) throws(Fault) -> Bytes? {
        guard let bytes = try trimmed(slot, slots) else { return nil }
        guard bytes.count <= limits.maxIdentifierBytes else {
            throw Fault(
                code: .idTooLong, slot: slot, value: "\(bytes.count) bytes",
                expected: "at most \(limits.maxIdentifierBytes) bytes; check the column")
        }
        return bytes
    }

    private func label(
        _ slot: Int, _ slots: Slots, _ code: RejectionCode
    ) throws(Fault) -> Bytes? {
        guard let bytes = try trimmed(slot, slots) else { return nil }
        guard bytes.count <= limits.maxSegmentBytes else {
            throw Fault(
                code: code, slot: slot, value: bytes.shortText,
                expected: "at most \(limits.maxSegmentBytes) bytes; check the column")
        }
        return bytes
    }

    private func comment(_ slots: Slots) throws(Fault) -> Bytes? {
        guard let bytes = try value(plan.text, slots), !bytes.trimmed.isEmpty else { return nil }
        guard bytes.count <= limits.maxTextBytes else {
            throw Fault(
                code: .textTooLong, slot: plan.text, value: "\(bytes.count) bytes",
                expected: "at most \(limits.maxTextBytes) bytes")
        }
        return bytes
    }

    /// The score, and how it stood where it says something else.
    private func score(
        _ slots: Slots
    ) throws(Fault) -> (hundredths: Int, original: Bytes?)? {
        guard let bytes = try trimmed(plan.score, slots), !bytes.isMissingToken else { return nil }
        let code: RejectionCode
        switch scores.read(bytes) {
        case .score(let hundredths, let isExact):
            return (hundredths, isExact ? nil : bytes)
        case .notANumber: code = .scoreNotANumber
        case .outOfRange: code = .scoreOutOfRange
        case .fraction: code = .scoreFraction
        }
        let isFraction = code == .scoreFraction
        throw Fault(
            code: code, slot: plan.score, value: bytes.shortText,
            expected: isFraction ? scores.expectedWithoutFraction : scores.expected)
    }

    private mutating func occurredAt(_ slots: Slots) throws(Fault) -> Int64? {
        guard plan.at != MappingPlan.unmapped else { return fixedTime }
        if let stated = try time(plan.at, slots) { return stated }
        if limits.isTimeOptional { return fixedTime }
        guard let fixedTime else {
            throw Fault(
                code: .timeMissing, slot: plan.at, value: "",
                expected: expectedTime + "; or state one time for rows without")
        }
        return fixedTime
    }

    private mutating func time(_ slot: Int, _ slots: Slots) throws(Fault) -> Int64? {
        guard let bytes = try trimmed(slot, slots), !bytes.isMissingToken else { return nil }
        switch times.read(bytes) {
        case .instant(let microseconds): return microseconds
        case .unreadable:
            throw Fault(
                code: .timeUnreadable, slot: slot, value: bytes.shortText, expected: expectedTime)
        case .outOfRange:
            throw Fault(
                code: .timeOutOfRange, slot: slot, value: bytes.shortText,
                expected: "a time of 1970 to 2200")
        }
    }
}

/// What one slot holds in one row.
struct SlotValue {
    enum Kind {
        case missing
        case value
        /// An object or an array, where a scalar is wanted.
        case structure
    }

    var kind = Kind.missing
    var bytes = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
}

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

/// Brings rows that are not ASCII to UTF-8.
struct RowDecoder {
    let rule: EncodedInput.Rule
    /// How many rows had a field that was not valid UTF-8 and was read as Windows-1252.
    private(set) var fallbackCount = 0
    /// The row decoded last, where it had to change.
    private(set) var decoded: [UInt8] = []

    enum Outcome {
        /// The row is UTF-8 as it stands.
        case unchanged
        /// The row is in ``decoded``.
        case changed
        case invalid
    }

    init(_ rule: EncodedInput.Rule) {
        self.rule = rule
    }

    /// What a row should have been, for a message.
    var expected: String {
        switch rule {
        case .utf8: "valid UTF-8 (or whole UTF-16 characters); state the encoding if it is another"
        case .utf8OrWindows1252: "UTF-8 or Windows-1252; state the encoding if it is another"
        case .single(.windows1252): "Windows-1252; state the encoding if it is another"
        case .single(.latin1): "ISO 8859-1"
        }
    }

    /// Decodes a row whose fields lie at `fields` (ranges within the row, in order; what lies
    /// between them is ASCII).
    mutating func decode(
        _ row: UnsafeBufferPointer<UInt8>, fields: some Sequence<Range<Int>>
    ) -> Outcome {
        if UTF8Check.isASCII(row) { return .unchanged }
        switch rule {
        case .utf8: return UTF8Check.isValid(row) ? .unchanged : .invalid
        case .single(let encoding):
            decoded.removeAll(keepingCapacity: true)
            return encoding.append(row, to: &decoded) ? .changed : .invalid
        case .utf8OrWindows1252:
            if UTF8Check.isValid(row) { return .unchanged }
            decoded.removeAll(keepingCapacity: true)
            var copied = 0
            for field in fields {
                decoded.append(contentsOf: row[copied..<field.lowerBound])
                let bytes = UnsafeBufferPointer(rebasing: row[field])
                if UTF8Check.isValid(bytes) {
                    decoded.append(contentsOf: bytes)
                } else if !SingleByteText.windows1252.append(bytes, to: &decoded) {
                    return .invalid
                }
                copied = field.upperBound
            }
            decoded.append(contentsOf: row[copied...])
            fallbackCount += 1
            return .changed
        }
    }
}
