import Catalog
import LedgerCore
import LedgerReplay
import LedgerStore
import NPSBySegmentProjection
import NPSLedger
import NPSStatistics

/// Measures what a gate asks about a candidate, in the responses as they are now.
package enum GateMeasuring {
    /// Fails where the gate names a dimension that no response has: a misspelt one would make one
    /// large segment of everybody, which moves little.
    package static func check(
        _ gate: Gate, named name: String, _ open: OpenLedger
    ) throws {
        let known = try open.catalog.npsBySegment.read { state, _ in
            try NPSBySegmentQuery(state).dimensions()
        }
        for (index, condition) in gate.conditions.enumerated() {
            for (place, dimension) in condition.by.enumerated() where !known.contains(dimension) {
                throw LedgerError(
                    .mismatch,
                    "\(name): conditions[\(index)].by[\(place)]: no response has the "
                        + "dimension “\(dimension)”; there are: "
                        + (known.isEmpty ? "none" : known.joined(separator: ", ")))
            }
        }
    }

    /// What the projection's state says, and as of which position it says it.
    package static func measure(
        _ gate: Gate, _ candidate: ModelVersion, _ open: OpenLedger
    ) throws -> (measured: GateMeasurements, asOf: Position) {
        try open.refresh(open.catalog.npsBySegment)
        while true {
            let held = try open.models.active()
            let learnt =
                gate.asksAboutQuality
                ? try learnt([try open.models.model(candidate), held], open) : []
            let answer = try open.catalog.npsBySegment.read {
                state, build -> (GateMeasurements, Position)? in
                let asOf = build.position
                let active = try open.models.active(asOf: asOf)?.version
                // What another model has learnt from would be left out.
                guard active == held?.version else { return nil }
                var measured = GateMeasurements(active: active)
                try classify(&measured, candidate, active, asOf, state, learnt)
                if let active {
                    for question in gate.questions {
                        let comparison = try ModelComparison(
                            active, candidate, under: Lens(asOf: asOf, basis: question.basis),
                            SegmentSelection(by: question.by), in: state)
                        measured.changes[question] = comparison.segments.map {
                            GateMeasurements.Segment(values: $0.values, flips: $0.flips)
                        }
                    }
                }
                return (measured, asOf)
            }
            if let answer { return answer }
            try open.refresh(open.catalog.npsBySegment)
        }
    }

    /// Responses with a stated score that one of the models has learnt from: on those its quality
    /// says little.
    private static func learnt(
        _ models: [RegisteredModel?], _ open: OpenLedger
    ) throws -> Set<Position> {
        // Which texts there are does not depend on who reads them.
        let texts = try open.catalog.npsBySegment.read { state, build in
            let lens = try ResolvedLens(Lens(asOf: build.position, basis: .inferred), in: state)
            var texts: [(response: Position, text: Position)] = []
            try NPSBySegmentQuery(state).forEachText(lens, SegmentSelection()) { text in
                if text.row.score != nil { texts.append((text.row.position, text.event)) }
            }
            return texts
        }
        return try models.compactMap(\.self).reduce(into: []) { learnt, model in
            let own = try LearntTexts(model, try TrainedOn(model, open), open)
            learnt.formUnion(try own.responses(among: texts))
        }
    }

    /// Walks the texts once: what each model reads, beside what is stated and beside the other.
    private static func classify(
        _ measured: inout GateMeasurements, _ candidate: ModelVersion, _ active: ModelVersion?,
        _ asOf: Position, _ state: some StateReader, _ learnt: Set<Position>
    ) throws {
        func lens(_ version: ModelVersion) throws -> ResolvedLens {
            try ResolvedLens(
                Lens(asOf: asOf, model: .pinned(version), basis: .inferred), in: state)
        }
        let second = try lens(candidate)
        // Where none is active, the candidate beside itself: nothing of that is looked at.
        let first = try active.map(lens) ?? second
        try NPSBySegmentQuery(state).forEachPair(first, second) { one, other in
            guard let one, let other, other.hasText else { return }
            measured.texts += 1
            guard other.isClassified else {
                measured.unread += 1
                return
            }
            var stated = other.score.map { second.thresholds.classify(score: $0) }
            if stated != nil, learnt.contains(other.position) {
                measured.learnt += 1
                stated = nil
            }
            if let stated { measured.candidate.add(stated: stated, other) }
            guard active != nil, one.isClassified else { return }
            if let stated {
                measured.both.candidate.add(stated: stated, other)
                measured.both.active.add(stated: stated, one)
            }
            if let from = one.likeliestClass, let to = other.likeliestClass {
                measured.agreement.add(from: Int(from.rawValue), to: Int(to.rawValue))
            }
        }
    }
}

extension ClassifierQuality {
    /// Counts what a model reads in a response.
    fileprivate mutating func add(stated: NPSClass, _ row: VisibleRow) {
        add(stated: stated, detractor: row.detractor, promoter: row.promoter)
    }
}
