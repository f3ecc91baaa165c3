/// `response.recorded`: one answer to a survey. Text and respondent are sealed beside the entry.
public struct ResponseRecorded: EventPayload {
    /// `response.recorded`
    public static let name = EventName.responseRecorded
    /// 2: version 1 and the import; what version 1 says is of import 0.
    public static let version: UInt32 = 2
    /// Scores are kept in hundredths, 0…1000, so that a fraction a mapping permits stays exact.
    public static let scoreRange: ClosedRange<Int64> = 0...1000

    /// The source that sent it.
    public var source: String
    /// The source's own identifier of the response; unique within the source.
    public var id: String
    /// Number of the subject's key in the vault.
    public var subject: UInt64
    /// The stated score in hundredths, 0…1000, or nil where only text was given.
    public var score: UInt16?
    /// Whether the sealed part holds a comment.
    public var hasText: Bool
    /// When the source last changed it, where the source says.
    public var updatedAt: Microseconds?
    /// The score as the source wrote it, where the mapping rescaled it.
    public var originalScore: String?
    /// The source's scale (`minimum`, `maximum` in hundredths), where the mapping rescaled.
    public var scale: [Int64]?
    /// Dimensions and their values, channel and language among them.
    public var segments: [String: String]
    /// Why the response counts in no score from the beginning: a code that names the rule of the
    /// mapping, such as `mapping.exclude.1`; nil where it counts.
    public var excluded: String?
    /// The number of the import that it came by, from 1; 0 where none has one.
    public var importNumber: UInt64

    /// A payload.
    public init(
        source: String, id: String, subject: UInt64, score: UInt16?, hasText: Bool,
        updatedAt: Microseconds? = nil, originalScore: String? = nil, scale: [Int64]? = nil,
        segments: [String: String] = [:], excluded: String? = nil, importNumber: UInt64 = 0
    ) {
        self.source = source
        self.id = id
        self.subject = subject
        self.score = score
        self.hasText = hasText
        self.updatedAt = updatedAt
        self.originalScore = originalScore
        self.scale = scale
        self.segments = segments
        self.excluded = excluded
        self.importNumber = importNumber
    }

    /// The deterministic CBOR map, written straight to bytes: this is most of a log.
    public var encodedPayload: [UInt8] { encode(withSubject: true) }

    /// The payload without its subject number and its import, which differ when the same row is sent
    /// again: what the idempotency digest is made of.
    public var identityBytes: [UInt8] { encode(withSubject: false) }

    private func encode(withSubject: Bool) -> [UInt8] {
        var writer = CBORWriter(reservingBytes: 192)
        Self.write(
            source: source, id: id, subject: withSubject ? subject : nil, score: score,
            hasText: hasText, updatedAt: updatedAt, originalScore: originalScore, scale: scale,
            excluded: excluded, importNumber: withSubject ? importNumber : 0,
            segmentCount: segments.count, to: &writer, put: { $0.text($1) },
            segments: { writer in
                let ordered = segments.sorted { CBORValue.precedes($0.key, $1.key) }
                for (dimension, value) in ordered {
                    writer.text(dimension)
                    writer.text(value)
                }
            })
        return writer.bytes
    }

    /// Writes a payload whose texts lie elsewhere, in UTF-8: an import makes no strings of them.
    ///
    /// - Parameters:
    ///   - subject: nil leaves it out, as `identityBytes` does.
    ///   - importNumber: 0 leaves it out.
    ///   - segments: writes the pairs, dimensions in deterministic order.
    package static func write(
        source: UnsafeRawBufferPointer, id: UnsafeRawBufferPointer, subject: UInt64?,
        score: UInt16?, hasText: Bool, updatedAt: Microseconds?,
        originalScore: UnsafeRawBufferPointer?, scale: [Int64]?,
        excluded: UnsafeRawBufferPointer?, importNumber: UInt64, segmentCount: Int,
        to writer: inout CBORWriter, segments: (inout CBORWriter) -> Void
    ) {
        write(
            source: source, id: id, subject: subject, score: score, hasText: hasText,
            updatedAt: updatedAt, originalScore: originalScore, scale: scale, excluded: excluded,
            importNumber: importNumber, segmentCount: segmentCount, to: &writer,
            put: { $0.text(utf8: $1) },
            segments: segments)
    }

