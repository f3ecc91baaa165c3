import JSON

extension ColumnMapping {
    /// The version of the mapping file that is written; readers refuse every other.
    public static let fileVersion = 1
    /// The most bytes of a mapping file: hundreds of times what one needs, so that a wrong path
    /// (an export, say) is not read whole.
    public static let fileBytesMax = 1 << 20

    /// The mapping as a JSON file: the same mapping gives the same bytes. Parts that say nothing
    /// are left out; the fixed time is RFC 3339.
    public var json: String {
        var lines = ["  \"version\": \(Self.fileVersion)"]
        func add(_ key: String, _ value: String) { lines.append("  \"\(key)\": \(value)") }
        for field in Self.fields {
            if let column = self[keyPath: field.path] { add(field.key, JSONText.quoted(column)) }
        }
        if !segments.isEmpty {
            let members = segments.map {
                "    \(JSONText.quoted($0.dimension)): \(JSONText.quoted($0.column))"
            }
            add("segments", "{\n" + members.joined(separator: ",\n") + "\n  }")
        }
        if !exclusions.isEmpty {
            let elements = exclusions.map {
                "    {\"column\": \(JSONText.quoted($0.column)), "
                    + "\"value\": \(JSONText.quoted($0.value))}"
            }
            add("exclusions", "[\n" + elements.joined(separator: ",\n") + "\n  ]")
        }
        if let scale { add("scale", JSONText.quoted(scale.description)) }
        if allowsFractions { add("allowsFractions", "true") }
        if let timeFormat { add("timeFormat", JSONText.quoted(timeFormat)) }
        if let timeZone { add("timeZone", JSONText.quoted(timeZone.name)) }
        if let fixedTime {
            add("fixedTime", JSONText.quoted(CivilTime.rfc3339(microseconds: fixedTime)))
        }
        return "{\n" + lines.joined(separator: ",\n") + "\n}\n"
    }

    /// Reads what ``json`` writes; throws `badMapping` for a member it does not know.
    public init(json: String) throws(ImportError) {
        let tree: JSONTree
        do throws(JSONTree.Fault) {
            tree = try JSONTree(parsing: Array(json.utf8))
        } catch {
            throw Self.noObject(line: error.line)
        }
        guard case .object(let members) = tree.value else { throw Self.noObject(line: tree.line) }
        self.init()
        var seen: Set<String> = []
        for member in members {
            guard seen.insert(member.name).inserted else { throw Self.repeated(member) }
            do throws(ImportError) {
                try read(member)
            } catch {
                var placed = error
                placed.line = placed.line ?? member.value.line
                throw placed
            }
        }
        guard seen.contains("version") else {
            throw Self.fault(
                "the mapping file says no version",
                advice: "Add \"version\": \(Self.fileVersion).")
        }
    }

    /// Reads a mapping file; throws as reading any file does, or as ``init(json:)``.
    public init(path: String) throws(ImportError) {
        let bytes = try wholeFile(path, bytesMax: Self.fileBytesMax)
        do throws(ImportError) {
            try self.init(json: String(decoding: bytes, as: UTF8.self))
        } catch {
            var placed = error
            placed.file = path
            throw placed
        }
    }

