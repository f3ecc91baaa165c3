/// One row as it reaches an importer, with the truth behind it.
public struct SimulatedRow: Sendable, Hashable {
    /// The 0-based place of the row in the stream.
    public var position: Int
    /// The response's own name: 12 letters and digits; empty in a bad row that lacks it.
    public var responseID: String
    /// An address of a domain kept for examples (RFC 2606), or a customer number.
    public var respondentID: String
    /// The score as it is written; empty when there is none.
    public var score: String
    /// The comment; empty when there is none.
    public var text: String
    /// When the respondent answered, in microseconds since 1970, UTC; whole milliseconds.
    public var at: Int64
    /// When the response last changed, in microseconds since 1970, UTC.
    public var updatedAt: Int64
    /// When the row reached the importer; never goes back within a stream. Not written.
    public var arrivedAt: Int64
    /// What stands in the place of the time in a row whose time cannot be read.
    public var unreadableTime: String?
    /// The way in which the survey was answered.
    public var channel: String
    /// The respondent's language.
    public var language: CommentLanguage
    /// The respondent's region.
    public var region: String
    /// The respondent's country by ISO 3166 code; empty in a region that has no list of them.
    public var country: String
    /// The respondent's plan.
    public var plan: String
    /// The product that the survey asked about.
    public var product: String
    /// What the row is to the importer.
    public var kind: SimulatedRowKind
    /// The class of the score that the respondent gave, or has in mind without giving one; in a
    /// conflicting row still that of the first score. Nil in a bad row.
    public var scoreClass: ScoreClass?
    /// Whether the comment says the contrary of the score.
    public var isContradiction: Bool
    /// Which vocabulary the comment draws on.
    public var wording: CommentWording
    /// The truth about the comment; nil without one.
    public var truth: LabelledComment?
}

/// What a row is to the importer that reads it.
public enum SimulatedRowKind: Sendable, Hashable {
    /// A response seen for the first time.
    case normal
    /// A row seen before, the same in every byte.
    case duplicate
    /// A response seen before, with another score and the same times.
    case conflict
    /// A row to turn away.
    case bad(BadRowReason)
    /// A response seen before, now with its comment and a later time of update.
    case lateComment
}

/// One way in which surveys are answered.
public struct SimulatedChannel: Sendable, Hashable {
    /// The channel as it is written in rows.
    public var name: String
    /// How common it is, in relation to the other channels' weights.
    public var weight: Int
    /// How willing its people are to write a comment, in relation to the other channels: with
    /// twice the willingness twice as many write. The overall share stays as configured.
    public var commentWillingness: Int

    /// States a channel.
    public init(_ name: String, weight: Int, commentWillingness: Int) {
        self.name = name
        self.weight = weight
        self.commentWillingness = commentWillingness
    }
}

/// Why an importer should turn a row away.
public enum BadRowReason: String, Sendable, Hashable, CaseIterable {
    /// The score is a word: "eleven".
    case scoreNotNumeric
    /// The score is a number above 10 or below 0.
    case scoreOutOfRange
    /// The score has a fraction: "7.5".
    case scoreNotWhole
    /// There is neither a score nor a comment.
    case nothingSaid
    /// The time of the response is not a time.
    case unreadableTime
    /// The row does not say which response it is about.
    case missingResponseID
}

extension SimulatedRow {
    /// The names of the columns, in the order that `csvLine` and `jsonLine` write them.
    public static let columns = [
        "response_id", "respondent_id", "score", "comment", "responded_at", "updated_at",
        "channel", "language", "segment.region", "segment.country", "segment.plan",
        "segment.product",
    ]
}

/// Appends the header line of the comma-separated form (RFC 4180, ended by a line feed).
public func csvHeader(to bytes: inout [UInt8]) {
    bytes.append(contentsOf: SimulatedRow.columns.joined(separator: ",").utf8)
    bytes.append(UInt8(ascii: "\n"))
}

