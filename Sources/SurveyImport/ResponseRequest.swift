import JSON
import Synchronization

/// Responses that were sent as JSON, read as rows.
public struct SentResponses: Sendable {
    /// What one source sent.
    public struct Group: Sendable {
        /// Where the responses come from.
        public let source: String
        /// The responses; those that cannot be read are set aside in it.
        public var rows: RowBatch
        /// The place of each row among all that was sent, from 0.
        public let items: [Int]
    }

    /// By source, in the order in which each came first.
    public fileprivate(set) var groups: [Group] = []
    /// What names no source, so that it can be kept nowhere, with its place.
    public fileprivate(set) var homeless: [(item: Int, row: RejectedRow)] = []
    /// How many were sent.
    public fileprivate(set) var count = 0

    /// The group that holds all that was sent; nil where there are several, or some name no source.
    public var only: Group? { groups.count == 1 && homeless.isEmpty ? groups[0] : nil }
}

/// Why nothing of what was sent can be read.
public struct SentResponsesFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// A stable code: `json.invalid`, `empty` or `too-many`.
    public let code: String
    /// What is wrong, and where.
    public let description: String
}

/// Reads responses that are sent as JSON objects: one, an array, or one a line.
///
/// Each is `{source, id, score?, text?, at?, updatedAt?, respondent?, channel?, language?, survey?,
/// segments{}}`. What can be read of a field, and the codes of what cannot, are those of a file's
/// rows. A field that is not known is a fault: what is misspelt would be lost without a word.
public struct ResponseRequestReader: Sendable {
    /// The fields of a response, in the order of a mapping's slots; the source comes besides.
    public static let fields = [
        "id", "respondent", "score", "text", "at", "updatedAt", "channel", "language", "survey",
    ]
    /// The most responses of one request, unless it is said otherwise.
    public static let itemsMaxDefault = 10_000
    /// The most dimensions that one source names in one request: each row has room for all of them.
    public static let dimensionsMax = 256

    private let rules: ColumnMapping
    private let itemsMax: Int
    private let source: String?
    private let mappers = RowMappers()

    /// A reader.
    ///
    /// - Parameters:
    ///   - rules: scale, fractions, form and zone of times; its columns are not looked at.
    ///   - itemsMax: the most responses of one request.
    ///   - source: where all responses come from, whether they say so or not; nil where each says it.
    public init(
        rules: ColumnMapping = ColumnMapping(), itemsMax: Int = itemsMaxDefault,
        source: String? = nil
    ) {
        self.rules = rules
        self.itemsMax = itemsMax
        self.source = source
    }

    /// The mapping of the fields, without segments: each response names its own.
    public static func mapping(rules: ColumnMapping = ColumnMapping()) -> ColumnMapping {
        var mapping = rules
        (mapping.responseID, mapping.respondentID) = ("id", "respondent")
        (mapping.score, mapping.text) = ("score", "text")
        (mapping.at, mapping.updatedAt) = ("at", "updatedAt")
        (mapping.channel, mapping.language) = ("channel", "language")
        mapping.surveyID = "survey"
        mapping.segments = []
        return mapping
    }

    /// Reads what was sent.
    ///
    /// - Parameter isLines: whether each line is a response of its own, so that one that is no JSON is
    ///   set aside alone.
    /// - Throws: ``SentResponsesFault`` where nothing can be read.
    public func read(
        _ body: [UInt8], isLines: Bool = false
    ) throws(SentResponsesFault) -> SentResponses {
        try body.withUnsafeBufferPointer { bytes throws(SentResponsesFault) in
            let items = isLines ? Self.lines(bytes) : try Self.items(bytes)
            guard !items.isEmpty else {
                throw SentResponsesFault(code: "empty", description: "no response was sent")
            }
            guard items.count <= itemsMax else {
                throw SentResponsesFault(
                    code: "too-many",
                    description: "\(items.count) responses were sent, and \(itemsMax) is the most "
                        + "of one request")
            }
            return read(items, bytes)
        }
    }

    // MARK: - Items

    private static func lines(_ bytes: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        var items: [Range<Int>] = []
        var start = 0
        for index in 0...bytes.count where index == bytes.count || bytes[index] == 10 {
            let line = UnsafeBufferPointer(rebasing: bytes[start..<index])
            if !line.trimmed.isEmpty { items.append(start..<index) }
            start = index + 1
        }
        return items
    }

