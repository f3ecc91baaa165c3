/// The parts of a `response.amended` that a fold counts by, read in place.
public struct ResponseAmendedView {
    /// Position of the `response.recorded` it amends.
    public private(set) var response: Position = 0
    /// The new stated score in hundredths, where it changed.
    public private(set) var score: UInt16?
    /// Whether the sealed part holds a new comment.
    public private(set) var hasText = false
    /// The new segment map's deterministic CBOR, where it changed.
    public private(set) var segments: UnsafeRawBufferPointer?

    /// Reads the payload of `event` in place; the view lives as long as the event.
    public init(unsafe event: EventView) throws(EntryError) {
        guard event.version == ResponseAmended.version else {
            throw .unknownVersion(event.name, UInt64(event.version))
        }
        do throws(CBORError) {
            var cursor = CBORCursor(unsafe: event.payload)
            var found = (response: false, subject: false)
            for _ in 0..<(try cursor.map()) {
                let key = try cursor.unsafeText()
                switch (key.count, key.first) {
                case (4, UInt8(ascii: "t")): hasText = try cursor.bool()
                case (5, UInt8(ascii: "s")): score = try Self.score(&cursor)
                case (7, UInt8(ascii: "s")):
                    _ = try cursor.unsigned()
                    found.subject = true
                case (8, UInt8(ascii: "r")):
                    response = try cursor.unsigned()
                    found.response = true
                case (8, UInt8(ascii: "s")):
                    let start = cursor.offset
                    try cursor.skipTexts()
                    segments = cursor.bytes(from: start)
                default: try cursor.skip()
                }
            }
            guard cursor.isAtEnd else {
                throw CBORError(.trailingBytes, offset: cursor.offset)
            }
            guard found.response, found.subject else {
                throw CBORError(
                    .invalidField, offset: cursor.offset,
                    field: found.response ? "subject" : "response")
            }
        } catch {
            throw .malformed(error)
        }
    }

    private static func score(_ cursor: inout CBORCursor) throws(CBORError) -> UInt16 {
        let wide = try cursor.unsigned()
        guard wide <= UInt64(ResponseRecorded.scoreRange.upperBound) else {
            throw CBORError(.invalidField, offset: cursor.offset, field: "score")
        }
        return UInt16(wide)
    }
}
