/// A value of JSON, to look into.
enum JSON: Decodable, Hashable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSON].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSON].self))
        }
    }

    subscript(_ key: String) -> JSON? {
        if case .object(let pairs) = self { return pairs[key] }
        return nil
    }

    var items: [JSON] {
        if case .array(let items) = self { return items }
        return []
    }

    var number: Double? {
        if case .number(let number) = self { return number }
        return nil
    }

    var int: Int? { number.flatMap { Int(exactly: $0) } }

    var text: String? {
        if case .string(let text) = self { return text }
        return nil
    }

    /// Its keys and types, such as `{a:number,b:[string]}`; items of one shape stand once.
    var shape: String {
        switch self {
        case .null: "null"
        case .bool: "bool"
        case .number: "number"
        case .string: "string"
        case .array(let items): "[" + Set(items.map(\.shape)).sorted().joined(separator: "|") + "]"
        case .object(let pairs):
            "{"
                + pairs.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value.shape)" }
                .joined(separator: ",") + "}"
        }
    }
}