    private mutating func read(_ member: JSONTree.Member) throws(ImportError) {
        if let field = Self.fields.first(where: { $0.key == member.name }) {
            self[keyPath: field.path] = try Self.text(member)
            return
        }
        switch (member.name, member.value.value) {
        case ("version", .number(let number)):
            guard number == String(Self.fileVersion) else {
                throw Self.fault(
                    "the mapping file has another version", value: number,
                    expected: "version \(Self.fileVersion)",
                    advice: "Write the mapping again with this release.")
            }
        case ("segments", .object(let segments)):
            for segment in segments {
                let column = try Self.text(segment)
                guard !self.segments.contains(where: { $0.dimension == segment.name }) else {
                    throw Self.repeated(segment)
                }
                self.segments.append(Segment(dimension: segment.name, column: column))
            }
        case ("exclusions", .array(let elements)):
            for element in elements { exclusions.append(try Self.exclusion(element)) }
        case ("scale", .string(let scale)): self.scale = try ScoreScale(argument: scale)
        case ("allowsFractions", .boolean(let allows)): allowsFractions = allows
        case ("timeFormat", .string(let format)):
            _ = try TimePattern(format)
            timeFormat = format
        case ("timeZone", .string(let zone)): timeZone = try SurveyTimeZone(argument: zone)
        case ("fixedTime", .string(let time)): fixedTime = try Self.instant(time)
        default: throw Self.unknownMember(member.name)
        }
    }

    /// Reads an RFC 3339 time, as `--at` takes it: microseconds since 1970 UTC.
    public static func instant(_ text: String) throws(ImportError) -> Int64 {
        var reader = TimeReader(pattern: nil, zone: .utc)
        let reading = Array(text.utf8).withUnsafeBufferPointer { reader.read($0) }
        guard case .instant(let microseconds) = reading else {
            throw fault(
                "a time is not readable", value: text,
                expected: "a time of 1970 to 2200 as in 2026-03-01T09:30:00Z",
                advice: "Write date, time and zone.")
        }
        return microseconds
    }

    private static func text(_ member: JSONTree.Member) throws(ImportError) -> String {
        guard case .string(let text) = member.value.value else {
            throw fault(
                "\"\(member.name)\" is no string", line: member.value.line,
                advice: "Name a column as it is in the header.")
        }
        return text
    }

    private static func exclusion(_ element: JSONTree) throws(ImportError) -> Exclusion {
        if case .object(let members) = element.value {
            for (index, member) in members.enumerated()
            where members[..<index].contains(where: { $0.name == member.name }) {
                throw repeated(member)
            }
            if members.count == 2, let column = members.first(where: { $0.name == "column" }),
                let value = members.first(where: { $0.name == "value" })
            {
                return Exclusion(column: try text(column), value: try text(value))
            }
        }
        throw fault(
            "an exclusion is not readable", line: element.line,
            advice: "Write {\"column\": \"Status\", \"value\": \"Preview\"}.")
    }

    private static func repeated(_ member: JSONTree.Member) -> ImportError {
        fault(
            "\"\(member.name)\" stands twice", line: member.value.line,
            advice: "Leave one of them out.")
    }

    private static func noObject(line: Int) -> ImportError {
        fault(
            "the mapping file is no JSON object", line: line,
            advice: "Write {\"version\": 1, \"score\": \"NPS\", \"text\": \"Comment\"}.")
    }

    private static func unknownMember(_ key: String) -> ImportError {
        let settings = [
            "segments", "exclusions", "scale", "allowsFractions", "timeFormat", "timeZone",
            "fixedTime", "version",
        ]
        let names = fields.map(\.key) + settings
        let nearest = Spelling.nearest(to: key, among: names)
        let advice =
            nearest.map { "Did you mean \"\($0)\", with a value of its kind?" }
            ?? "Leave it out."
        return fault(
            "the mapping file has a member that is unknown or of another kind", value: key,
            expected: names.joined(separator: ", "), advice: advice)
    }
}

/// All bytes of a small file; throws `badMapping` beyond `bytesMax`.
private func wholeFile(_ path: String, bytesMax: Int) throws(ImportError) -> [UInt8] {
    let source = try DescriptorSource(path: path)
    var window = TextWindow(source, chunkBytes: TextWindow.chunkBytesDefault)
    while !window.isAtEnd {
        guard window.count <= bytesMax else {
            throw ImportError(
                .badMapping, "the file is too large for a mapping", file: path,
                expected: "at most \(bytesMax) bytes", advice: "Check the path.")
        }
        try window.fill()
    }
    return Array(window.bytes)
}
