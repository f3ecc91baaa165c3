import JSON
import LedgerCore
import NPSStatistics

/// The conditions under which a candidate model may become the active one.
public struct Gate: Hashable, Sendable {
    /// Largest file; a full gate takes a few thousand bytes.
    public static let fileBytesMax = 1 << 20

    /// SHA-256 of the file's bytes.
    public let digest: [UInt8]
    /// The conditions in the order of the file.
    public let conditions: [GateCondition]

    init(digest: [UInt8], conditions: [GateCondition]) {
        self.digest = digest
        self.conditions = conditions
    }

    /// The changes that have to be measured.
    public var questions: Set<GateMeasurements.Question> {
        Set(
            conditions.compactMap { condition in
                condition.basis.map { GateMeasurements.Question(basis: $0, by: condition.by) }
            })
    }

    /// Whether a condition holds the model's readings against stated scores.
    public var asksAboutQuality: Bool {
        conditions.contains { [.macroF1, .accuracy, .ece].contains($0.metric) }
    }

    /// Holds each condition against what was measured.
    public func evaluate(_ measured: GateMeasurements) -> GateReport {
        GateReport(digest: digest, lines: conditions.map { Self.line($0, measured) })
    }

    private static let noActive = "no model is active, so there is none to be held against"

    private static func line(
        _ condition: GateCondition, _ measured: GateMeasurements
    ) -> GateReport.Line {
        func unmeasured(_ why: String) -> GateReport.Line {
            GateReport.Line(condition: condition, finding: nil, remark: why)
        }
        func line(
            _ observed: Int64, active: Int64? = nil, segment: [String: String]? = nil,
            on responses: Int, _ remark: String? = nil
        ) -> GateReport.Line {
            // Figures of real counts are always in range; one that is not cannot have been measured.
            GateReport.Line(
                condition: condition,
                finding: GateFinding(
                    condition, observed: observed, active: active, segment: segment,
                    responses: UInt64(responses)), remark: remark)
        }
        let isRelative = condition.rule == .worseByAtMost || condition.metric == .kappa
        if isRelative || condition.metric.isChange, measured.active == nil {
            return unmeasured(noActive)
        }
        switch condition.metric {
        case .macroF1, .accuracy, .ece:
            let learnt = measured.learnt
            let leftOut = "\(learnt) texts are left out that one of the models has learnt from"
            return quality(condition, measured).map {
                line($0.0, active: $0.1, on: $0.2, learnt > 0 ? leftOut : nil)
            }
                ?? unmeasured(
                    (isRelative
                        ? "no text with a stated score was read by both models"
                        : "the model read no text with a stated score")
                        + (learnt > 0 ? "; \(leftOut)" : ""))
        case .kappa:
            guard measured.agreement.total > 0 else {
                return unmeasured("no text was read by both models")
            }
            guard let kappa = measured.agreement.kappa else {
                return unmeasured("both models read one and the same class in every text")
            }
            return line(GateFigure.least(kappa), on: measured.agreement.total)
        case .npsChange:
            guard let all = change(condition, measured)?.first, all.flips.total > 0 else {
                return unmeasured("no response counts under both models")
            }
            return line(GateFigure.change(all.flips), on: all.flips.total)
        case .segmentChange:
            guard let segments = change(condition, measured),
                let (worst, remark) = worst(condition, segments)
            else {
                return unmeasured(
                    "no segment has \(condition.responsesAtLeast ?? 0) responses that count under "
                        + "both models")
            }
            let pairs = zip(condition.by, worst.values).compactMap { name, value in
                value.map { (name, $0) }
            }
            return line(
                GateFigure.change(worst.flips),
                segment: Dictionary(pairs, uniquingKeysWith: { first, _ in first }),
                on: worst.flips.total, remark)
        case .unread: return line(Int64(measured.unread), on: measured.texts)
        }
    }