    private static func write<Text>(
        source: Text, id: Text, subject: UInt64?, score: UInt16?, hasText: Bool,
        updatedAt: Microseconds?, originalScore: Text?, scale: [Int64]?, excluded: Text?,
        importNumber: UInt64, segmentCount: Int, to writer: inout CBORWriter,
        put: (inout CBORWriter, Text) -> Void, segments: (inout CBORWriter) -> Void
    ) {
        let optionals =
            (hasText ? 1 : 0) + (score == nil ? 0 : 1) + (scale == nil ? 0 : 1)
            + (updatedAt == nil ? 0 : 1) + (originalScore == nil ? 0 : 1)
            + (subject == nil ? 0 : 1) + (excluded == nil ? 0 : 1)
            + (importNumber == 0 ? 0 : 1)
        writer.map(3 + optionals)
        writer.field("id")
        put(&writer, id)
        if hasText {
            writer.field("text")
            writer.bool(true)
        }
        if let scale {
            writer.field("scale")
            writer.array(scale.count)
            for bound in scale { writer.integer(bound) }
        }
        if let score {
            writer.field("score")
            writer.unsigned(UInt64(score))
        }
        if importNumber > 0 {
            writer.field("import")
            writer.unsigned(importNumber)
        }
        writer.field("source")
        put(&writer, source)
        if let subject {
            writer.field("subject")
            writer.unsigned(subject)
        }
        if let updatedAt {
            writer.field("updated")
            writer.integer(updatedAt)
        }
        if let excluded {
            writer.field("excluded")
            put(&writer, excluded)
        }
        writer.field("segments")
        writer.map(segmentCount)
        segments(&writer)
        if let originalScore {
            writer.field("originalScore")
            put(&writer, originalScore)
        }
    }

    /// Version 1 said no import.
    public static func upcast(_ fields: EventFields, from version: UInt32) -> EventFields? {
        version == 1 && fields["import"] == nil ? fields : nil
    }

    /// Version 2 says what version 1 said in the same bytes.
    public static func extends(_ version: UInt32) -> Bool { version == 1 }

    /// Reads version 2.
    public init(fields: EventFields) throws(CBORError) {
        source = try fields.text("source")
        id = try fields.text("id")
        subject = try fields.unsigned("subject")
        score = try fields.optionalNumber("score")
        hasText = try fields.flag("text")
        updatedAt = try fields.optionalNumber("updated")
        originalScore = try fields.optionalText("originalScore")
        scale = try fields.optionalIntegers("scale", count: 2)
        segments = try fields.texts("segments")
        excluded = try fields.optionalText("excluded")
        importNumber = try fields.optionalNumber("import") ?? 0
        guard importNumber > 0 || fields["import"] == nil else {
            throw CBORError(.invalidField, offset: 0, field: "import")
        }
        if let score, !Self.scoreRange.contains(Int64(score)) {
            throw CBORError(.invalidField, offset: 0, field: "score")
        }
    }
}

/// The parts of a `response.recorded` that a fold counts by, read in place.
public struct ResponseRecordedView {
    /// The stated score in hundredths, or nil.
    public private(set) var score: UInt16?
    /// Whether a comment is sealed beside the entry.
    public private(set) var hasText = false
    /// Whether the response counts in no score from the beginning.
    public private(set) var isExcluded = false
    /// Number of the subject's key.
    public private(set) var subject: UInt64 = 0
    /// The segment map's deterministic CBOR: equal bytes mean equal segments, so it can be interned
    /// without being decoded.
    public private(set) var segments = UnsafeRawBufferPointer(start: nil, count: 0)

    /// Reads the payload of `event` in place; the view lives as long as the event.
    public init(unsafe event: EventView) throws(EntryError) {
        guard (1...ResponseRecorded.version).contains(event.version) else {
            throw .unknownVersion(event.name, UInt64(event.version))
        }
        do throws(CBORError) {
            var cursor = CBORCursor(unsafe: event.payload)
            var found = (subject: false, segments: false)
            for _ in 0..<(try cursor.map()) {
                let key = try cursor.unsafeText()
                // The first byte and the length tell this version's keys apart.
                switch (key.count, key.first) {
                case (4, UInt8(ascii: "t")):
                    hasText = try cursor.bool()
                case (5, UInt8(ascii: "s")) where key[1] == UInt8(ascii: "c") && key[2] == 0x6F:
                    let wide = try cursor.unsigned()
                    guard wide <= UInt64(ResponseRecorded.scoreRange.upperBound) else {
                        throw CBORError(
                            .invalidField, offset: cursor.offset, field: "score")
                    }
                    score = UInt16(wide)
                case (7, UInt8(ascii: "s")):
                    subject = try cursor.unsigned()
                    found.subject = true
                case (8, UInt8(ascii: "e")):
                    isExcluded = true
                    _ = try cursor.unsafeText()
                case (8, UInt8(ascii: "s")):
                    let start = cursor.offset
                    try cursor.skip()
                    segments = cursor.bytes(from: start)
                    found.segments = true
                default:
                    try cursor.skip()
                }
            }
            guard cursor.isAtEnd else {
                throw CBORError(.trailingBytes, offset: cursor.offset)
            }
            guard found.subject, found.segments else {
                throw CBORError(
                    .invalidField, offset: cursor.offset,
                    field: found.subject ? "segments" : "subject")
            }
        } catch {
            throw .malformed(error)
        }
    }
}
