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
                "not as it was registered: `npsledger model register --external FILE` takes "
                    + "descriptions that people write")
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