    /// Observed figure, the active model's where one is asked for, and responses.
    private static func quality(
        _ condition: GateCondition, _ measured: GateMeasurements
    ) -> (Int64, Int64?, Int)? {
        func figure(_ quality: ClassifierQuality) -> Double? {
            switch condition.metric {
            case .macroF1: quality.macroF1
            case .accuracy: quality.accuracy
            default: quality.calibrationError
            }
        }
        // The smaller an error the better; the larger the rest.
        let isError = condition.metric == .ece
        if condition.rule == .worseByAtMost {
            guard let candidate = figure(measured.both.candidate),
                let active = figure(measured.both.active)
            else { return nil }
            let drop = isError ? candidate - active : active - candidate
            return (
                GateFigure.most(drop), GateFigure.nearest(active), measured.both.candidate.count
            )
        }
        return figure(measured.candidate).map {
            (isError ? GateFigure.most($0) : GateFigure.least($0), nil, measured.candidate.count)
        }
    }

    private static func change(
        _ condition: GateCondition, _ measured: GateMeasurements
    ) -> [GateMeasurements.Segment]? {
        condition.basis.flatMap { measured.changes[.init(basis: $0, by: condition.by)] }
    }

    /// The segment that moves furthest, of equals the larger one and then the first by name, and
    /// what was passed over.
    private static func worst(
        _ condition: GateCondition, _ segments: [GateMeasurements.Segment]
    ) -> (GateMeasurements.Segment, String?)? {
        let least = Int(clamping: condition.responsesAtLeast ?? 0)
        let large = segments.filter { $0.flips.total > 0 && $0.flips.total >= least }
        let passedOver = segments.count { $0.flips.total > 0 } - large.count
        let worst = large.max { left, right in
            let (a, b) = (GateFigure.change(left.flips), GateFigure.change(right.flips))
            if a.magnitude != b.magnitude { return a.magnitude < b.magnitude }
            if left.flips.total != right.flips.total { return left.flips.total < right.flips.total }
            let names = [left, right].map { $0.values.map { $0 ?? "" } }
            return names[1].lexicographicallyPrecedes(names[0])
        }
        return worst.map {
            (
                $0,
                passedOver == 0
                    ? nil
                    : "\(passedOver) of \(passedOver + large.count) segments have fewer than "
                        + "\(least) responses"
            )
        }
    }
}

/// The members of one object of a gate file: each known, and there once.
struct GateMembers {
    private let members: [String: JSONTree]
    private let line: Int
    private let path: String?

    /// - Parameters:
    ///   - place: what a message calls the object; `inside` is put before its members' names.
    ///   - owner: whose members they are.
    init(
        _ tree: JSONTree, place: String, inside path: String?, known: [String], of owner: String
    ) throws(GateFileError) {
        guard case .object(let list) = tree.value else {
            throw GateFileError(line: tree.line, place: place, reason: "not an object: { … }")
        }
        var members: [String: JSONTree] = [:]
        for member in list {
            let name = path.map { $0 + "." + member.name } ?? member.name
            guard known.contains(member.name) else {
                throw GateFileError(
                    line: member.value.line, place: name,
                    reason: "not known to \(owner), which takes: " + known.joined(separator: ", "))
            }
            guard members.updateValue(member.value, forKey: member.name) == nil else {
                throw GateFileError(line: member.value.line, place: name, reason: "stands twice")
            }
        }
        self.members = members
        line = tree.line
        self.path = path
    }

    subscript(_ name: String) -> JSONTree? { members[name] }

    func error(_ name: String, _ reason: String) -> GateFileError {
        GateFileError(
            line: members[name]?.line ?? line, place: path.map { $0 + "." + name } ?? name,
            reason: reason)
    }

    /// A number with at most so many decimals, as a whole number of its last decimal.
    func number(
        _ name: String, decimals: Int, in range: ClosedRange<Int64>
    ) throws(GateFileError) -> Int64 {
        guard let tree = members[name] else { throw error(name, "is missing") }
        guard case .number(let text) = tree.value else { throw error(name, "a number is needed") }
        let scale = (0..<decimals).reduce(Int64(1)) { value, _ in value * 10 }
        guard let value = DecimalText.scaled(text, decimals: decimals) else {
            throw error(
                name,
                decimals == 0
                    ? "a whole number is needed" : "a number with at most \(decimals) decimals")
        }
        guard range.contains(value) else {
            throw error(
                name,
                "has to be from \(range.lowerBound / scale) to \(range.upperBound / scale)")
        }
        return value
    }
}
