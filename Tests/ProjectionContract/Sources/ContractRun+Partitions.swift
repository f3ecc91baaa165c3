import LedgerCore

extension ContractRun {
    /// Folds responses apart, events about no response into every part, and joins the pairs.
    func partitions() throws -> String? {
        guard P.descriptor.splitsByResponse else { return nil }
        let joined = MemoryState()
        var poisoned: Set<PoisonEvent> = []
        for part in 0..<Self.partCount {
            let entries = try history.entries.filter { entry in
                try Self.response(of: entry).map { $0 % Self.partCount == part } ?? true
            }
            let outcome = try fold(P.self, entries)
            poisoned.formUnion(outcome.poisoned)
            for (key, value) in outcome.state.pairs {
                if let other = joined.pairs[key], other != value {
                    return "two parts disagree at key \(key): \(other) and \(value)"
                }
                joined.put(key, value)
            }
        }
        let whole = try fold(P.self, history.entries)
        let inOrder = poisoned.sorted { $0.position < $1.position }
        return try whole.difference(from: FoldOutcome(state: joined, poisoned: inOrder))
    }

    /// The response an event is about, or nil where it is about none.
    private static func response(of entry: HistoryEntry) throws -> Position? {
        try entry.withView { event in
            switch try EventCatalog.payload(of: event) {
            case is ResponseRecorded: event.position
            case let payload as ResponseAmended: payload.response
            case let payload as ResponseExcluded: payload.response
            case let payload as ClassificationRecorded: payload.response
            case let payload as ReviewDecided: payload.response
            default: nil
            }
        }
    }
}
