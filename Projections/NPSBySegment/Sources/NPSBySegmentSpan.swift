import LedgerCore

/// What a stretch of the log says about responses, as columns and in the words of no state.
///
/// Segment tuples have numbers of the span's own, in the order they first appear, so that taking
/// them over in log order gives the same numbers however the log was cut.
public struct NPSBySegmentSpan: ProjectionSpan {
    /// What one model read in one response, or that it left it unread (`OutputChunk.unclassified`, and
    /// the language in the place of the promoter's probability).
    struct Classification {
        var position: Position
        var response: Position
        /// The event whose text was read; `noCause` where the event does not say.
        var cause: Position
        var model: ModelVersion
        var detractor: UInt16
        var promoter: UInt16
    }

    /// Stands for no cause: a log that long cannot be.
    static let noCause = Position.max

    /// An event that is rare: taken alone, in its place among the others.
    struct Change {
        enum Kind {
            case amend(response: Position, score: UInt16?, tuple: UInt32?, hasText: Bool)
            case exclude(response: Position)
            case decide(response: Position, text: Position?, NPSClass, settles: Bool)
            case activate(ModelVersion)
            case setThresholds(id: UInt32, Thresholds)
        }

        var position: Position
        var kind: Kind
    }

    private(set) var positions: [Position] = []
    private(set) var occurredAt: [Microseconds] = []
    private(set) var subjects: [UInt64] = []
    private(set) var tuples: [UInt32] = []
    private(set) var scores: [UInt16] = []
    private(set) var flags: [UInt8] = []
    private(set) var classifications: [Classification] = []
    private(set) var changes: [Change] = []
    private(set) var table = TupleTable()

    /// Nothing read.
    public init() {}

    /// Reads one event.
    public mutating func read(_ event: EventView) throws {
        do throws(EntryError) {
            switch event.name {
            case .responseRecorded: try record(try ResponseRecordedView(unsafe: event), event)
            case .classificationRecorded:
                let classified = try ClassificationRecordedView(unsafe: event)
                classifications.append(
                    Classification(
                        position: event.position, response: classified.response,
                        cause: event.cause ?? Self.noCause, model: classified.model,
                        detractor: classified.detractor, promoter: classified.promoter))
            case .classificationDeclined:
                let declined = try ClassificationDeclined(event)
                let language =
                    switch declined.reason {
                    case .language(let code): code
                    }
                classifications.append(
                    Classification(
                        position: event.position, response: declined.response,
                        cause: event.cause ?? Self.noCause, model: declined.model,
                        detractor: OutputChunk.unclassified, promoter: language.packed))
            case .responseAmended: try amend(try ResponseAmendedView(unsafe: event), event)
            case .responseExcluded:
                change(event, .exclude(response: try ResponseExcluded(event).response))
            case .reviewDecided:
                let decided = try ReviewDecided(event)
                change(
                    event,
                    .decide(
                        response: decided.response, text: decided.text, decided.decision,
                        settles: decided.settles))
            case .modelActivated: change(event, .activate(try ModelActivated(event).model))
            case .thresholdsEdited:
                let edit = try ThresholdsEdited(event)
                change(event, .setThresholds(id: edit.id, edit.thresholds))
            default: break
            }
        } catch {
            throw PoisonEvent(position: event.position, reason: error.description)
        }
    }

    private mutating func record(
        _ response: ResponseRecordedView, _ event: EventView
    ) throws(EntryError) {
        let tuple: UInt32
        do {
            tuple = try table.number(of: response.segments)
        } catch {
            throw EntryError.malformed(error)
        }
        positions.append(event.position)
        occurredAt.append(event.occurredAt)
        subjects.append(response.subject)
        tuples.append(tuple)
        scores.append(response.score ?? RowChunk.noScore)
        flags.append(
            (response.hasText ? RowChunk.Flag.hasText : 0)
                | (response.isExcluded ? RowChunk.Flag.isExcluded : 0)
                | (Entry.isDatedAhead(event.occurredAt, recordedAt: event.recordedAt)
                    ? RowChunk.Flag.isDatedAhead : 0))
    }

    private mutating func amend(
        _ amendment: ResponseAmendedView, _ event: EventView
    ) throws(EntryError) {
        var tuple: UInt32?
        if let segments = amendment.segments {
            do {
                tuple = try table.number(of: segments)
            } catch {
                throw EntryError.malformed(error)
            }
        }
        change(
            event,
            .amend(
                response: amendment.response, score: amendment.score, tuple: tuple,
                hasText: amendment.hasText))
    }

    private mutating func change(_ event: EventView, _ kind: Change.Kind) {
        changes.append(Change(position: event.position, kind: kind))
    }
}

extension NPSBySegment {
    /// Appends the span's rows from `index` on that stand before `end`.
    mutating func take(
        _ span: NPSBySegmentSpan, _ index: inout Int, until end: Position, _ numbers: [UInt32]
    ) {
        var last = index
        if end == .max {
            last = span.positions.count
        } else {
            while last < span.positions.count, span.positions[last] < end { last += 1 }
        }
        while index < last {
            let first = span.positions[index]
            if recent.isEmpty || !recent[recent.count - 1].takes(first) {
                recent.append(RowChunk(base: first))
                directory.append(first)
                directoryIsDirty = true
            }
            let free = RowChunk.rowsMax - recent[recent.count - 1].count
            var rows = index..<min(last, index + free)
            // Positions ascend: where the last is near enough, all are.
            if !recent[recent.count - 1].takes(span.positions[rows.upperBound - 1]) {
                rows = index..<(index + 1)
            }
            recent[recent.count - 1].append(span, rows, numbers)
            index = rows.upperBound
        }
    }
}

extension RowChunk {
    /// Whether a response at `position` can be its next row.
    func takes(_ position: Position) -> Bool {
        count < Self.rowsMax && position - base <= Self.spanMax
    }

    /// Appends some rows of a span, with the numbers that its tuples have in the state.
    mutating func append(_ span: NPSBySegmentSpan, _ rows: Range<Int>, _ numbers: [UInt32]) {
        let start = count
        occurredAt.append(contentsOf: span.occurredAt[rows])
        subjects.append(contentsOf: span.subjects[rows])
        scores.append(contentsOf: span.scores[rows])
        flags.append(contentsOf: span.flags[rows])
        for row in rows {
            offsets.append(UInt32(truncatingIfNeeded: span.positions[row] - base))
            tuples.append(numbers[Int(span.tuples[row])])
        }
        for row in start..<count {
            earliest = min(earliest, occurredAt[row])
            latest = max(latest, occurredAt[row])
            if flags[row] & Flag.isExcluded != 0 {
                exclusions.append(Exclusion(row: UInt16(row), position: position(row)))
            }
        }
        lastPosition = max(lastPosition, span.positions[rows.upperBound - 1])
        isDirty = true
    }
}
