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
        writer.map([row != nil, text != nil, reason != nil, respondent != nil].count { $0 })
        if let row {
            writer.text("row")
            writer.byteString(row)
        }
        if let text {
            writer.text("text")
            writer.text(text)
        }
        if let reason {
            writer.text("reason")
            writer.text(reason)
        }
        if let respondent {
            writer.text("respondent")
            writer.text(respondent)
        }
        return writer.bytes
    }

    /// Reads what `encoded` wrote.
    public init(decoding bytes: [UInt8]) throws(CBORError) {
        let fields = EventFields(try CBORCursor.decode(bytes))
        text = try fields.optionalText("text")
        respondent = try fields.optionalText("respondent")
        reason = try fields.optionalText("reason")
        row = fields["row"] == nil ? nil : try fields.bytes("row")
    }
}
