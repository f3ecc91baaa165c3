import Catalog
import LedgerCore
import LedgerStore
import NPSBySegmentProjection
import NPSLedger
import NPSStatistics
import Presentation

extension OpenLedger {
    /// The position that a moment means: the size of the log then.
    ///
    /// - Throws: `LedgerError` with code `not-found` for a position beyond the log, `invalid` for a
    ///   time that is still to come.
    package func position(_ moment: LensRequest.Moment) throws -> Position {
        let head = try log.head()
        let size = head.size
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
            // The same question would have another answer by then.
            guard time <= max(ledger.clock(), head.recordedAt) else {
                throw LedgerError(
                    .invalid, "as of \(Timestamp.format(time)): that is still to come",
                    remedy: .askAboutNow)
            }
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
        try resolve(
            request, asOf: try asOf(request.asOf, horizon: horizon), from: from, to: to,
            horizon: horizon, state)
    }

    private func resolve(
        _ request: LensRequest, asOf: Position, from: Microseconds?, to: Microseconds?,
        horizon: Position, _ state: some StateReader
    ) throws -> ResolvedLens {
        try request.check()
        return try ResolvedLens(
            Lens(
                asOf: asOf,
                model: request.model.map { .pinned($0) } ?? .asActivated,
                thresholds: request.thresholds.map { .pinned($0) } ?? .asEdited,
                basis: request.basis, duplicates: request.duplicates, reviews: request.reviews,
                from: from, to: to,
                // The past may be restated under what was made since.
                pinnedAsOf: request.asOf == .now ? nil : horizon), in: state)
    }

    /// The lens of a question about a selection; a window ends with the latest response.
    package func resolve(
        _ request: LensRequest, _ selection: Selection, horizon: Position,
        _ state: some StateReader
    ) throws -> ResolvedLens {
        try selection.check()
        if let version = request.model { _ = try models.model(version) }
        // Once, for it says what is odd about a moment.
        let asOf = try asOf(request.asOf, horizon: horizon)
        let calendar =
            selection.namesDays ? try calendar(request.calendar, asOf: asOf) : .utc
        var (from, to) = try selection.bounds(calendar)
        if let window = selection.window {
            let all = try resolve(
                request, asOf: asOf, from: nil, to: nil, horizon: horizon, state)
            if let range = try NPSBySegmentQuery(state, workers: workers).timeRange(all) {
                // One wrong date must not move it to where nothing was answered.
                let last = range.lastCredible ?? range.last
                if last < range.last { observer.notice(.windowEndsBefore(range.last)) }
                to = last + 1
                from = last + 1 - window.length
            }
        }
        return try resolve(
            request, asOf: asOf, from: from, to: to, horizon: horizon, state)
    }

    /// What an answer states of the lens it was made with.
    ///
    /// - Parameters:
    ///   - models: the two that are compared, where the question is about them instead of one.
    ///   - hasLineage: whether it is made from the events of each response, too.
    package func frame(
        _ lens: ResolvedLens, _ request: LensRequest, models compared: [ModelVersion] = [],
        hasLineage: Bool = false
    ) throws -> AnswerFrame {
        let (catalog, asOf) = (try catalog, lens.lens.asOf)
        let policies = try policiesInForce(asOf: asOf)
        var frame = AnswerFrame(
            lens, request, calendar: try ReportingCalendar(request.calendar, policies.values),
            recordedAt: try recordedAt(asOf),
            incomplete: try incomplete(
                asOf: asOf,
                hasLineage ? [catalog.npsBySegment, catalog.lineage] : [catalog.npsBySegment])
                + policies.unknown)
        frame.models = compared
        guard lens.lens.pinnedAsOf ?? 0 > asOf else { return frame }
        for version in compared.isEmpty ? request.model.map({ [$0] }) ?? [] : compared {
            let made = try models.model(version).position
            if made >= asOf { frame.later.append(.model(version, made)) }
        }
        if let id = request.thresholds, let made = lens.thresholdsPosition, made >= asOf {
            frame.later.append(.thresholds(id, made))
        }
        return frame
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
    /// What responses are restated under although it was made after them, with its position.
    public enum Later: Hashable, Sendable {
        /// A model.
        case model(ModelVersion, Position)
        /// A threshold set.
        case thresholds(UInt32, Position)
    }

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
    /// Events before the position that could not be applied, so that the answer lacks them.
    public let incomplete: Int
    /// The two that are compared, where the question is about them instead of the lens's one.
    public package(set) var models: [ModelVersion] = []
    /// What is pinned and was made only after the position.
    public package(set) var later: [Later] = []
    /// The instant that was asked about; nil where it was a position, or now.
    public let instant: Microseconds?
    /// How many responses are in no figure because the model has not learnt the language of their
    /// texts, by language; only in answers that a model's classifications count in.
    public internal(set) var unlearnt: [LanguageCode: Int] = [:]

    /// How many texts the model has left unread for their language.
    public var unlearntTexts: Int { unlearnt.values.reduce(0, +) }

    /// Confidence of the intervals, as a share.
    public var confidenceShare: Double { confidence / 100 }

    package init(
        _ resolved: ResolvedLens, _ request: LensRequest, calendar: ReportingCalendar,
        recordedAt: Microseconds?, incomplete: Int
    ) {
        self.calendar = calendar
        lens = resolved.lens
        model = resolved.model
        thresholdsID = resolved.thresholdsID
        thresholds = resolved.thresholds
        interval = request.interval
        confidence = request.confidence
        self.recordedAt = recordedAt
        self.incomplete = incomplete
        instant = if case .time(let time) = request.asOf { time } else { nil }
    }

    /// What has texts read that the frame's model has not read; nil where nothing does: as of then
    /// it had not, whoever reads them now.
    public var unreadRemedy: Remedy? {
        guard case .pinned(let version) = lens.model else {
            return lens.pinnedAsOf == nil && model != nil ? .classify(nil) : nil
        }
        return lens.pinnedAsOf == nil
            ? .classify(version) : .classifyPast(version, asOf: lens.asOf)
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
