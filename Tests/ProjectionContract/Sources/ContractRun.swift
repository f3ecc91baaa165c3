import LedgerCore

/// One history against one projection.
struct ContractRun<P: Projection> {
    /// Random cuts tried per history.
    static var cutsTried: Int { 6 }
    /// Positions asked about per history, besides the first and the last.
    static var positionsAsked: Int { 10 }

    let history: EventHistory
    let answer: ProjectionContract.Answer?

    /// What is wrong, or nil where the check passes.
    func failure(of check: ContractCheck) -> String? {
        // Each check draws its own numbers, so that leaving one out changes no other.
        let salt = UInt64(check.rawValue.utf8.reduce(0) { $0 &* 31 &+ Int($1) })
        var numbers = SeededNumbers(seed: history.seed ^ salt)
        do {
            switch check {
            case .folds: return try folds()
            case .repetition: return try differs(FoldPlan())
            case .replayEqualsIncremental: return try differs(FoldPlan(cuts: .afterEach))
            case .anyChunking: return try anyChunking(&numbers)
            case .restart: return try restart(&numbers)
            case .flushTwice: return try differs(FoldPlan(cuts: .afterEach, flushCount: 2))
            case .unconsumedEvents: return try differs(FoldPlan(deliversUnconsumed: true))
            case .spans: return try spans(&numbers)
            case .poison: return try poison(&numbers)
            case .changedBytes: return try changedBytes(&numbers)
            case .asOf: return try asOf(&numbers)
            case .description: return try description(&numbers)
            }
        } catch {
            return "\(error)"
        }
    }

    private func folds() throws -> String? {
        let outcome = try fold(P.self, history.entries)
        guard !history.hasDanglingReferences, let first = outcome.poisoned.first else {
            return nil
        }
        return "a valid history holds poison: \(first)"
    }

    private func differs(_ plan: FoldPlan) throws -> String? {
        try fold(P.self, history.entries)
            .difference(from: fold(P.self, history.entries, plan))
    }

    private func anyChunking(_ numbers: inout SeededNumbers) throws -> String? {
        let whole = try fold(P.self, history.entries)
        for _ in 0..<Self.cutsTried {
            let cuts = randomCuts(&numbers)
            let outcome = try fold(P.self, history.entries, FoldPlan(cuts: .after(cuts)))
            if let difference = try whole.difference(from: outcome) {
                return "cut after \(cuts.sorted()): \(difference)"
            }
        }
        return nil
    }

    private func restart(_ numbers: inout SeededNumbers) throws -> String? {
        let whole = try fold(P.self, history.entries)
        for attempt in 0...Self.cutsTried {
            let cuts: FoldPlan.Cuts = attempt == 0 ? .afterEach : .after(randomCuts(&numbers))
            let outcome = try fold(
                P.self, history.entries, FoldPlan(cuts: cuts, restarts: true))
            if let difference = try whole.difference(from: outcome) {
                return "restarted at \(cuts): \(difference)"
            }
        }
        return nil
    }

    private func asOf(_ numbers: inout SeededNumbers) throws -> String? {
        guard let answer else { return nil }
        let whole = try fold(P.self, history.entries)
        let asked = (0..<Self.positionsAsked).map { _ in numbers.below(history.entries.count) }
        for size in [0] + asked + [history.entries.count] {
            let position = Position(size)
            let then = try fold(P.self, history.entries.prefix(size))
            if try answer(whole.state, position) != answer(then.state, position) {
                return "as of \(position) the whole state answers otherwise than the state then"
            }
        }
        return nil
    }

    /// Indexes after which to flush: from hardly any to nearly all.
    private func randomCuts(_ numbers: inout SeededNumbers) -> Set<Int> {
        let percent = numbers.below(100)
        return Set(history.entries.indices.filter { _ in numbers.happens(percent: percent) })
    }
}
