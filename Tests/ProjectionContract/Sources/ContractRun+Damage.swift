import LedgerCore

extension ContractRun {
    /// Bytes changed per history, one at a time.
    static var changesTried: Int { 60 }

    /// One event of each consumed type, damaged in each way: it must be thrown as poison, and the
    /// state must be that of the history without it.
    func poison(_ numbers: inout SeededNumbers) throws -> String? {
        for name in EventName.allCases where P.descriptor.consumes.contains(name) {
            let places = history.entries.indices.filter { history.entries[$0].name == name }
            guard let place = numbers.pick(places) else { continue }
            var rest = history.entries
            let victim = rest.remove(at: place)
            let without = try fold(P.self, rest)
            for damage in EventDamage.allCases {
                var damaged = history.entries
                damaged[place] = try damage.applied(to: victim)
                for plan in [FoldPlan(), FoldPlan(cuts: .afterEach)] {
                    var outcome = try fold(P.self, damaged, plan)
                    let count = outcome.poisoned.count
                    outcome.poisoned.removeAll { $0.position == victim.position }
                    guard outcome.poisoned.count == count - 1 else {
                        return "\(name.rawValue) with \(damage.rawValue) was applied"
                    }
                    if let difference = try without.difference(from: outcome) {
                        return "\(name.rawValue) with \(damage.rawValue) left traces: "
                            + difference
                    }
                }
            }
        }
        return nil
    }

    /// Entries with one byte changed, as a bad disk would. What is no longer an envelope never
    /// reaches a projection and is left out.
    func changedBytes(_ numbers: inout SeededNumbers) throws -> String? {
        let consumed = history.entries.indices.filter {
            P.descriptor.consumes.contains(history.entries[$0].name)
        }
        for _ in 0..<Self.changesTried {
            guard let place = numbers.pick(consumed) else { return nil }
            let victim = history.entries[place]
            var bytes = victim.bytes
            let offset = numbers.below(bytes.count)
            bytes[offset] ^= UInt8(1 + numbers.below(255))
            let changed = HistoryEntry(
                position: victim.position, name: victim.name, bytes: bytes)
            guard let name = try? changed.withView({ $0.name }), name == victim.name else {
                continue
            }
            var entries = history.entries
            entries[place] = changed
            let once = try fold(P.self, entries)
            let each = try fold(P.self, entries, FoldPlan(cuts: .afterEach))
            if let difference = try once.difference(from: each) {
                return "byte \(offset) of event \(victim.position) changed: \(difference)"
            }
        }
        return nil
    }
}
