/// The parts of a `classification.recorded` that a fold counts by, read in place.
public struct ClassificationRecordedView {
    /// Position of the response judged.
    public private(set) var response: Position = 0
    /// The model version.
    public private(set) var model: ModelVersion = 0
    /// Probability of detractor in basis points.
    public private(set) var detractor: UInt16 = 0
    /// Probability of promoter in basis points; passive is what remains of 10,000.
    public private(set) var promoter: UInt16 = 0

    /// Reads the payload of `event` in place.
    public init(unsafe event: EventView) throws(EntryError) {
        guard event.version == ClassificationRecorded.version else {
            throw .unknownVersion(event.name, UInt64(event.version))
        }
        do throws(CBORError) {
            var cursor = CBORCursor(unsafe: event.payload)
            var found = (classes: false, model: false, response: false)
            for _ in 0..<(try cursor.map()) {
                let key = try cursor.unsafeText()
                switch (key.count, key.first) {
                case (5, UInt8(ascii: "c")):
                    try readClasses(&cursor)
                    found.classes = true
                case (5, UInt8(ascii: "m")):
                    guard let narrow = ModelVersion(exactly: try cursor.unsigned()) else {
                        throw CBORError(
                            .invalidField, offset: cursor.offset, field: "model")
                    }
                    model = narrow
                    found.model = true
                case (8, UInt8(ascii: "r")):
                    response = try cursor.unsigned()
                    found.response = true
                default:
                    try cursor.skip()
                }
            }
            guard cursor.isAtEnd else {
                throw CBORError(.trailingBytes, offset: cursor.offset)
            }
            guard found.classes, found.model, found.response else {
                throw CBORError(.invalidField, offset: cursor.offset)
            }
        } catch {
            throw .malformed(error)
        }
    }

    private mutating func readClasses(_ cursor: inout CBORCursor) throws(CBORError) {
        let start = cursor.offset
        guard try cursor.array() == 3 else {
            throw CBORError(.invalidField, offset: start, field: "class")
        }
        let (first, second) = (try cursor.unsigned(), try cursor.unsigned())
        let third = try cursor.unsigned()
        let whole = UInt64(ClassificationRecorded.whole)
        guard first <= whole, second <= whole, third <= whole,
            first + second + third == whole
        else { throw CBORError(.invalidField, offset: start, field: "class") }
        detractor = UInt16(first)
        promoter = UInt16(third)
    }
}
