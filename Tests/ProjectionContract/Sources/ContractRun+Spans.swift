import LedgerCore

extension ContractRun {
    /// Reads stretches of the log apart, the last first, then applies them in order.
    func spans(_ numbers: inout SeededNumbers) throws -> String? {
        let whole = try fold(P.self, history.entries)
        for attempt in 0...Self.cutsTried {
            // One span for all, one for each event, and cuts in between.
            let percent = attempt < 2 ? attempt * 100 : numbers.below(100)
            var stretches: [[HistoryEntry]] = [[]]
            for entry in history.entries where P.descriptor.consumes.contains(entry.name) {
                stretches[stretches.count - 1].append(entry)
                if numbers.happens(percent: percent) { stretches.append([]) }
            }
            let outcome = try apply(stretches.reversed().map { try read($0) }.reversed())
            if let difference = try whole.difference(from: outcome) {
                return "in \(stretches.count) spans: \(difference)"
            }
        }
        return nil
    }

    private func read(_ entries: [HistoryEntry]) throws -> (P.Span, [PoisonEvent]) {
        var span = P.Span()
        var poisoned: [PoisonEvent] = []
        for entry in entries {
            do {
                try entry.withView { try span.read($0) }
            } catch let poison as PoisonEvent {
                poisoned.append(poison)
            }
        }
        return (span, poisoned)
    }

    private func apply(_ spans: [(P.Span, [PoisonEvent])]) throws -> FoldOutcome {
        var outcome = FoldOutcome(state: MemoryState())
        var projection = P()
        for (span, unreadable) in spans {
            outcome.poisoned += unreadable
            outcome.poisoned += try projection.apply(span, to: outcome.state)
        }
        try projection.flush(to: outcome.state)
        outcome.poisoned.sort { $0.position < $1.position }
        return outcome
    }
}
