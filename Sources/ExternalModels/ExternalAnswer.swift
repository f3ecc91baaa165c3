import JSON

/// What a model outside this process reads in one text, in basis points.
public struct ExternalAnswer: Hashable, Sendable {
    /// Names of the intents, in the order of `intents`.
    public static let intentNames = ["praise", "complaint", "request", "question", "leaving"]
    /// How far three probabilities may be from a sum of 1.
    public static let sumTolerance = 0.01

    /// Probabilities of detractor, passive, promoter; they sum to 10,000.
    public let classes: [UInt16]
    /// Probabilities of negative, neutral, positive; they sum to 10,000. Even where the answer has
    /// none.
    public let sentiment: [UInt16]
    /// Probability of each intent on its own; 0 where the answer has none.
    public let intents: [UInt16]

    /// Why something is no answer. Nothing of what was answered is in it: that may hold the text.
    public struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
        /// What is wrong.
        public let description: String

        init(_ description: String) { self.description = description }
    }

    /// Reads an object with `class` and perhaps `sentiment` and `intents`, and nothing else.
    public init(parsing bytes: [UInt8]) throws(Fault) {
        guard let tree = try? JSONTree(parsing: bytes) else { throw Fault("is not JSON") }
        guard case .object(let members) = tree.value else { throw Fault("is not an object") }
        try self.init(members)
    }

    init(_ members: [JSONTree.Member]) throws(Fault) {
        var classes: [UInt16]?
        var sentiment: [UInt16]?
        var intents: [UInt16]?
        for member in members {
            switch member.name {
            case "class" where classes == nil:
                classes = try Self.three(member.value, "class")
            case "sentiment" where sentiment == nil:
                sentiment = try Self.three(member.value, "sentiment")
            case "intents" where intents == nil: intents = try Self.intents(member.value)
            case "class", "sentiment", "intents": throw Fault("has \(member.name) twice")
            default: throw Fault("has a member that is none of class, sentiment and intents")
            }
        }
        guard let classes else { throw Fault("has no class") }
        self.classes = classes
        self.sentiment = sentiment ?? [3_333, 3_334, 3_333]
        self.intents = intents ?? Self.intentNames.map { _ in 0 }
    }

    private static func probability(_ tree: JSONTree, _ name: String) throws(Fault) -> Double {
        guard case .number(let text) = tree.value, let value = Double(text),
            (0...1).contains(value)
        else { throw Fault("has something in \(name) that is no probability from 0 to 1") }
        return value
    }

    private static func three(_ tree: JSONTree, _ name: String) throws(Fault) -> [UInt16] {
        guard case .array(let items) = tree.value, items.count == 3 else {
            throw Fault("has no list of three in \(name)")
        }
        var parts: [Double] = []
        for item in items { parts.append(try probability(item, name)) }
        let sum = parts.reduce(0, +)
        // Half of the last digit of what is written with two: .33, .33, .33 is within.
        guard abs(sum - 1) <= sumTolerance + 1e-9 else {
            throw Fault("has probabilities in \(name) that do not sum to 1")
        }
        return basisPoints(parts, sum: sum)
    }

    /// Basis points that sum to 10,000: what rounding down leaves goes to the largest remainders,
    /// the first of equals.
    private static func basisPoints(_ parts: [Double], sum: Double) -> [UInt16] {
        let scaled = parts.map { $0 / sum * 10_000 }
        var whole = scaled.map { UInt16($0) }
        let order = scaled.indices.sorted { one, other in
            let (a, b) = (scaled[one] - Double(whole[one]), scaled[other] - Double(whole[other]))
            return a != b ? a > b : one < other
        }
        let missing = 10_000 - whole.reduce(0) { $0 + Int($1) }
        for index in order.prefix(max(0, missing)) { whole[index] += 1 }
        return whole
    }

    private static func intents(_ tree: JSONTree) throws(Fault) -> [UInt16] {
        guard case .object(let members) = tree.value else {
            throw Fault("has intents that are no object")
        }
        var values = intentNames.map { _ in UInt16(0) }
        var seen: Set<Int> = []
        for member in members {
            guard let index = intentNames.firstIndex(of: member.name) else {
                throw Fault(
                    "has an intent that is none of " + intentNames.joined(separator: ", "))
            }
            guard seen.insert(index).inserted else { throw Fault("has an intent twice") }
            let value = try probability(member.value, "intents")
            values[index] = UInt16((value * 10_000).rounded())
        }
        return values
    }

    /// The answer to a text as a line of the protocol, without its end.
    public func line(id: Int) -> String {
        func list(_ parts: [UInt16]) -> JSONValue {
            .array(parts.map { .decimal(Self.decimal($0)) })
        }
        let intents = zip(Self.intentNames, intents).map { name, part in
            (name, JSONValue.decimal(Self.decimal(part)))
        }
        let line: JSONValue = .object([
            ("id", .integer(id)), ("class", list(classes)), ("sentiment", list(sentiment)),
            ("intents", .object(intents)),
        ])
        return line.serialized()
    }

    /// Basis points as a decimal of four places: exact, whatever a locale says.
    private static func decimal(_ basisPoints: UInt16) -> String {
        let digits = String(basisPoints % 10_000)
        return "\(basisPoints / 10_000)." + String(repeating: "0", count: 4 - digits.count) + digits
    }
}

/// One line that a program writes.
enum AnswerLine {
    /// What it read in a text.
    case answer(id: Int, ExternalAnswer)
    /// That it could not read a text.
    case error(id: Int, String)

    /// Longest part of an error's words that is shown.
    static let errorBytesMax = 300

    init(_ bytes: [UInt8]) throws(ExternalAnswer.Fault) {
        guard let tree = try? JSONTree(parsing: bytes) else {
            throw ExternalAnswer.Fault("is not JSON in UTF-8")
        }
        guard case .object(var members) = tree.value else {
            throw ExternalAnswer.Fault("is not an object")
        }
        guard let index = members.firstIndex(where: { $0.name == "id" }),
            case .number(let text) = members.remove(at: index).value.value, let id = Int(text)
        else { throw ExternalAnswer.Fault("has no whole number as id") }
        if members.count == 1, members[0].name == "error" {
            guard case .string(let words) = members[0].value.value else {
                throw ExternalAnswer.Fault("has an error that is no string")
            }
            self = .error(
                id: id, String(decoding: words.utf8.prefix(Self.errorBytesMax), as: UTF8.self))
        } else {
            self = .answer(id: id, try ExternalAnswer(members))
        }
    }
}

/// One line that a program is given.
public struct TextLine: Hashable, Sendable {
    /// Tells the texts of one run apart, and nothing else.
    public let id: Int
    /// The text.
    public let text: String

    /// A line.
    public init(id: Int, text: String) {
        self.id = id
        self.text = text
    }

    /// Reads a line; nil where it is none of this protocol.
    public init?(parsing bytes: [UInt8]) {
        guard let tree = try? JSONTree(parsing: bytes), case .object(let members) = tree.value,
            members.count == 2, members[0].name == "id", members[1].name == "text",
            case .number(let number) = members[0].value.value, let id = Int(number),
            case .string(let text) = members[1].value.value
        else { return nil }
        self.init(id: id, text: text)
    }

    /// The line with its end.
    public var bytes: [UInt8] {
        let line: JSONValue = .object([("id", .integer(id)), ("text", .string(text))])
        return Array((line.serialized(escapes: .lines) + "\n").utf8)
    }
}
