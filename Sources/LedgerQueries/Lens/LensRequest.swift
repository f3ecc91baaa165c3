import LedgerCore
import LedgerStore
import NPSLedger
import NPSStatistics
import Presentation

/// The frame that a question asks for, before it is looked up in the ledger.
public struct LensRequest: Hashable, Sendable {
    /// As of when.
    public enum Moment: Hashable, Sendable {
        /// As far as the projections have come.
        case now
        /// The size of the log then.
        case position(Position)
        /// What was recorded by then.
        case time(Microseconds)

        /// A position, or else a time.
        ///
        /// - Throws: `LedgerError` with code `invalid`.
        public init(_ text: String) throws(LedgerError) {
            if let position = Position(text) {
                self = .position(position)
                return
            }
            // Positions are shown with their thousands grouped.
            guard !text.contains(","), !text.hasPrefix("-") else {
                throw LedgerError(
                    .invalid, "“\(text)” is neither a position, which is digits alone, nor a time")
            }
            self = .time(try TimeBound(text).time)
        }
    }

    /// As of when.
    public var asOf = Moment.now
    /// The model whose classifications count; nil for the one that was active.
    public var model: ModelVersion?
    /// The threshold set; nil for the one in force.
    public var thresholds: UInt32?
    /// Which responses count by what.
    public var basis = Lens.Basis.blended
    /// Which of several responses of one respondent count.
    public var duplicates = Lens.Duplicates.all
    /// Whether a person's decision goes before what a model reads.
    public var reviews = Lens.Reviews.applied
    /// How intervals are computed.
    public var interval = IntervalMethod.adjustedWald
    /// Confidence of the intervals in percent, from 50 to below 100.
    public var confidence = 95.0
    /// Whose days, weeks and years are meant.
    public var calendar = CalendarRequest()

    /// Everything as today, but for what is named.
    public init(asOf: Moment = .now, model: ModelVersion? = nil, basis: Lens.Basis = .blended) {
        self.asOf = asOf
        self.model = model
        self.basis = basis
    }

    /// - Throws: `LedgerError` with code `invalid` for a confidence that no interval can have.
    package func check() throws(LedgerError) {
        guard confidence >= 50, confidence < 100 else {
            throw LedgerError(.invalid, "a confidence lies between 50 and 99.999 percent")
        }
    }
}

/// Which responses are asked about: groups, values, time.
public struct Selection: Hashable, Sendable {
    /// Dimensions to group by and values to keep.
    public var segments: SegmentSelection
    /// First response time.
    public var from: TimeBound?
    /// Response time to stop before.
    public var to: TimeBound?
    /// The span up to the latest response, instead of the two.
    public var window: TimeSpan?

    /// A selection; without arguments, everything.
    public init(
        _ segments: SegmentSelection = SegmentSelection(), from: TimeBound? = nil,
        to: TimeBound? = nil, window: TimeSpan? = nil
    ) {
        self.segments = segments
        self.from = from
        self.to = to
        self.window = window
    }

    /// Whether it has a bound in time.
    public var hasTime: Bool { from != nil || to != nil || window != nil }

    /// Whether a bound is a day, so that the calendar matters.
    var namesDays: Bool { from?.isDate ?? false || to?.isDate ?? false }

    /// The bounds in time, as a calendar has them; a window aside.
    ///
    /// - Throws: `LedgerError` with code `invalid` where the first lies behind the second.
    package func bounds(
        _ calendar: ReportingCalendar
    ) throws(LedgerError) -> (from: Microseconds?, to: Microseconds?) {
        let bounds = (from: from?.time(in: calendar), to: to?.time(in: calendar))
        if let from = bounds.from, let to = bounds.to, from >= to {
            throw LedgerError(.invalid, "“from” must lie before “to”")
        }
        return bounds
    }

    /// - Throws: `LedgerError` with code `invalid` where the parts contradict each other.
    package func check() throws(LedgerError) {
        guard window == nil || from == nil && to == nil else {
            throw LedgerError(.invalid, "a window ends with the latest response: it has no bounds")
        }
        guard Set(segments.by).count == segments.by.count else {
            throw LedgerError(.invalid, "a dimension to group by is named twice")
        }
    }
}

/// A moment as somebody wrote it: what was written is recorded with a training and shown again.
public struct TimeBound: Hashable, Sendable {
    /// As it was written.
    public let text: String
    /// What it means where days are those of UTC.
    public let time: Microseconds
    /// Whether it is a day, which begins where the calendar says.
    public let isDate: Bool

    /// Bytes of a date: what is longer says a time.
    private static let dateBytes = 10

    /// Reads RFC 3339 or a date, which is the beginning of that day.
    ///
    /// - Throws: `LedgerError` with code `invalid`.
    public init(_ text: String) throws(LedgerError) {
        do {
            time = try Timestamp.parse(text)
        } catch {
            throw LedgerError(.invalid, "\(error)")
        }
        self.text = text
        isDate = text.utf8.count <= Self.dateBytes
    }

    /// What it means in a calendar.
    public func time(in calendar: ReportingCalendar) -> Microseconds {
        isDate ? calendar.start(ofDay: Int(time / TimeSpan.day)) : time
    }

    /// A moment, written as RFC 3339.
    public init(_ time: Microseconds) {
        self.time = time
        text = Timestamp.format(time)
        isDate = false
    }
}

/// A length of time as somebody wrote it, such as `30d`.
public struct TimeSpan: Hashable, Sendable {
    /// As it was written.
    public let text: String
    /// How long it is.
    public let length: Microseconds

    /// The longest, in units: what is longer is a slip of the pen.
    private static let unitsMax: Int64 = 100_000
    package static let day: Microseconds = 86_400_000_000

    /// Reads a number with `h`, `d` or `w`.
    ///
    /// - Throws: `LedgerError` with code `invalid`.
    public init(_ text: String) throws(LedgerError) {
        let units: [Character: Int64] = ["h": 3_600, "d": 86_400, "w": 604_800]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()),
            (1...Self.unitsMax).contains(count)
        else {
            throw LedgerError(
                .invalid, "“\(text)” is not a span: a number and h, d or w, such as 30d.")
        }
        self.text = text
        length = count * unit * 1_000_000
    }

    /// So many days.
    public init(days: Int) {
        text = "\(days)d"
        length = Microseconds(days) * Self.day
    }
}