    /// The objects of an array, or the one object there is.
    private static func items(
        _ bytes: UnsafeBufferPointer<UInt8>
    ) throws(SentResponsesFault) -> [Range<Int>] {
        var cursor = JSONCursor(bytes)
        var items: [Range<Int>] = []
        cursor.skipBlanks()
        let isArray = cursor.peek == UInt8(ascii: "[")
        func skip(_ cursor: inout JSONCursor) -> Bool {
            let start = cursor.index
            guard cursor.skipValue(depth: 1) else { return false }
            items.append(start..<cursor.index)
            return true
        }
        if cursor.isAtEnd { return [] }
        let isRead =
            isArray ? cursor.elements(depth: 0) { cursor, _ in skip(&cursor) } : skip(&cursor)
        if isRead { cursor.skipBlanks() }
        guard isRead, cursor.isAtEnd else {
            throw SentResponsesFault(
                code: "json.invalid",
                description: "what was sent is no JSON from byte \(cursor.index) on"
                    + (isArray
                        ? ""
                        : "; several objects are sent as an array, or a line each as "
                            + "application/x-ndjson"))
        }
        return items
    }

    // MARK: - Rows

    private func read(
        _ items: [Range<Int>], _ bytes: UnsafeBufferPointer<UInt8>
    ) -> SentResponses {
        var sent = SentResponses()
        sent.count = items.count
        // No escape is shorter than what it stands for.
        let arena = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, bytes.count))
        defer { arena.deallocate() }
        var drafts = SentDrafts(arena: arena, source: source)
        for (index, range) in items.enumerated() {
            drafts.read(UnsafeBufferPointer(rebasing: bytes[range]), item: index)
        }
        var bySource: [String: Int] = [:]
        var places: [[Int]] = []
        var sources: [String] = []
        for (place, draft) in drafts.drafts.enumerated() {
            guard let source = draft.source else {
                sent.homeless.append((draft.item, drafts.rejection(place)))
                continue
            }
            if let known = bySource[source] {
                places[known].append(place)
            } else {
                bySource[source] = places.count
                sources.append(source)
                places.append([place])
            }
        }
        for (source, places) in zip(sources, places) {
            sent.groups.append(
                SentResponses.Group(
                    source: source, rows: rows(places, drafts),
                    items: places.map { drafts.drafts[$0].item }))
        }
        return sent
    }

    /// The dimensions that these responses name, and which of them name more than there is room for.
    private func dimensions(
        _ places: [Int], _ drafts: SentDrafts
    ) -> (names: [String], crowded: Set<Int>) {
        var names: Set<String> = []
        var crowded: Set<Int> = []
        for place in places where drafts.drafts[place].fault == nil {
            let own = drafts.drafts[place].segments.lazy.map(\.dimension)
            if own.allSatisfy(names.contains) { continue }
            if names.union(own).count > Self.dimensionsMax {
                crowded.insert(place)
            } else {
                names.formUnion(own)
            }
        }
        return (names.sorted { precedes($0, $1) }, crowded)
    }

    private func rows(_ places: [Int], _ drafts: SentDrafts) -> RowBatch {
        let (dimensions, crowded) = dimensions(places, drafts)
        var mapper = mappers.mapper(of: dimensions, rules)
        var rows = RowBatch(mapper.plan)
        let slotOf = Dictionary(
            uniqueKeysWithValues: mapper.plan.segments.map { ($0.dimension, $0.slot) })
        var slots = [SlotValue](repeating: SlotValue(), count: mapper.plan.columns.count)
        for place in places {
            let draft = drafts.drafts[place]
            guard draft.fault == nil, !crowded.contains(place) else {
                rows.append(drafts.rejection(place, isCrowded: crowded.contains(place)))
                continue
            }
            for index in slots.indices { slots[index] = SlotValue() }
            for (index, value) in draft.values { slots[index] = value }
            for segment in draft.segments {
                if let slot = slotOf[segment.dimension] { slots[slot] = segment.value }
            }
            slots.withUnsafeBufferPointer { slots in
                mapper.map(
                    slots,
                    RowMapper.Source(
                        rowNumber: draft.item + 1, line: draft.item + 1, raw: draft.raw),
                    into: &rows)
            }
        }
        return rows
    }
}

/// The values of what was sent, before the dimensions of all of it are known.
private struct SentDrafts {
    typealias Fault = (code: RejectionCode, field: String?, expected: String)

    struct Draft {
        let item: Int
        let raw: UnsafeBufferPointer<UInt8>
        var source: String?
        /// By slot.
        var values: [(slot: Int, value: SlotValue)] = []
        var segments: [(dimension: String, value: SlotValue)] = []
        var fault: Fault?
    }

    private static let names = ResponseRequestReader.fields.map { Array($0.utf8) }
    private static let sourceName = Array("source".utf8)
    private static let segmentsName = Array("segments".utf8)

