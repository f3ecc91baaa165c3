import HTTPTypes
import JSON
import LedgerCore

/// A field of the body of an act.
struct ActField: Sendable {
    enum Kind: Sendable {
        case text
        case integer
        case number
        case flag
        case object
        case list
    }

    let name: String
    let kind: Kind
    let summary: String
    var isRequired = false

    /// Who does it; until people sign in, whoever has the administrator's token says so.
    static let actor = ActField(name: "actor", kind: .text, summary: "who does it")
    static let reason = ActField(
        name: "reason", kind: .text, summary: "why, in a sentence; it is sealed", isRequired: true)
}

/// What stands in the body of an act: a JSON object with known fields.
struct ActBody: Sendable {
    /// Longest body of an act, in bytes.
    static let bytesMax = 1 << 20
    private let values: [String: JSONTree]
    /// The position that whoever acts has looked at; nil where they do not say.
    let fence: Position?

    /// - Throws: `Problem` 400 for what is no such object.
    init(_ bytes: [UInt8], fields: [ActField], fence: Position?) throws(Problem) {
        self.fence = fence
        var values: [String: JSONTree] = [:]
        let tree: JSONTree
        do {
            tree = try JSONTree(parsing: bytes.isEmpty ? Array("{}".utf8) : bytes)
        } catch {
            throw Problem(
                .badRequest, "json.invalid", "the body is no JSON, from line \(error.line) on")
        }
        guard case .object(let members) = tree.value else {
            throw Problem(.badRequest, "json.invalid", "the body is a JSON object")
        }
        for member in members {
            guard let field = fields.first(where: { $0.name == member.name }) else {
                throw Problem(
                    .badRequest, "field.unknown",
                    "there is no field “\(member.name)” here; there are: "
                        + fields.map(\.name).joined(separator: ", "))
            }
            guard values[member.name] == nil else {
                throw Problem(.badRequest, "json.repeated-key", "\(member.name) stands twice")
            }
            if case .null = member.value.value { continue }
            try Self.check(member.value, field)
            values[member.name] = member.value
        }
        for field in fields where field.isRequired && values[field.name] == nil {
            throw Problem(
                .badRequest, "field.missing", "the field \(field.name) is needed: \(field.summary)")
        }
        self.values = values
    }

    private static func check(_ tree: JSONTree, _ field: ActField) throws(Problem) {
        switch (field.kind, tree.value) {
        case (.text, .string), (.flag, .boolean), (.object, .object), (.list, .array),
            (.number, .number):
            return
        case (.integer, .number(let text)) where Int(text) != nil: return
        default:
            throw Problem(
                .badRequest, "field.invalid", "the field \(field.name) is a \(field.kind)")
        }
    }

    func text(_ name: String) -> String? {
        if case .string(let text)? = values[name]?.value { text } else { nil }
    }

    func integer(_ name: String) -> Int? {
        if case .number(let text)? = values[name]?.value { Int(text) } else { nil }
    }

    func number(_ name: String) -> Double? {
        if case .number(let text)? = values[name]?.value { Double(text) } else { nil }
    }

    func flag(_ name: String) -> Bool {
        if case .boolean(true)? = values[name]?.value { true } else { false }
    }

    /// A field as JSON.
    func json(_ name: String) -> JSONValue? { values[name]?.json }

    /// Texts of a list.
    func texts(_ name: String) -> [String] {
        guard case .array(let elements)? = values[name]?.value else { return [] }
        return elements.compactMap { if case .string(let text) = $0.value { text } else { nil } }
    }

    var reason: String { text("reason") ?? "" }

    /// Who does it.
    ///
    /// - Throws: `Problem` 400 for a name that nobody can have.
    func actor() throws(Problem) -> Actor {
        guard let name = text("actor") else { return Self.administrator }
        guard let actor = Actor(name) else {
            throw Problem(
                .badRequest, "field.invalid",
                "an actor is named by 1 to \(Actor.nameBytesMax) bytes without control characters")
        }
        return actor
    }

    static let administrator = Actor("administrator") ?? .system
}
