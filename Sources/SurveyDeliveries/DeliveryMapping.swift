import JSON
import SurveyImport

/// How the deliveries of one source become responses, stated by a person and never guessed.
public struct DeliveryMapping: Hashable, Sendable {
    /// When a response counts.
    public enum Counting: String, CaseIterable, Sendable {
        /// As soon as it has a score or a text; what follows amends it.
        case scored
        /// Once the person has finished.
        case finished
    }

    /// A delivery in which a value stands at a path is not for counting, such as a test.
    public struct Exclusion: Hashable, Sendable {
        /// The path.
        public let path: String
        /// The value, as text.
        public let value: String
    }

    /// The shape of the deliveries.
    public var shape: DeliveryShape
    /// The survey that is meant; nil for all that are delivered.
    public var onlySurvey: String?
    /// The question of the score, or the path to it, where the shape has no fixed place for it.
    public var score: String?
    /// The question of the comment, or the path to it.
    public var text: String?
    /// Paths from the response, by field: `id`, `respondent`, `at`, `updatedAt`, `channel`,
    /// `language`, `survey`, `group` (what the source counts it as, which is compared with its score);
    /// for the generic shape `finished` and `items`, too.
    public var paths: [String: String] = [:]
    /// Paths from the response, by dimension.
    public var segments: [String: String] = [:]
    /// When a response counts.
    public var counting = Counting.scored
    /// What is not for counting.
    public var exclusions: [Exclusion] = []
    /// Scale, fractions, and the form and zone of times; no columns.
    public var rules = ColumnMapping()

    /// Fields that a path may be given for.
    static let pathFields = [
        "id", "respondent", "at", "updatedAt", "channel", "language", "survey", "finished", "items",
        "group",
    ]

    /// A mapping of a shape.
    public init(_ shape: DeliveryShape) { self.shape = shape }