    private let arena: UnsafeMutablePointer<UInt8>
    private let source: String?
    private var used = 0
    private(set) var drafts: [Draft] = []

    init(arena: UnsafeMutablePointer<UInt8>, source: String?) {
        self.arena = arena
        self.source = source
    }

    /// Why a draft is set aside.
    ///
    /// - Parameter isCrowded: whether the responses before it name too many dimensions.
    func rejection(_ place: Int, isCrowded: Bool = false) -> RejectedRow {
        let draft = drafts[place]
        let fault: Fault =
            if let fault = draft.fault {
                fault
            } else if isCrowded {
                (
                    RejectionCode(rawValue: "segments.too-many"), "segments",
                    "at most \(ResponseRequestReader.dimensionsMax) dimensions in one request"
                )
            } else {
                (
                    RejectionCode(rawValue: "source.missing"), "source",
                    "where the response comes from"
                )
            }
        return RejectedRow(
            rowNumber: draft.item + 1, line: draft.item + 1, code: fault.code,
            column: fault.field, value: nil, expected: fault.expected,
            raw: Array(draft.raw.prefix(RejectedRow.rawPrefixBytes)))
    }

    mutating func read(_ raw: UnsafeBufferPointer<UInt8>, item: Int) {
        var draft = Draft(item: item, raw: raw)
        draft.values.reserveCapacity(ResponseRequestReader.fields.count)
        defer {
            if let source {
                if let stated = draft.source, stated != source {
                    fail(&draft, "source.other", "source", "none: it is known, or the one it is")
                }
                draft.source = source
            }
            drafts.append(draft)
        }
        guard UTF8Check.isValid(raw) else {
            draft.fault = (.encodingInvalid, nil, "UTF-8")
            return
        }
        var cursor = JSONCursor(raw)
        cursor.skipBlanks()
        let isObject = cursor.members(depth: 1) { cursor, key in
            member(&cursor, key, &draft)
        }
        cursor.skipBlanks()
        if isObject, !cursor.isAtEnd, draft.fault == nil {
            draft.fault = (.jsonInvalid, nil, "one JSON object")
        }
        if !isObject, draft.fault == nil {
            draft.fault = (
                .jsonInvalid, nil, "a JSON object; it is none from byte \(cursor.index) on"
            )
        }
    }

    /// Reads one member; where it is at fault, the rest is passed over, for the source may follow.
    private mutating func member(
        _ cursor: inout JSONCursor, _ key: JSONCursor.Token, _ draft: inout Draft
    ) -> Bool {
        guard let name = string(key, cursor, &draft) else {
            return cursor.skipValue(depth: 2)
        }
        if name.equals(Self.segmentsName) { return segments(&cursor, &draft) }
        let slot = Self.names.firstIndex { name.equals($0) }
        let isSource = slot == nil && name.equals(Self.sourceName)
        guard slot != nil || isSource else {
            fail(
                &draft, "field.unknown", name.shortText,
                "one of source, \(ResponseRequestReader.fields.joined(separator: ", ")), segments")
            return cursor.skipValue(depth: 2)
        }
        let isBoolean = [UInt8(ascii: "t"), UInt8(ascii: "f")].contains(cursor.peek)
        guard let value = value(&cursor, &draft) else { return false }
        if isBoolean {
            fail(&draft, "json.not-a-value", name.shortText, "a string, a number or null")
            return true
        }
        if isSource {
            if draft.source != nil { fail(&draft, "json.repeated-key", "source", "it once") }
            source(value, &draft)
        } else if let slot {
            if draft.values.contains(where: { $0.slot == slot }) {
                fail(&draft, "json.repeated-key", ResponseRequestReader.fields[slot], "it once")
            }
            draft.values.append((slot, value))
        }
        return true
    }

    private mutating func source(_ value: SlotValue, _ draft: inout Draft) {
        guard value.kind == .value,
            let source = ResponseSource.named(String(decoding: value.bytes, as: UTF8.self))
        else {
            fail(&draft, "source.missing", "source", ResponseSource.expected)
            return
        }
        draft.source = source
    }

