import JSON

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