    /// Why a mapping cannot be used, and on which line.
    public struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
        /// The line of the text, from 1.
        public let line: Int
        /// What is wrong, and what is right.
        public let problem: String
        /// Line and problem.
        public var description: String { "line \(line): \(problem)" }
    }

    /// Reads a mapping.
    ///
    /// - Parameters:
    ///   - json: an object with `shape` and fields.
    ///   - shape: the shape, where it is stated elsewhere.
    /// - Throws: ``Fault``, the first there is.
    public init(json: [UInt8], shape: DeliveryShape? = nil) throws(Fault) {
        let tree: JSONTree
        do {
            tree = try JSONTree(parsing: json)
        } catch {
            throw Fault(line: error.line, problem: "the mapping is no JSON from here on")
        }
        try self.init(tree, shape: shape)
    }

    package init(_ tree: JSONTree, shape known: DeliveryShape?) throws(Fault) {
        guard case .object(let members) = tree.value else {
            throw Fault(line: tree.line, problem: "a mapping is a JSON object")
        }
        let stated = members.first { $0.name == "shape" }
        var shape = known
        if let stated {
            guard case .string(let name) = stated.value.value,
                let found = DeliveryShape(rawValue: name)
            else {
                throw Fault(
                    line: stated.value.line,
                    problem: "the shape is one of "
                        + DeliveryShape.allCases.map(\.rawValue).joined(separator: ", "))
            }
            shape = found
        }
        guard let shape else { throw Fault(line: tree.line, problem: "a mapping needs a shape") }
        self.init(shape)
        var seen: Set<String> = []
        for member in members where member.name != "shape" {
            guard seen.insert(member.name).inserted else {
                throw Fault(line: member.value.line, problem: "\(member.name) stands twice")
            }
            try take(member.name, member.value)
        }
        try check(line: tree.line)
    }

    private mutating func take(_ name: String, _ tree: JSONTree) throws(Fault) {
        switch name {
        case "onlySurvey": onlySurvey = try Self.text(name, tree)
        case "score": score = try Self.text(name, tree)
        case "text": text = try Self.text(name, tree)
        case "segments": segments = try Self.texts(name, tree)
        case "exclude":
            exclusions = try Self.texts(name, tree).sorted { $0.key < $1.key }
                .map { Exclusion(path: $0.key, value: $0.value) }
        case "counts":
            guard let counting = Counting(rawValue: try Self.text(name, tree)) else {
                throw Fault(line: tree.line, problem: "counts is scored or finished")
            }
            self.counting = counting
        case "fractions":
            guard case .boolean(let allows) = tree.value else {
                throw Fault(line: tree.line, problem: "fractions is true or false")
            }
            rules.allowsFractions = allows
        case "scale", "timeFormat", "timeZone": try takeRule(name, tree)
        default:
            guard Self.pathFields.contains(name) else {
                let known =
                    ["onlySurvey", "score", "text", "segments", "exclude", "counts", "fractions"]
                    + ["scale", "timeFormat", "timeZone"] + Self.pathFields
                throw Fault(
                    line: tree.line,
                    problem: "there is no field “\(name)”; there are: "
                        + known.joined(separator: ", "))
            }
            paths[name] = try Self.text(name, tree)
        }
    }

    private mutating func takeRule(_ name: String, _ tree: JSONTree) throws(Fault) {
        let text = try Self.text(name, tree)
        do throws(ImportError) {
            switch name {
            case "scale": rules.scale = try ScoreScale(argument: text)
            case "timeZone": rules.timeZone = try SurveyTimeZone(argument: text)
            default:
                rules.timeFormat = text
                var probe = rules
                probe.score = "score"
                _ = try probe.checked()
            }
        } catch {
            throw Fault(line: tree.line, problem: error.description)
        }
    }

    private static func text(_ name: String, _ tree: JSONTree) throws(Fault) -> String {
        guard case .string(let text) = tree.value, !text.isEmpty else {
            throw Fault(line: tree.line, problem: "\(name) is a text")
        }
        return text
    }

    private static func texts(
        _ name: String, _ tree: JSONTree
    ) throws(Fault) -> [String: String] {
        guard case .object(let members) = tree.value else {
            throw Fault(line: tree.line, problem: "\(name) is an object of texts")
        }
        var texts: [String: String] = [:]
        for member in members {
            guard texts[member.name] == nil else {
                throw Fault(line: member.value.line, problem: "\(member.name) stands twice")
            }
            texts[member.name] = try text(member.name, member.value)
        }
        return texts
    }

    private func check(line: Int) throws(Fault) {
        for dimension in segments.keys {
            do throws(ImportError) {
                try ColumnMapping.checkName(ofDimension: dimension)
            } catch {
                throw Fault(line: line, problem: error.description)
            }
        }
        guard segments.count <= ColumnMapping.segmentsMax else {
            throw Fault(
                line: line, problem: "at most \(ColumnMapping.segmentsMax) segments can be mapped")
        }
        if shape.needsQuestions, score == nil, text == nil {
            throw Fault(
                line: line,
                problem: "say which question has the score, which the comment: score, text or both")
        }
        if shape == .generic, paths["id"] == nil {
            throw Fault(line: line, problem: "say where the id of a response stands: id")
        }
        func stands(_ field: String) -> Bool { (paths[field] ?? shape.paths[field]) != nil }
        if onlySurvey != nil, !stands("survey") {
            throw Fault(
                line: line,
                problem: "onlySurvey needs the path at which deliveries name their survey: survey")
        }
        if counting == .finished, !stands("finished"), !shape.deliversFinishedAlone {
            throw Fault(
                line: line,
                problem: "counts finished needs the path at which deliveries say so: finished")
        }
        // Nothing else could tell the two apart.
        if let score, score == text, shape != .survicate {
            throw Fault(line: line, problem: "score and text are different questions")
        }
    }

    /// The mapping as canonical JSON, which is recorded and read again.
    public var json: String {
        var members: [(String, JSONValue)] = [("shape", .string(shape.rawValue))]
        func add(_ name: String, _ text: String?) {
            if let text { members.append((name, .string(text))) }
        }
        func add(_ name: String, _ texts: [String: String]) {
            guard !texts.isEmpty else { return }
            let sorted = texts.sorted { $0.key < $1.key }.map {
                ($0.key, JSONValue.string($0.value))
            }
            members.append((name, .object(sorted)))
        }
        add("onlySurvey", onlySurvey)
        add("score", score)
        add("text", text)
        for field in Self.pathFields { add(field, paths[field]) }
        add("segments", segments)
        add("exclude", Dictionary(exclusions.map { ($0.path, $0.value) }) { $1 })
        add("counts", counting.rawValue)
        add("scale", rules.scale?.description)
        if rules.allowsFractions { members.append(("fractions", true)) }
        add("timeFormat", rules.timeFormat)
        add("timeZone", rules.timeZone?.name)
        return JSONValue.object(members).serialized(pretty: true) + "\n"
    }
}
