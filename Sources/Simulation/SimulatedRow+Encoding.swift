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
