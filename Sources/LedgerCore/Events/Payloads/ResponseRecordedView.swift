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
        guard event.version == ResponseRecorded.version else {
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