/// Appends a row in the comma-separated form (RFC 4180, ended by a line feed).
///
/// A field is quoted when it holds a comma, a quote or a line break.
public func csvLine(for row: SimulatedRow, to bytes: inout [UInt8]) {
    let comma = UInt8(ascii: ",")
    bytes.append(contentsOf: row.responseID.utf8)
    bytes.append(comma)
    appendField(row.respondentID, to: &bytes)
    bytes.append(comma)
    appendField(row.score, to: &bytes)
    bytes.append(comma)
    appendField(row.text, to: &bytes)
    bytes.append(comma)
    if let unreadable = row.unreadableTime {
        appendField(unreadable, to: &bytes)
    } else {
        Calendar.append(row.at, to: &bytes)
    }
    bytes.append(comma)
    Calendar.append(row.updatedAt, to: &bytes)
    bytes.append(comma)
    appendField(row.channel, to: &bytes)
    bytes.append(comma)
    bytes.append(contentsOf: row.language.rawValue.utf8)
    for segment in [row.region, row.country, row.plan, row.product] {
        bytes.append(comma)
        appendField(segment, to: &bytes)
    }
    bytes.append(UInt8(ascii: "\n"))
}

/// Appends a row as one line of JSON with the columns as keys; what is blank is null.
///
/// A score is a number where it is written as one of JSON's, else a string.
public func jsonLine(for row: SimulatedRow, to bytes: inout [UInt8]) {
    var json = JSONWriter()
    // The writer takes the buffer over, so that nothing is copied.
    swap(&json.bytes, &bytes)
    json.beginObject()
    json.member("response_id", nonEmpty: row.responseID)
    json.member("respondent_id", nonEmpty: row.respondentID)
    if let score = Int(row.score) {
        json.member("score", score)
    } else {
        json.member("score", nonEmpty: row.score)
    }
    json.member("comment", nonEmpty: row.text)
    json.member("responded_at", row.unreadableTime ?? Calendar.text(of: row.at))
    json.member("updated_at", Calendar.text(of: row.updatedAt))
    json.member("channel", row.channel)
    json.member("language", row.language.rawValue)
    json.member("segment.region", row.region)
    json.member("segment.country", nonEmpty: row.country)
    json.member("segment.plan", row.plan)
    json.member("segment.product", row.product)
    json.endObject()
    swap(&json.bytes, &bytes)
    bytes.append(UInt8(ascii: "\n"))
}

/// Appends a row as one line of JSON, in the form in which a service takes responses.
///
/// - Parameter source: where the responses are said to come from.
public func requestLine(for row: SimulatedRow, source: String, to bytes: inout [UInt8]) {
    var json = JSONWriter()
    swap(&json.bytes, &bytes)
    json.beginObject()
    json.member("source", source)
    json.member("id", nonEmpty: row.responseID)
    json.member("respondent", nonEmpty: row.respondentID)
    json.member("score", nonEmpty: row.score)
    json.member("text", nonEmpty: row.text)
    json.member("at", row.unreadableTime ?? Calendar.text(of: row.at))
    json.member("updatedAt", Calendar.text(of: row.updatedAt))
    json.member("channel", row.channel)
    json.member("language", row.language.rawValue)
    json.key("segments")
    json.beginObject()
    json.member("region", row.region)
    json.member("country", nonEmpty: row.country)
    json.member("plan", row.plan)
    json.member("product", row.product)
    json.endObject()
    json.endObject()
    swap(&json.bytes, &bytes)
    bytes.append(UInt8(ascii: "\n"))
}

private func appendField(_ field: String, to bytes: inout [UInt8]) {
    let start = bytes.count
    bytes.append(contentsOf: field.utf8)
    let needsQuotes = bytes[start...].contains { byte in
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == 10 || byte == 13
    }
    guard needsQuotes else { return }
    bytes.removeSubrange(start...)
    bytes.append(UInt8(ascii: "\""))
    for byte in field.utf8 {
        if byte == UInt8(ascii: "\"") {
            bytes.append(byte)
        }
        bytes.append(byte)
    }
    bytes.append(UInt8(ascii: "\""))
}

extension Calendar {
    /// An instant as RFC 3339 in UTC with milliseconds.
    static func text(of instant: Int64) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(24)
        append(instant, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
