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
