extension SimulationTruth {
    /// The truth as one line of JSON, with keys in a fixed order: the same truth, the same bytes.
    ///
    /// Counts are whole numbers; times are microseconds since 1970, UTC; positions are 0-based.
    public var json: String {
        var json = JSONWriter()
        json.beginObject()
        json.member("format", "nps-ledger simulation truth 1")
        json.member("seed", configuration.seed)
        json.member("responses", configuration.responses)
        json.member("start", configuration.start)
        json.member("durationDays", configuration.durationDays)
        writeExpected(to: &json)
        json.key("segments")
        json.beginArray()
        for segment in segments {
            json.beginObject()
            json.member("dimension", segment.dimension)
            json.member("value", segment.value)
            write(segment.statedBefore, "statedBefore", to: &json)
            write(segment.statedAfter, "statedAfter", to: &json)
            write(segment.unstatedBefore, "unstatedBefore", to: &json)
            write(segment.unstatedAfter, "unstatedAfter", to: &json)
            json.endObject()
        }
        json.endArray()
        writeComments(to: &json)
        writePlanted(to: &json)
        json.endObject()
        return json.text
    }

    private func writeExpected(to json: inout JSONWriter) {
        json.key("expected")
        json.beginObject()
        json.member("read", expected.read)
        json.member("recorded", expected.recorded)
        json.member("amended", expected.amended)
        json.member("duplicates", expected.duplicates)
        json.member("conflicts", expected.conflicts)
        json.member("rejected", expected.rejected)
        json.key("rejectedByReason")
        json.beginObject()
        for reason in BadRowReason.allCases {
            json.member(reason.rawValue, rejections[reason.index])
        }
        json.endObject()
        json.endObject()
    }

    private func write(_ counts: ClassCounts, _ name: String, to json: inout JSONWriter) {
        json.key(name)
        json.beginObject()
        json.member("promoters", counts.promoters)
        json.member("passives", counts.passives)
        json.member("detractors", counts.detractors)
        json.endObject()
    }

    private func writeComments(to json: inout JSONWriter) {
        json.key("comments")
        json.beginObject()
        json.member("total", comments)
        json.member("english", englishComments)
        json.member("french", frenchComments)
        json.member("contradictions", contradictions)
        json.key("sentiments")
        json.beginObject()
        for (sentiment, count) in zip(CommentSentiment.allCases, sentiments) {
            json.member(sentiment.rawValue, count)
        }
        json.endObject()
        json.key("intents")
        json.beginObject()
        for (intent, count) in zip(CommentIntent.allCases, intents) {
            json.member(intent.rawValue, count)
        }
        json.endObject()
        json.key("topics")
        json.beginObject()
        for (topic, count) in zip(CommentTopic.allCases, topics) {
            json.member(topic.rawValue, count)
        }
        json.endObject()
        json.endObject()
    }

    private func writePlanted(to json: inout JSONWriter) {
        json.key("planted")
        json.beginObject()
        if let shift, let planted = configuration.plantedShift {
            json.key("shift")
            json.beginObject()
            json.member("day", planted.day)
            json.member("region", planted.region)
            json.member("points", planted.points)
            write(shift, to: &json)
            json.endObject()
        }
        if let wording, let planted = configuration.plantedWording {
            json.key("wording")
            json.beginObject()
            json.member("day", planted.day)
            json.member("share", planted.share)
            write(wording, to: &json)
            json.endObject()
        }
        json.endObject()
    }

    private func write(_ planted: PlantedTruth, to json: inout JSONWriter) {
        json.member("startsAt", planted.startsAt)
        if let first = planted.firstPosition {
            json.member("firstPosition", first)
        }
        json.member("exposed", planted.exposed)
        json.member("affected", planted.affected)
    }
}

/// Writes JSON (RFC 8259) with members in the order they are given, without spaces.
struct JSONWriter {
    private static let digits = [UInt8]("0123456789abcdef".utf8)

    /// What has been written; a caller may put bytes of its own before it.
    var bytes: [UInt8] = []
    private var needsComma = false

    var text: String { String(decoding: bytes, as: UTF8.self) }

    mutating func beginObject() { open("{") }
    mutating func beginArray() { open("[") }
    mutating func endObject() { close("}") }
    mutating func endArray() { close("]") }

    /// Starts a member whose value follows.
    mutating func key(_ name: String) {
        separate()
        quote(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    mutating func member(_ name: String, _ value: String) {
        key(name)
        quote(value)
        needsComma = true
    }

    /// A string, or null in place of an empty one.
    mutating func member(_ name: String, nonEmpty value: String) {
        value.isEmpty ? literal(name, "null") : member(name, value)
    }

    mutating func member(_ name: String, _ value: some FixedWidthInteger) {
        literal(name, String(value))
    }

    /// A fraction in the shortest form that reads back as the same number.
    mutating func member(_ name: String, _ value: Double) {
        literal(name, "\(value)")
    }

    private mutating func literal(_ name: String, _ value: String) {
        key(name)
        bytes.append(contentsOf: value.utf8)
        needsComma = true
    }

    private mutating func open(_ mark: Unicode.Scalar) {
        separate()
        bytes.append(UInt8(ascii: mark))
        needsComma = false
    }

    private mutating func close(_ mark: Unicode.Scalar) {
        bytes.append(UInt8(ascii: mark))
        needsComma = true
    }

    private mutating func separate() {
        if needsComma {
            bytes.append(UInt8(ascii: ","))
        }
    }

    private mutating func quote(_ value: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0x0A: bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "n")])
            case ..<0x20:
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(Self.digits[Int(byte >> 4)])
                bytes.append(Self.digits[Int(byte & 15)])
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
