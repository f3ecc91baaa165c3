import LedgerCore
import NPSBySegmentProjection
import NPSStatistics
import ProjectionContract

/// The scores by the longest way: every question decodes the log's prefix from its first event and
/// keeps dictionaries. It shares nothing with the projection but the words.
package struct NaiveLedger {
    package struct Classification: Hashable {
        package var detractor: UInt16
        package var promoter: UInt16
    }

    package struct Response {
        package let position: Position
        package let occurredAt: Microseconds
        package let subject: UInt64
        package var segments: [String: String]
        package var score: UInt16?
        package var hasText: Bool
        /// The event whose text it has.
        package var text: Position
        package var isExcluded = false
        package var classifications: [ModelVersion: Classification] = [:]
        /// The languages for which models left the text unread that it has.
        package var unlearnt: [ModelVersion: LanguageCode] = [:]
        /// What people decided on the text it has, in log order.
        package var decisions: [(npsClass: NPSClass, settles: Bool)] = []

        /// What counts of it under a lens.
        package func decision(_ lens: Lens) -> NPSClass? {
            guard lens.reviews == .applied, lens.basis != .stated, hasText else { return nil }
            return (decisions.last { $0.settles } ?? decisions.last)?.npsClass
        }
    }

    /// What the log's prefix says.
    package struct Standing {
        package var responses: [Response] = []
        package var places: [Position: Int] = [:]
        package var model: ModelVersion?
        package var thresholds: [(id: UInt32, thresholds: Thresholds)] = []
    }

    private var events: [NaiveEvent] = []

    package init() {}

    package init(_ history: EventHistory) throws {
        try self.init(history.entries)
    }

    package init(_ entries: [HistoryEntry]) throws {
        for entry in entries { append(try entry.withView { try NaiveEvent($0) }) }
    }

    /// Takes the log's next event.
    package mutating func append(_ event: NaiveEvent) {
        precondition(event.position == size, "events come one after the other")
        events.append(event)
    }

    package var size: Position { Position(events.count) }

    package func standing(asOf: Position) -> Standing {
        var standing = Standing()
        for event in events {
            if event.position >= asOf { break }
            take(event.position, event.payload, event.cause, event.occurredAt, &standing)
        }
        return standing
    }

    /// The same as a lens sees it, whose pinned model and thresholds may be of later.
    package func standing(for lens: Lens) -> Standing {
        var standing = standing(asOf: lens.asOf)
        guard let end = lens.pinnedAsOf, end > lens.asOf else { return standing }
        if case .pinned(let id) = lens.thresholds {
            standing.thresholds += self.standing(asOf: end).thresholds.filter { $0.id == id }
        }
        guard case .pinned(let model) = lens.model else { return standing }
        // Of each event that brought a text, what the model read in that text, whenever.
        var read: [[Position]: (classification: Classification?, unlearnt: LanguageCode?)] = [:]
        let textsOf = Dictionary(
            grouping: events.compactMap { event in
                (event.payload as? ResponseAmended).flatMap {
                    $0.hasText ? (response: $0.response, text: event.position) : nil
                }
            }, by: \.response
        ).mapValues { Set($0.map(\.text)) }
        var then = Standing()
        for event in events where event.position < end {
            take(event.position, event.payload, event.cause, event.occurredAt, &then)
            let found: (response: Position, classification: Classification?, LanguageCode?)
            switch event.payload {
            case let classified as ClassificationRecorded where classified.model == model:
                let read = Classification(
                    detractor: classified.classes[0], promoter: classified.classes[2])
                found = (classified.response, read, nil)
            case let declined as ClassificationDeclined where declined.model == model:
                guard case .language(let language) = declined.reason else { continue }
                found = (declined.response, nil, language)
            default: continue
            }
            guard let place = then.places[found.response] else { continue }
            let response = then.responses[place]
            let text = event.cause ?? response.text
            // A text that is another response's says nothing of this one.
            guard text == response.position || textsOf[response.position]?.contains(text) == true
            else { continue }
            read[[response.position, text]] = (found.classification, found.2)
        }
        for index in standing.responses.indices {
            let response = standing.responses[index]
            let own = read[[response.position, response.text]]
            standing.responses[index].classifications[model] = own?.classification
            standing.responses[index].unlearnt[model] = own?.unlearnt
        }
        return standing
    }

    /// Events before `asOf` that are about a response which was none by then.
    package func poisoned(asOf: Position) -> [Position] {
        var responses: Set<Position> = []
        return events.prefix { $0.position < asOf }.filter { event in
            switch event.payload {
            case is ResponseRecorded:
                responses.insert(event.position)
                return false
            case let payload as ResponseAmended: return !responses.contains(payload.response)
            case let payload as ResponseExcluded: return !responses.contains(payload.response)
            case let payload as ReviewDecided: return !responses.contains(payload.response)
            case let payload as ClassificationDeclined:
                return !responses.contains(payload.response)
            case let payload as ClassificationRecorded:
                return !responses.contains(payload.response)
            default: return false
            }
        }.map(\.position)
    }

    private func take(
        _ position: Position, _ payload: any EventPayload, _ cause: Position?,
        _ occurredAt: Microseconds, _ standing: inout Standing
    ) {
        func change(_ response: Position, _ body: (inout Response) -> Void) {
            if let place = standing.places[response] { body(&standing.responses[place]) }
        }
        switch payload {
        case let event as ResponseRecorded:
            standing.places[position] = standing.responses.count
            standing.responses.append(
                Response(
                    position: position, occurredAt: occurredAt, subject: event.subject,
                    segments: event.segments,
                    score: event.score, hasText: event.hasText, text: position,
                    isExcluded: event.excluded != nil))
        case let event as ResponseAmended:
            change(event.response) { response in
                if let score = event.score { response.score = score }
                if let segments = event.segments { response.segments = segments }
                guard event.hasText else { return }
                response.hasText = true
                response.text = position
                // What models read before was another text.
                response.classifications = [:]
                response.unlearnt = [:]
                response.decisions = []
            }
        case let event as ResponseExcluded: change(event.response) { $0.isExcluded = true }
        case let event as ClassificationRecorded:
            change(event.response) { response in
                guard cause == nil || cause == response.text else { return }
                response.classifications[event.model] = Classification(
                    detractor: event.classes[0], promoter: event.classes[2])
                response.unlearnt[event.model] = nil
            }
        case let event as ClassificationDeclined:
            change(event.response) { response in
                guard cause == nil || cause == response.text,
                    case .language(let language) = event.reason
                else { return }
                response.classifications[event.model] = nil
                response.unlearnt[event.model] = language
            }
        case let event as ReviewDecided:
            change(event.response) { response in
                guard event.text == nil || event.text == response.text else { return }
                response.decisions.append((event.decision, event.settles))
            }
        case let event as ModelActivated: standing.model = event.model
        case let event as ThresholdsEdited:
            standing.thresholds.append((event.id, event.thresholds))
        default: break
        }
    }
}

