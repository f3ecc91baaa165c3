import Crypto
import JSON
import LedgerCore

extension Gate {
    /// Reads a gate file: a JSON object with `conditions`, and nothing that this does not know.
    public init(_ bytes: [UInt8]) throws(GateFileError) {
        let tree: JSONTree
        do {
            tree = try JSONTree(parsing: bytes)
        } catch {
            throw GateFileError(
                line: error.line, place: nil,
                reason: "not JSON (trailing commas, comments and numbers such as NaN are none)")
        }
        let root = try GateMembers(
            tree, place: "the file", inside: nil, known: ["conditions"], of: "a gate")
        guard let list = root["conditions"], case .array(let items) = list.value else {
            throw GateFileError(
                line: tree.line, place: "conditions",
                reason: "a list is needed, such as "
                    + "{\"conditions\": [{\"metric\": \"unread\", \"atMost\": 0}]}")
        }
        guard (1...GateEvidence.conditionsMax).contains(items.count) else {
            throw GateFileError(
                line: list.line, place: "conditions",
                reason: "1 to \(GateEvidence.conditionsMax) conditions are needed, not "
                    + "\(items.count)")
        }
        var conditions: [GateCondition] = []
        for (index, item) in items.enumerated() {
            let condition = try Self.condition(item, place: "conditions[\(index)]")
            if let first = conditions.firstIndex(where: { Self.asksTheSame($0, condition) }) {
                throw GateFileError(
                    line: item.line, place: "conditions[\(index)]",
                    reason: "asks the same as conditions[\(first)]: leave one of them out")
            }
            conditions.append(condition)
        }
        self.init(digest: [UInt8](SHA256.hash(data: bytes)), conditions: conditions)
    }

    /// Two limits to one question: the stricter one would make the other void.
    private static func asksTheSame(_ one: GateCondition, _ other: GateCondition) -> Bool {
        one.metric == other.metric && one.rule == other.rule && one.basis == other.basis
            && one.by == other.by && one.responsesAtLeast == other.responsesAtLeast
    }

    /// No ledger holds more texts; a larger limit is a slip of the key.
    private static var countMax: Int64 { 1_000_000_000_000 }

    /// How a rule is called in the file.
    private static func name(_ rule: GateCondition.Rule, _ metric: GateMetric) -> String {
        metric == .segmentChange ? "pointsAtMost" : rule.rawValue
    }

    private static func condition(
        _ tree: JSONTree, place: String
    ) throws(GateFileError) -> GateCondition {
        let metric = try Self.metric(tree, place: place)
        let rules = metric.rules.map { name($0, metric) }
        var known = ["metric"] + rules
        if metric.isChange { known.append("basis") }
        if metric == .segmentChange { known += ["by", "responsesAtLeast"] }
        let members = try GateMembers(
            tree, place: place, inside: place, known: known, of: metric.rawValue)
        let given = metric.rules.filter { members[name($0, metric)] != nil }
        guard given.count == 1 else {
            throw GateFileError(
                line: tree.line, place: place,
                reason: given.isEmpty
                    ? "sets no limit: \(metric.rawValue) takes " + rules.joined(separator: " or ")
                    : "sets two limits: make two conditions of them")
        }
        let rule = given[0]
        let limit = try members.number(
            name(rule, metric), decimals: metric.unit.decimals,
            in: metric.limits.clamped(to: 0...countMax))
        let least: Int64? =
            metric == .segmentChange
            ? try members.number("responsesAtLeast", decimals: 0, in: 1...1_000_000_000) : nil
        let condition = GateCondition(
            metric, rule, limit, basis: metric.isChange ? try basis(members) : nil,
            by: metric == .segmentChange ? try dimensions(members) : [],
            responsesAtLeast: least.map { UInt64($0) })
        guard let condition else {
            throw GateFileError(line: tree.line, place: place, reason: "makes no condition")
        }
        return condition
    }

    private static func metric(
        _ tree: JSONTree, place: String
    ) throws(GateFileError) -> GateMetric {
        let names = GateMetric.allCases.map(\.rawValue).joined(separator: ", ")
        guard case .object(let members) = tree.value else {
            throw GateFileError(
                line: tree.line, place: place,
                reason: "a condition is an object, such as {\"metric\": \"ece\", \"atMost\": 0.05}")
        }
        guard let member = members.first(where: { $0.name == "metric" }) else {
            throw GateFileError(
                line: tree.line, place: place, reason: "says no metric; there are: \(names)")
        }
        guard case .string(let name) = member.value.value, let metric = GateMetric(rawValue: name)
        else {
            throw GateFileError(
                line: member.value.line, place: place + ".metric",
                reason: "not a metric; there are: \(names)")
        }
        return metric
    }

    private static func basis(_ members: GateMembers) throws(GateFileError) -> Lens.Basis {
        guard let tree = members["basis"] else { return .blended }
        guard case .string(let name) = tree.value, let basis = Lens.Basis(rawValue: name),
            basis != .stated
        else {
            throw members.error(
                "basis", "\"blended\" or \"inferred\": what is stated, no model moves")
        }
        return basis
    }

    private static func dimensions(_ members: GateMembers) throws(GateFileError) -> [String] {
        var names: [String] = []
        if case .array(let items)? = members["by"]?.value {
            for item in items {
                guard case .string(let name) = item.value, !name.isEmpty else {
                    throw members.error("by", "dimensions are texts, such as [\"region\"]")
                }
                names.append(name)
            }
        }
        guard (1...GateCondition.dimensionsMax).contains(names.count),
            Set(names).count == names.count
        else {
            throw members.error(
                "by",
                "a list of 1 to \(GateCondition.dimensionsMax) different dimensions is needed, "
                    + "such as [\"region\"]")
        }
        return names
    }
}

/// A gate file that does not say what a gate is.
public struct GateFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line of the file, counted from 1.
    public let line: Int
    /// The member concerned, such as `conditions[2].atMost`; nil where the text is no JSON.
    public let place: String?
    /// What is wrong and what would be right.
    public let reason: String

    /// Where, and what.
    public var description: String { "line \(line): " + (place.map { "\($0): " } ?? "") + reason }
}
