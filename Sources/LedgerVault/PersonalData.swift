import LedgerCore

/// What is sealed beside an entry: everything of an event that a person must be able to take back.
public struct PersonalData: Hashable, Sendable {
    /// The respondent's comment.
    public var text: String?
    /// The respondent's identifier as the source gave it.
    public var respondent: String?
    /// The source row as it came.
    public var row: [UInt8]?
    /// The rationale of a governance act.
    public var reason: String?

    /// Personal data.
    public init(
        text: String? = nil, respondent: String? = nil, row: [UInt8]? = nil, reason: String? = nil
    ) {
        self.text = text
        self.respondent = respondent
        self.row = row
        self.reason = reason
    }

    /// The deterministic CBOR that is sealed.
    public var encoded: [UInt8] {
        var writer = CBORWriter(
            reservingBytes: 32 + (text?.utf8.count ?? 0) + (row?.count ?? 0))
        Self.write(row: row, text: text, reason: reason, respondent: respondent, to: &writer) {
            $0.text($1)
        }
        return writer.bytes
    }

    /// Writes what is sealed, wherever it lies.
    ///
    /// - Parameter put: writes one of the texts.
    static func write<Text>(
        row: (some Collection<UInt8>)?, text: Text?, reason: Text?, respondent: Text?,
        to writer: inout CBORWriter, _ put: (inout CBORWriter, Text) -> Void
    ) {
        let texts = (text == nil ? 0 : 1) + (reason == nil ? 0 : 1) + (respondent == nil ? 0 : 1)
        writer.map(texts + (row == nil ? 0 : 1))
        if let row {
            writer.text("row")
            writer.byteString(row)
        }
        if let text {
            writer.text("text")
            put(&writer, text)
        }
        if let reason {
            writer.text("reason")
            put(&writer, reason)
        }
        if let respondent {
            writer.text("respondent")
            put(&writer, respondent)
        }
    }

    /// Reads what `encoded` wrote.
    public init(decoding bytes: [UInt8]) throws(CBORError) {
        self = try bytes.withBytes { (raw) throws(CBORError) in try PersonalData(unsafe: raw) }
    }

    /// Reads what `encoded` wrote, from bytes that stay where they are meanwhile.
    public init(unsafe bytes: UnsafeRawBufferPointer) throws(CBORError) {
        var cursor = CBORCursor(unsafe: bytes)
        let count = try cursor.map()
        // In the order in which they are written; whatever else stands there is left over.
        if cursor.takesKey("row") { row = [UInt8](try cursor.unsafeByteString()) }
        if cursor.takesKey("text") { text = try cursor.text() }
        if cursor.takesKey("reason") { reason = try cursor.text() }
        if cursor.takesKey("respondent") { respondent = try cursor.text() }
        let found = [row != nil, text != nil, reason != nil, respondent != nil].count { $0 }
        guard found == count, cursor.isAtEnd else {
            throw CBORError(.invalidField, offset: cursor.offset)
        }
    }
}
