import Catalog
import LedgerCore
import LedgerStore
import NPSBySegmentProjection
import NPSLedger
import NPSStatistics

extension OpenLedger {
    /// The position that a moment means: the size of the log then.
    ///
    /// - Throws: `LedgerError` with code `not-found` for a position beyond the log.
    package func position(_ moment: LensRequest.Moment) throws -> Position {
        let size = try log.head().size
        switch moment {
        case .now: return size
        case .position(let position):
            guard position <= size else {
                throw LedgerError(
                    .notFound,
                    "as of \(position): the log has \(size) entries, so the latest is \(size)")
            }
            return position
        case .time(let time):
            if let wrong = try log.wrongTimes() { tellWrongTimes(wrong) }
            return try log.size(at: time)
        }
    }

    /// The position an answer is as of: the one asked for, else how far the projections it is made
    /// from have come. The log may have grown since, and what is not folded yet is in no answer.
    package func asOf(_ moment: LensRequest.Moment, horizon: Position) throws -> Position {
        let here = min(horizon, try log.head().size)
        if case .now = moment { return here }
        let asked = try position(moment)
        guard asked <= here else {
            throw LedgerError(
                .notFound, "as of \(asked): the log was at \(here) when this was asked; ask again")
        }
        // A day is easily taken for the time of the answers.
        if asked == 0, here > 0, let begin = try recordedAt(1) {
            observer.notice(.beforeBeginning(begin))
        }
        return asked
    }

    /// Looks up what a lens selects in a projection's state.
    package func resolve(
        _ request: LensRequest, from: Microseconds? = nil, to: Microseconds? = nil,
        horizon: Position, _ state: some StateReader
    ) throws -> ResolvedLens {
        try request.check()
        return try ResolvedLens(
            Lens(
                asOf: try asOf(request.asOf, horizon: horizon),
                model: request.model.map { .pinned($0) } ?? .asActivated,
                thresholds: request.thresholds.map { .pinned($0) } ?? .asEdited,
                basis: request.basis, duplicates: request.duplicates, reviews: request.reviews,
                from: from, to: to), in: state)
    }

    /// The lens of a question about a selection; a window ends with the latest response.
    package func resolve(
        _ request: LensRequest, _ selection: Selection, horizon: Position,
        _ state: some StateReader
    ) throws -> ResolvedLens {
        try selection.check()
        if let version = request.model { _ = try models.model(version) }
        let calendar = try calendar(
            request.calendar, asOf: try asOf(request.asOf, horizon: horizon))
        var (from, to) = try selection.bounds(calendar)
        if let window = selection.window {
            let all = try resolve(request, horizon: horizon, state)
            if let range = try NPSBySegmentQuery(state, workers: workers).timeRange(all) {
                to = range.last + 1
                from = range.last + 1 - window.length
            }
        }
        return try resolve(request, from: from, to: to, horizon: horizon, state)
    }

    /// What an answer states of the lens it was made with.
    package func frame(_ lens: ResolvedLens, _ request: LensRequest) throws -> AnswerFrame {
        AnswerFrame(
            lens, request, calendar: try calendar(request.calendar, asOf: lens.lens.asOf),
            recordedAt: try recordedAt(lens.lens.asOf))
    }

    /// Values listed when one was asked for that does not exist: a few lines of a terminal.
    private static let valuesNamedMax = 24

    /// Fails where a selection names a dimension or a value that no response has: a misspelt segment
    /// must not look like an empty one.
    package func check(
        _ selection: SegmentSelection, _ query: NPSBySegmentQuery<some StateReader>
    ) throws {
        guard !selection.by.isEmpty || !selection.keeping.isEmpty else { return }
        let known = try query.dimensions()
        for dimension in selection.by + selection.keeping.keys.sorted()
        where !known.contains(dimension) {
            throw LedgerError(
                .notFound,
                "no response has the dimension “\(dimension)”; there are: "
                    + (known.isEmpty ? "none" : known.joined(separator: ", ")))
        }
        for (dimension, values) in selection.keeping.sorted(by: { $0.key < $1.key }) {
            let there = try query.values(of: dimension)
            let names =
                there.prefix(Self.valuesNamedMax).joined(separator: ", ")
                + (there.count > Self.valuesNamedMax ? ", …" : "")
            if let missing = values.subtracting(there).filter({ !$0.isEmpty }).min() {
                throw LedgerError(
                    .notFound, "no response has \(dimension)=\(missing); there are: \(names)")
            }
            // The empty value asks for responses without one.
            if values.contains(""), try query.isComplete(dimension) {
                throw LedgerError(
                    .notFound, "no response is without \(dimension); there are: \(names)")
            }
        }
    }
}

/// The lens that an answer was made with, as every answer states it.
public struct AnswerFrame: Sendable {
    /// The lens, its position and window looked up.
    public let lens: Lens
    /// The model whose classifications count; nil where none was active.
    public let model: ModelVersion?
    /// Number of the threshold set; nil where the standard ones hold.
    public let thresholdsID: UInt32?
    /// The cut-offs.
    public let thresholds: Thresholds
    /// How intervals are computed.
    public let interval: IntervalMethod
    /// Confidence of the intervals, in percent.
    public let confidence: Double
    /// Whose days are meant.
    public let calendar: ReportingCalendar
    /// When the last event before the position was recorded.
    public let recordedAt: Microseconds?
    /// The two that are compared, where the question is about them instead of the lens's one.
    public package(set) var models: [ModelVersion] = []

    /// Confidence of the intervals, as a share.
    public var confidenceShare: Double { confidence / 100 }

    package init(
        _ resolved: ResolvedLens, _ request: LensRequest, calendar: ReportingCalendar,
        recordedAt: Microseconds?
    ) {
        self.calendar = calendar
        lens = resolved.lens
        model = resolved.model
        thresholdsID = resolved.thresholdsID
        thresholds = resolved.thresholds
        interval = request.interval
        confidence = request.confidence
        self.recordedAt = recordedAt
    }

    /// The interval of a score.
    public func interval(of counts: NPSCounts) -> Interval? {
        counts.interval(interval, confidence: confidenceShare)
    }

    /// The interval of a score whose answers belong to persons: the person is the unit.
    ///
    /// The score interval takes each answer for a person of its own, whoever gave it: it has no form
    /// by persons, and who shows it says so.
    public func interval(of counts: NPSCounts, _ persons: ClusterSums) -> Interval? {
        guard persons.hasRepeatedAnswers, interval != .score else { return interval(of: counts) }
        return persons.interval(
            confidence: confidenceShare, adjusted: interval == .adjustedWald)
    }
}
