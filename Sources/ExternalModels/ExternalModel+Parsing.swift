import JSON

extension ExternalModel {
    /// Reads a description, whose paths may be relative.
    ///
    /// - Throws: `ExternalModelError` with code `invalid`, naming the line and the field.
    public init(parsing bytes: [UInt8]) throws(ExternalModelError) {
        guard bytes.count <= Self.descriptionBytesMax else {
            throw ExternalModelError(
                .invalid,
                "\(bytes.count) bytes; a description has at most \(Self.descriptionBytesMax)")
        }
        let tree: JSONTree
        do throws(JSONTree.Fault) {
            tree = try JSONTree(parsing: bytes)
        } catch {
            throw ExternalModelError(
                .invalid, "line \(error.line): not JSON (comments and trailing commas are none)")
        }
        var fields = try DescriptionFields(tree)
        let format = try fields.text("format", bytes: 1...64)
        guard format == Self.format else {
            throw fields.error("format", "has to be \"\(Self.format)\"")
        }
        let name = try fields.text("name", bytes: 1...64)
        guard name.unicodeScalars.allSatisfy({ Self.isPlain($0) }), name.first != " " else {
            throw fields.error("name", "takes letters, digits, spaces and . _ - /")
        }
        let command = try fields.texts("command", count: 1...64, bytes: 0...4096)
        guard let program = command[0].unicodeScalars.last, program != "/" else {
            throw fields.error("command", "begins with the program's path")
        }
        self.init(
            name: name, command: command,
            directory: try fields.optionalText("directory", bytes: 1...4096) ?? ".")
        environment = try fields.optionalTexts("environment", count: 0...64, bytes: 1...128) ?? []
        for (index, variable) in environment.enumerated() {
            guard Self.isVariable(variable) else {
                throw fields.error(
                    "environment", "item \(index + 1) is no name of a variable")
            }
            // What opens this ledger's vault is nobody else's.
            guard !variable.hasPrefix("NPSLEDGER_") else {
                throw fields.error(
                    "environment", "\(variable) is this program's own and is not passed on")
            }
            guard !environment[..<index].contains(variable) else {
                throw fields.error("environment", "\(variable) stands twice")
            }
        }
        sha256 = try fields.digests("sha256")
        if let text = try fields.optionalText("send", bytes: 1...16) {
            guard let sending = Sending(rawValue: text) else {
                throw fields.error("send", "has to be \"redacted\" or \"full\"")
            }
            send = sending
        }
        languages = try fields.optionalTexts("languages", count: 1...64, bytes: 2...2)
        if let languages, Set(languages).count < languages.count {
            throw fields.error("languages", "one of them stands twice")
        }
        batchTexts = try fields.number("batchTexts", in: 1...1024) ?? batchTexts
        batchBytes = try fields.number("batchBytes", in: 1024...(16 << 20)) ?? batchBytes
        timeoutSeconds = try fields.number("timeoutSeconds", in: 1...3600) ?? timeoutSeconds
        retries = try fields.number("retries", in: 0...10) ?? retries
        budgetTexts = try fields.number("budgetTexts", in: 1...1_000_000_000) ?? budgetTexts
        try fields.checkNoneIsLeft()
    }

    /// Reads the artefact of a version: a description as `canonicalJSON` writes it, whose program
    /// and directory are absolute.
    ///
    /// - Throws: `ExternalModelError` with code `invalid`.
    public init(artefact bytes: [UInt8]) throws(ExternalModelError) {
        try self.init(parsing: bytes)
        guard canonicalJSON == bytes else {
            throw ExternalModelError(
                .invalid,
                "not as it was registered; to register what a person wrote, give it as a "
                    + "description")
        }
        guard program.hasPrefix("/"), directory.hasPrefix("/") else {
            throw ExternalModelError(.invalid, "command and directory have to be absolute paths")
        }
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            || " ._-/".unicodeScalars.contains(scalar)
    }

    private static func isVariable(_ name: String) -> Bool {
        name.utf8.enumerated().allSatisfy { index, byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "_"):
                true
            case UInt8(ascii: "0")...UInt8(ascii: "9"): index > 0
            default: false
            }
        }
    }
}