extension NaiveLedger.Standing {
    /// The model and the thresholds that a lens comes to; nil thresholds where none has the number.
    package func resolve(
        _ lens: Lens
    ) -> (model: ModelVersion?, thresholds: (id: UInt32?, Thresholds)?) {
        let model: ModelVersion? =
            switch lens.model {
            case .asActivated: self.model
            case .pinned(let version): version
            }
        switch lens.thresholds {
        case .asEdited:
            return (model, thresholds.last.map { ($0.id, $0.thresholds) } ?? (nil, .standard))
        case .pinned(let id):
            return (model, thresholds.first { $0.id == id }.map { ($0.id, $0.thresholds) })
        }
    }

    /// Responses in the lens's window that count at all.
    package func visible(_ lens: Lens) -> [NaiveLedger.Response] {
        let inWindow = responses.filter { response in
            !response.isExcluded && response.occurredAt >= lens.from ?? .min
                && response.occurredAt < lens.to ?? .max
        }
        let (model, found) = resolve(lens)
        guard lens.duplicates != .all, let (_, thresholds) = found else { return inWindow }
        let counting = inWindow.filter { npsClass($0, lens, model, thresholds) != nil }
        let left = Dictionary(grouping: counting, by: \.subject).values.flatMap { responses in
            let inTime = responses.sorted {
                ($0.occurredAt, $0.position) < ($1.occurredAt, $1.position)
            }
            return lens.duplicates == .latest ? inTime.dropLast() : inTime.dropFirst()
        }
        let positions = Set(left.map(\.position))
        return inWindow.filter { !positions.contains($0.position) }
    }

