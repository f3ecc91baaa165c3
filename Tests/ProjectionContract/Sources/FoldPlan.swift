import LedgerCore

/// How a history is cut into batches.
struct FoldPlan {
    /// When to flush besides at the end.
    enum Cuts {
        case never
        case afterEach
        case after(Set<Int>)
    }

    var cuts = Cuts.never
    /// How many times each flush is repeated in a row.
    var flushCount = 1
    /// Whether a new instance takes over after each flush.
    var restarts = false
    /// Whether events that are not consumed are handed over too.
    var deliversUnconsumed = false

    func flushes(afterEvent index: Int) -> Bool {
        switch cuts {
        case .never: false
        case .afterEach: true
        case .after(let indexes): indexes.contains(index)
        }
    }
}

/// What a fold leaves behind.
struct FoldOutcome {
    let state: MemoryState
    var poisoned: [PoisonEvent] = []

    /// What differs from `other`, or nil where nothing does.
    func difference(from other: FoldOutcome) throws -> String? {
        if poisoned != other.poisoned {
            return "other events were poison: \(poisoned.map(\.position)) and "
                + "\(other.poisoned.map(\.position))"
        }
        guard state.pairs != other.state.pairs else { return nil }
        let keys = Set(state.pairs.keys).union(other.state.pairs.keys)
            .sorted { $0.lexicographicallyPrecedes($1) }
        let key = keys.first { state.pairs[$0] != other.state.pairs[$0] } ?? []
        return "states \(try StateDigest(state)) and \(try StateDigest(other.state)) differ, "
            + "first at key \(key): \(Self.show(state.pairs[key])) and "
            + Self.show(other.state.pairs[key])
    }

    private static func show(_ value: [UInt8]?) -> String {
        value.map { "\($0)" } ?? "none"
    }
}

/// A fold that ended in something else than poison.
struct FoldFailure: Error, CustomStringConvertible {
    let description: String
}

/// Folds `entries` as `plan` says; poison events are noted and passed over, as in a quarantine.
func fold<P: Projection>(
    _ type: P.Type, _ entries: some Sequence<HistoryEntry>, _ plan: FoldPlan = FoldPlan()
) throws -> FoldOutcome {
    var outcome = FoldOutcome(state: MemoryState())
    var projection = P()
    for (index, entry) in entries.enumerated() {
        guard plan.deliversUnconsumed || P.descriptor.consumes.contains(entry.name) else {
            continue
        }
        do {
            try entry.withView { try projection.apply($0, to: outcome.state) }
        } catch let poison as PoisonEvent {
            guard poison.position == entry.position else {
                throw FoldFailure(
                    description: "event \(entry.position) was poison, the error names "
                        + "\(poison.position)")
            }
            outcome.poisoned.append(poison)
        } catch {
            throw FoldFailure(
                description: "\(entry.name.rawValue) at \(entry.position) ended in “\(error)”, "
                    + "which is no PoisonEvent")
        }
        if plan.flushes(afterEvent: index) {
            for _ in 0..<plan.flushCount { try projection.flush(to: outcome.state) }
            if plan.restarts { projection = P() }
        }
    }
    try projection.flush(to: outcome.state)
    return outcome
}