    private mutating func segments(
        _ cursor: inout JSONCursor, _ draft: inout Draft
    ) -> Bool {
        if !draft.segments.isEmpty {
            fail(&draft, "json.repeated-key", "segments", "them once")
        }
        guard cursor.peek == UInt8(ascii: "{") else {
            let isNull = cursor.peek == UInt8(ascii: "n")
            if !isNull { fail(&draft, "json.not-a-value", "segments", "an object of dimensions") }
            return cursor.skipValue(depth: 2)
        }
        return cursor.members(depth: 2) { cursor, key in
            guard let name = string(key, cursor, &draft) else {
                return cursor.skipValue(depth: 3)
            }
            let dimension = String(decoding: name, as: UTF8.self)
            do throws(ImportError) {
                try ColumnMapping.check(dimension: dimension)
            } catch {
                fail(&draft, "segment.name", "segments", error.expected ?? "")
            }
            if draft.fault == nil, draft.segments.contains(where: { $0.dimension == dimension }) {
                fail(&draft, "json.repeated-key", "segments." + dimension, "it once")
            }
            guard let value = value(&cursor, &draft) else { return false }
            draft.segments.append((dimension, value))
            if draft.segments.count > ColumnMapping.segmentsMax {
                fail(
                    &draft, "segments.too-many", "segments",
                    "at most \(ColumnMapping.segmentsMax)")
            }
            return true
        }
    }

    private func fail(
        _ draft: inout Draft, _ code: String, _ field: String?, _ expected: String
    ) {
        // The first is told.
        guard draft.fault == nil else { return }
        draft.fault = (RejectionCode(rawValue: code), field, expected)
    }

    /// A value as it stands; nil where it is no JSON.
    private mutating func value(
        _ cursor: inout JSONCursor, _ draft: inout Draft
    ) -> SlotValue? {
        switch cursor.peek {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            return cursor.skipValue(depth: 3) ? SlotValue(kind: .structure) : nil
        case UInt8(ascii: "\""):
            guard let token = cursor.string() else { return nil }
            let bytes = string(token, cursor, &draft)
            return SlotValue(kind: .value, bytes: bytes ?? .init(start: nil, count: 0))
        case UInt8(ascii: "n"): return cursor.literal() == nil ? nil : SlotValue(kind: .missing)
        case UInt8(ascii: "t"), UInt8(ascii: "f"):
            return cursor.literal().map { token in
                SlotValue(
                    kind: .value, bytes: UnsafeBufferPointer(rebasing: cursor.bytes[token.range]))
            }
        default:
            return cursor.number().map { token in
                SlotValue(
                    kind: .value, bytes: UnsafeBufferPointer(rebasing: cursor.bytes[token.range]))
            }
        }
    }

    /// A string's characters; nil where an escape is none, or is a NUL.
    private mutating func string(
        _ token: JSONCursor.Token, _ cursor: JSONCursor, _ draft: inout Draft
    ) -> UnsafeBufferPointer<UInt8>? {
        guard token.hasEscapes else {
            return UnsafeBufferPointer(rebasing: cursor.bytes[token.range])
        }
        guard let count = cursor.unescape(token, into: arena + used) else {
            fail(&draft, RejectionCode.encodingInvalid.rawValue, nil, "whole characters")
            return nil
        }
        let bytes = UnsafeBufferPointer(start: arena + used, count: count)
        used += count
        guard !bytes.contains(0) else {
            fail(&draft, RejectionCode.encodingNUL.rawValue, nil, "a text without NUL")
            return nil
        }
        return bytes
    }
}

/// Mappers of the dimensions that were named of late: most requests name the same.
private final class RowMappers: Sendable {
    private static let keptMax = 64

    private let kept = Mutex<[[String]: RowMapper]>([:])

    func mapper(of dimensions: [String], _ rules: ColumnMapping) -> RowMapper {
        if let known = kept.withLock({ $0[dimensions] }) { return known }
        var mapping = ResponseRequestReader.mapping(rules: rules)
        mapping.segments = dimensions.map {
            ColumnMapping.Segment(dimension: $0, column: "segments." + $0)
        }
        var options = SurveyReadOptions()
        options.isTimeOptional = true
        guard let mapper = try? RowMapper(mapping, limits: options) else {
            preconditionFailure("the rules were checked when they were read")
        }
        kept.withLock { kept in
            if kept.count >= Self.keptMax { kept = [:] }
            kept[dimensions] = mapper
        }
        return mapper
    }
}

/// The names that a source of responses can have.
public enum ResponseSource {
    /// The longest name, in bytes.
    public static let nameBytesMax = 128
    /// What a name is, for messages.
    public static let expected = "1 to \(nameBytesMax) bytes without control characters"

    /// The name where it is one; nil otherwise. A terminal obeys control characters, U+0080 to U+009F
    /// among them.
    public static func named(_ name: String) -> String? {
        let isNameable =
            (1...nameBytesMax).contains(name.utf8.count)
            && !name.unicodeScalars.contains { $0.properties.generalCategory == .control }
        return isNameable ? name : nil
    }
}