/// The fields of a description: each there once, and none that is not asked for.
struct DescriptionFields {
    private var fields: [String: JSONTree] = [:]
    private var asked: [String] = []
    private let line: Int

    init(_ tree: JSONTree) throws(ExternalModelError) {
        line = tree.line
        guard case .object(let members) = tree.value else {
            throw ExternalModelError(.invalid, "line \(tree.line): not an object: { … }")
        }
        for member in members {
            guard fields.updateValue(member.value, forKey: member.name) == nil else {
                throw ExternalModelError(
                    .invalid, "line \(member.value.line): \(member.name): stands twice")
            }
        }
    }

    func error(_ name: String, _ reason: String) -> ExternalModelError {
        ExternalModelError(.invalid, "line \(fields[name]?.line ?? line): \(name): \(reason)")
    }

    private mutating func take(_ name: String) -> JSONTree? {
        asked.append(name)
        return fields[name]
    }

    /// Fails where a field was not asked for: a limit that is misspelt must not be passed over.
    func checkNoneIsLeft() throws(ExternalModelError) {
        guard let name = fields.keys.filter({ !asked.contains($0) }).min() else { return }
        throw error(
            name, "not known to a description, which takes: " + asked.joined(separator: ", "))
    }

    mutating func optionalText(
        _ name: String, bytes: ClosedRange<Int>
    ) throws(ExternalModelError) -> String? {
        guard let tree = take(name) else { return nil }
        return try text(tree, name, bytes, "a string")
    }

    mutating func text(
        _ name: String, bytes: ClosedRange<Int>
    ) throws(ExternalModelError) -> String {
        guard let text = try optionalText(name, bytes: bytes) else {
            throw error(name, "is missing")
        }
        return text
    }

    mutating func optionalTexts(
        _ name: String, count: ClosedRange<Int>, bytes: ClosedRange<Int>
    ) throws(ExternalModelError) -> [String]? {
        guard let tree = take(name) else { return nil }
        guard case .array(let items) = tree.value, count.contains(items.count) else {
            throw error(
                name, "a list of \(count.lowerBound) to \(count.upperBound) strings is needed")
        }
        var texts: [String] = []
        for (index, item) in items.enumerated() {
            texts.append(try text(item, name, bytes, "item \(index + 1): a string"))
        }
        return texts
    }

    mutating func texts(
        _ name: String, count: ClosedRange<Int>, bytes: ClosedRange<Int>
    ) throws(ExternalModelError) -> [String] {
        guard let texts = try optionalTexts(name, count: count, bytes: bytes) else {
            throw error(name, "is missing")
        }
        return texts
    }

    private func text(
        _ tree: JSONTree, _ name: String, _ bytes: ClosedRange<Int>, _ what: String
    ) throws(ExternalModelError) -> String {
        guard case .string(let text) = tree.value, bytes.contains(text.utf8.count),
            !text.utf8.contains(0)
        else {
            throw error(
                name, "\(what) of \(bytes.lowerBound) to \(bytes.upperBound) bytes is needed")
        }
        return text
    }

    mutating func number(
        _ name: String, in range: ClosedRange<Int>
    ) throws(ExternalModelError) -> Int? {
        guard let tree = take(name) else { return nil }
        guard case .number(let text) = tree.value, let value = Int(text), range.contains(value)
        else {
            throw error(
                name,
                "a whole number from \(range.lowerBound) to \(range.upperBound) is needed")
        }
        return value
    }

    mutating func digests(_ name: String) throws(ExternalModelError) -> [String: [UInt8]] {
        guard let tree = take(name) else { return [:] }
        guard case .object(let members) = tree.value, members.count <= 64 else {
            throw error(name, "an object of at most 64 paths is needed: {\"./judge\": \"…\"}")
        }
        var digests: [String: [UInt8]] = [:]
        for member in members {
            guard !member.name.isEmpty, !member.name.utf8.contains(0),
                case .string(let text) = member.value.value,
                let digest = FileDigest.bytes(text)
            else {
                throw error(name, "\(member.name): 64 hexadecimal digits are needed")
            }
            guard digests.updateValue(digest, forKey: member.name) == nil else {
                throw error(name, "\(member.name): stands twice")
            }
        }
        return digests
    }
}
