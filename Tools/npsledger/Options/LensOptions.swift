import ArgumentParser
import LedgerCore
import LedgerQueries
import NPSStatistics
import Presentation

/// The frame of a question.
struct LensOptions: ParsableArguments {
    @Option(
        name: .long,
        help: "stated (official), inferred (from texts), or blended (stated, else inferred).")
    var basis: Lens.Basis = .blended

    @Option(name: .long, help: "Restate under this model version, whichever is active.")
    var model: UInt32?

    @Option(
        name: .long,
        help: "Of several answers of one respondent in the window: all, the latest or the first.")
    var duplicates: Lens.Duplicates = .all

    @Option(
        name: .long,
        help: "What people decided about texts: applied, or ignored as if nobody had.")
    var reviews: Lens.Reviews = .applied

    @OptionGroup var frame: LensFrameOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Whose days are meant, such as Europe/Vienna; else as the policy reportingZone says.",
            valueName: "zone"))
    var zone: String?

    func validate() throws {
        if let zone {
            _ = try SelectionOptions.asArgument { () throws(LedgerError) in
                try ReportingCalendar(zone: zone)
            }
        }
    }

    static func check(confidence: Double) throws {
        guard confidence >= 50, confidence < 100 else {
            throw ValidationError("--confidence lies between 50 and 99.999 percent.")
        }
    }

    static func moment(_ asOf: String?) throws -> LensRequest.Moment {
        try asOf.map { try LensRequest.Moment($0) } ?? .now
    }

    /// What is asked for.
    func request() throws -> LensRequest {
        var request = try frame.request()
        (request.model, request.basis) = (model, basis)
        (request.duplicates, request.reviews) = (duplicates, reviews)
        request.calendar.zone = zone
        return request
    }
}

extension Lens.Basis: ExpressibleByArgument {}
extension Lens.Duplicates: ExpressibleByArgument {}
extension Lens.Reviews: ExpressibleByArgument {}
extension IntervalMethod: ExpressibleByArgument {}

extension CountingUnit: ExpressibleByArgument {
    static let help: ArgumentHelp =
        "person: beside each score, that with each person once, by the mean of their answers."
}

extension PersonScore {
    static let columns: [Table.Column] = [.number("per person"), .number("interval")]

    var cells: [Table.Cell] { Self.cells(score, interval) }

    static func cells(_ share: Double?, _ interval: Interval?) -> [Table.Cell] {
        [Table.Cell(share.map { Formatted.points($0 * 100) } ?? "—"), .interval(interval)]
    }
}

/// What a lens is told besides its basis and model: as of when, under which cut-offs, and how sure.
struct LensFrameOptions: ParsableArguments {
    @Option(
        name: .customLong("as-of"),
        help: ArgumentHelp(
            "As it was reported then: a log position, or a time (RFC 3339 or a date, UTC).",
            valueName: "position|time"))
    var asOf: String?

    @Option(name: .long, help: "Under this threshold set, whichever is in force.")
    var thresholds: UInt32?

    @Option(name: .long, help: "adjusted-wald, score (for small groups), or wald.")
    var interval: IntervalMethod = .adjustedWald

    @Option(name: .long, help: "Confidence of the intervals, in percent.")
    var confidence: Double = 95

    func validate() throws { try LensOptions.check(confidence: confidence) }

    /// What is asked for, but for basis and model.
    func request() throws -> LensRequest {
        var request = LensRequest(asOf: try LensOptions.moment(asOf))
        request.thresholds = thresholds
        request.interval = interval
        request.confidence = confidence
        return request
    }
}

/// The frame of a comparison of models: a lens but for the model.
struct ModelLensOptions: ParsableArguments {
    @Option(
        name: .long,
        help: "inferred (from every text) or blended (only where no score is stated).")
    var basis: Lens.Basis = .inferred

    @OptionGroup var frame: LensFrameOptions

    func validate() throws {
        guard basis != .stated else {
            throw ValidationError(
                "A stated score is never overruled: compare models on inferred or blended.")
        }
    }

    /// What is asked for.
    func request() throws -> LensRequest {
        var request = try frame.request()
        request.basis = basis
        return request
    }
}

/// How many of many are listed: a number, or all.
enum ListLimit: ExpressibleByArgument {
    case all
    case most(Int)

    init?(argument: String) {
        if argument == "all" {
            self = .all
        } else if let count = Int(argument), count >= 0 {
            self = .most(count)
        } else {
            return nil
        }
    }

    /// Nil for all.
    var count: Int? { if case .most(let count) = self { count } else { nil } }

    var defaultValueDescription: String { count.map { "\($0)" } ?? "all" }
}
