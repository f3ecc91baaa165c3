import LedgerCore
import NPSBySegmentProjection
import ProjectionContract

/// One rule of the scores that is wrong: what an event is mistaken for.
protocol Distortion: Sendable {
    /// The payload and cause it is read with; nil where it is read as it is.
    static func distort(_ event: EventView) throws -> (any EventPayload, cause: Position?)?
}

/// The scores' projection, with one rule wrong.
struct Distorted<Rule: Distortion>: Projection {
    struct Span: ProjectionSpan {
        var span = NPSBySegment.Span()

        mutating func read(_ event: EventView) throws {
            guard let (payload, cause) = try Rule.distort(event) else {
                return try span.read(event)
            }
            let draft = EventDraft(
                payload, occurredAt: event.occurredAt, actor: .system, cause: cause)
            let mistaken = try HistoryEntry(
                draft, position: event.position, recordedAt: event.recordedAt)
            try mistaken.withView { try span.read($0) }
        }
    }

    static var descriptor: ProjectionDescriptor { NPSBySegment.descriptor }

    private var projection = NPSBySegment()

    init() {}

    mutating func apply(_ event: EventView, to state: some StateWriter) throws {
        try applyAsSpan(event, to: state)
    }

    mutating func apply(_ span: Span, to state: some StateWriter) throws -> [PoisonEvent] {
        try projection.apply(span.span, to: state)
    }

    mutating func flush(to state: some StateWriter) throws { try projection.flush(to: state) }
}

/// What a model read in a text that was replaced meanwhile counts for the new one.
enum ClassifiesReplacedTexts: Distortion {
    static func distort(_ event: EventView) throws -> (any EventPayload, cause: Position?)? {
        guard event.name == .classificationRecorded else { return nil }
        return (try ClassificationRecorded(event), nil)
    }
}

/// An amendment leaves the response where it was.
enum ForgetsMoves: Distortion {
    static func distort(_ event: EventView) throws -> (any EventPayload, cause: Position?)? {
        guard event.name == .responseAmended else { return nil }
        var payload = try ResponseAmended(event)
        payload.segments = nil
        return (payload, event.cause)
    }
}

/// Nought is taken for no score.
enum MissesNought: Distortion {
    static func distort(_ event: EventView) throws -> (any EventPayload, cause: Position?)? {
        guard event.name == .responseRecorded else { return nil }
        var payload = try ResponseRecorded(event)
        guard payload.score == 0 else { return nil }
        payload.score = nil
        return (payload, event.cause)
    }
}

/// Forgets how far a rollback's own claim goes: a rollback activates the model before.
enum RollsBackTooLittle: Distortion {
    static func distort(_ event: EventView) throws -> (any EventPayload, cause: Position?)? {
        guard event.name == .modelActivated else { return nil }
        var payload = try ModelActivated(event)
        guard payload.rollsBack != nil, let previous = payload.previous else { return nil }
        payload.model = previous
        return (payload, event.cause)
    }
}

/// The scores' projection, whose state depends on how the log was cut: an exclusion that a span
/// begins with is lost.
struct LosesFirsts: Projection {
    struct Span: ProjectionSpan {
        var span = NPSBySegment.Span()
        var isEmpty = true

        mutating func read(_ event: EventView) throws {
            defer { isEmpty = false }
            if isEmpty, event.name == .responseExcluded { return }
            try span.read(event)
        }
    }

    static var descriptor: ProjectionDescriptor { NPSBySegment.descriptor }

    private var projection = NPSBySegment()

    init() {}

    mutating func apply(_ event: EventView, to state: some StateWriter) throws {
        try projection.apply(event, to: state)
    }

    mutating func apply(_ span: Span, to state: some StateWriter) throws -> [PoisonEvent] {
        try projection.apply(span.span, to: state)
    }

    mutating func flush(to state: some StateWriter) throws { try projection.flush(to: state) }
}