    package func npsClass(
        _ response: NaiveLedger.Response, _ lens: Lens, _ model: ModelVersion?,
        _ thresholds: Thresholds
    ) -> (npsClass: NPSClass, isStated: Bool, contribution: Int64)? {
        let basis = lens.basis
        if let score = response.score, basis != .inferred {
            let npsClass: NPSClass =
                score >= thresholds.promoterFrom
                ? .promoter : score >= thresholds.passiveFrom ? .passive : .detractor
            return (npsClass, true, (Int64(npsClass.rawValue) - 1) * 10_000)
        }
        if let decision = response.decision(lens) {
            return (decision, false, (Int64(decision.rawValue) - 1) * 10_000)
        }
        guard basis != .stated, let model, let classified = response.classifications[model] else {
            return nil
        }
        let shares: [(NPSClass, Int)] = [
            (.detractor, Int(classified.detractor)),
            (.passive, 10_000 - Int(classified.detractor) - Int(classified.promoter)),
            (.promoter, Int(classified.promoter)),
        ]
        guard let most = shares.map(\.1).max(), most >= Int(thresholds.confidenceMin),
            let likeliest = shares.first(where: { $0.1 == most })
        else { return nil }
        return (likeliest.0, false, Int64(classified.promoter) - Int64(classified.detractor))
    }

    /// Sums by group and span between bounds; a group appears as soon as one response falls into it.
    package func tally(
        _ lens: Lens, _ selection: SegmentSelection, bounds: [Microseconds]?
    ) -> [[String?]: [NPSTally]]? {
        if let bounds { return tally(lens, selection, between: bounds) }
        let (model, found) = resolve(lens)
        guard let (_, thresholds) = found else { return nil }
        var groups: [[String?]: [NPSTally]] = [:]
        for response in visible(lens) where keeps(response, selection) {
            let key = selection.by.map { response.segments[$0] }
            let empty = [NPSTally()]
            let counted = npsClass(response, lens, model, thresholds)
            guard counted != nil || (lens.basis != .stated && response.hasText) else { continue }
            let isStated = counted?.isStated == true
            add(counted, to: &groups[key, default: empty][0])
            if !isStated, response.decision(lens) != nil {
                groups[key, default: empty][0].reviewed += 1
            }
        }
        return groups
    }

    /// Each span is asked about on its own: so one answer of each respondent counts in each.
    private func tally(
        _ lens: Lens, _ selection: SegmentSelection, between bounds: [Microseconds]
    ) -> [[String?]: [NPSTally]]? {
        var groups: [[String?]: [NPSTally]] = [:]
        let spans = zip(bounds, bounds.dropFirst())
        for (index, (from, to)) in spans.enumerated() {
            var part = lens
            part.from = max(from, lens.from ?? .min)
            part.to = min(to, lens.to ?? .max)
            guard let found = tally(part, selection, bounds: nil) else { return nil }
            for (key, tallies) in found {
                let empty = [NPSTally](repeating: NPSTally(), count: bounds.count - 1)
                groups[key, default: empty][index] = tallies[0]
            }
        }
        return groups
    }

    private func keeps(_ response: NaiveLedger.Response, _ selection: SegmentSelection) -> Bool {
        for (dimension, values) in selection.keeping
        where !values.contains(response.segments[dimension] ?? "") { return false }
        return true
    }

    private func add(
        _ counted: (npsClass: NPSClass, isStated: Bool, contribution: Int64)?,
        to tally: inout NPSTally
    ) {
        guard let (npsClass, isStated, contribution) = counted else {
            tally.uncounted += 1
            return
        }
        let one = NPSCounts(
            detractors: npsClass == .detractor ? 1 : 0, passives: npsClass == .passive ? 1 : 0,
            promoters: npsClass == .promoter ? 1 : 0)
        if isStated {
            tally.stated = tally.stated + one
        } else {
            tally.inferred = tally.inferred + one
        }
        tally.expectedSum += contribution
        tally.expectedSquares += contribution * contribution
    }
}
