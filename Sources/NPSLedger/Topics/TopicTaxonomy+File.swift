import Classification
import Crypto
import JSON

extension TopicTaxonomy {
    /// Largest file of a taxonomy: all its members at their limits fit in.
    public static let fileBytesMax = 2 << 20

    /// Reads a file: a JSON object with `exclusive` and `topics`, and nothing that this does not
    /// know.
    public init(file bytes: [UInt8]) throws(TopicFileError) {
        let tree: JSONTree
        do {
            tree = try JSONTree(parsing: bytes)
        } catch {
            throw TopicFileError(
                line: error.line, place: nil,
                reason: "not JSON (comments and a comma before a closing bracket are none)")
        }
        let root = try Self.members(tree, "the file", known: ["exclusive", "topics"])
        guard let flag = root["exclusive"], case .boolean(let isExclusive) = flag.value else {
            throw TopicFileError(
                line: root["exclusive"]?.line ?? tree.line, place: "exclusive",
                reason: "true or false is needed: whether a text is about one topic at most")
        }
        guard let list = root["topics"], case .array(let items) = list.value else {
            throw TopicFileError(
                line: root["topics"]?.line ?? tree.line, place: "topics",
                reason: "a list is needed, such as [{\"name\": \"price\"}]")
        }
        var lines = ["topics": list.line]
        var topics: [Topic] = []
        for (index, item) in items.enumerated() {
            topics.append(try Self.topic(item, "topics[\(index)]", &lines))
        }
        do throws(TopicTaxonomyError) {
            try self.init(topics, isExclusive: isExclusive)
        } catch {
            throw TopicFileError(
                line: lines[error.place] ?? list.line, place: error.place, reason: error.reason)
        }
    }

    /// - Parameter lines: where each member stands, for what is found wrong later.
    private static func topic(
        _ tree: JSONTree, _ place: String, _ lines: inout [String: Int]
    ) throws(TopicFileError) -> Topic {
        let members = try members(tree, place, known: ["name", "description", "phrases"])
        var topic = Topic(name: "")
        for name in ["name", "description"] {
            let place = "\(place).\(name)"
            guard let member = members[name] else {
                guard name != "name" else {
                    throw TopicFileError(line: tree.line, place: place, reason: "is missing")
                }
                continue
            }
            guard case .string(let text) = member.value else {
                throw TopicFileError(line: member.line, place: place, reason: "a text is needed")
            }
            lines[place] = member.line
            if name == "name" { topic.name = text } else { topic.description = text }
        }
        guard let member = members["phrases"] else { return topic }
        let list = "\(place).phrases"
        guard case .array(let items) = member.value else {
            throw TopicFileError(
                line: member.line, place: list,
                reason: "a list of texts is needed, such as [\"far too expensive\"]")
        }
        lines[list] = member.line
        for (index, item) in items.enumerated() {
            guard case .string(let phrase) = item.value else {
                throw TopicFileError(
                    line: item.line, place: "\(list)[\(index)]", reason: "a text is needed")
            }
            lines["\(list)[\(index)]"] = item.line
            topic.phrases.append(phrase)
        }
        return topic
    }

    /// The members of an object: each known, and there once.
    private static func members(
        _ tree: JSONTree, _ place: String, known: [String]
    ) throws(TopicFileError) -> [String: JSONTree] {
        guard case .object(let list) = tree.value else {
            throw TopicFileError(line: tree.line, place: place, reason: "not an object: { … }")
        }
        var members: [String: JSONTree] = [:]
        for member in list {
            guard known.contains(member.name) else {
                throw TopicFileError(
                    line: member.value.line, place: place,
                    reason: "“\(member.name)” is not known here; there are: "
                        + known.joined(separator: ", "))
            }
            guard members.updateValue(member.value, forKey: member.name) == nil else {
                throw TopicFileError(
                    line: member.value.line, place: place, reason: "“\(member.name)” stands twice")
            }
        }
        return members
    }
}

/// A file that does not say what a taxonomy is.
public struct TopicFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line of the file, counted from 1.
    public let line: Int
    /// The member concerned, such as `topics[2].name`; nil where the text is no JSON.
    public let place: String?
    /// What is wrong and what would be right.
    public let reason: String

    /// Where, and what.
    public var description: String { "line \(line): " + (place.map { "\($0): " } ?? "") + reason }
}

extension TopicTaxonomy {
    /// SHA-256 over all of it in its order, each text with its length before it (8 bytes,
    /// big-endian): two files that say the same have the same.
    public var digest: [UInt8] {
        var hash = SHA256()
        func add(_ number: Int) {
            withUnsafeBytes(of: UInt64(number).bigEndian) { hash.update(bufferPointer: $0) }
        }
        func add(_ text: String) {
            add(text.utf8.count)
            hash.update(data: [UInt8](text.utf8))
        }
        add(isExclusive ? 1 : 0)
        add(topics.count)
        for topic in topics {
            add(topic.name)
            add(topic.description)
            add(topic.phrases.count)
            for phrase in topic.phrases { add(phrase) }
        }
        return [UInt8](hash.finalize())
    }
}
