import LedgerCore
import NPSBySegmentProjection
import NPSStatistics
import NaiveFolds
import ProjectionContract
import Testing

@Suite("What makes the difference between two lenses")
struct LensDifferenceTests {
    @Test("any two lenses over any history, against the naive ledger", arguments: [false, true])
    func anyPair(dangles: Bool) throws {
        var (asked, changes) = (0, [DifferenceReason: Int]())
        for seed in UInt64(1)...40 {
            let history = try EventHistory(
                seed: seed, count: 80 + Int(seed) * 8, hasDanglingReferences: dangles)
            let check = try DifferenceCheck(history.entries, seed: seed)
            for (reason, count) in try check.ask(questions: 25) {
                changes[reason, default: 0] += count
            }
            asked += 25
        }
        // A reason that never occurs is one that nothing here tests.
        #expect(Set(changes.keys) == Set(DifferenceReason.allCases), "\(changes)")
        let counts = DifferenceReason.allCases.map { "\($0.name) \(changes[$0] ?? 0)" }
        print("differences: \(asked) pairs from seeds 1…40, \(counts.joined(separator: ", "))")
    }

    @Test("the largest changes first, however many are asked for")
    func largest() throws {
        for seed in UInt64(1)...12 {
            let check = try DifferenceCheck(
                EventHistory(seed: seed, count: 400).entries, seed: seed)
            try check.checkLargest()
        }
    }
}

/// One history with its state and its naive ledger, asked about pairs of lenses.
struct DifferenceCheck {
    let check: ModelCheck
    let seed: UInt64

    init(_ entries: [HistoryEntry], seed: UInt64) throws {
        check = try ModelCheck(entries, seed: seed)
        self.seed = seed
    }

    /// One side of a question, as the naive ledger has it.
    private struct Side {
        let lens: Lens
        let standing: NaiveLedger.Standing
        let model: ModelVersion?
        let thresholds: Thresholds
        /// What the lens sees, without the answers that others replace.
        let visible: Set<Position>

        init?(_ lens: Lens, _ naive: NaiveLedger) {
            self.lens = lens
            standing = naive.standing(asOf: lens.asOf)
            let resolved = standing.resolve(lens)
            guard let found = resolved.thresholds else { return nil }
            (model, thresholds) = (resolved.model, found.1)
            visible = Set(standing.visible(lens).map(\.position))
        }

        func response(_ position: Position) -> NaiveLedger.Response? {
            standing.places[position].map { standing.responses[$0] }
        }

        func isInWindow(_ response: NaiveLedger.Response) -> Bool {
            response.occurredAt >= lens.from ?? .min && response.occurredAt < lens.to ?? .max
        }

        /// Group and class of what counts.
        func counted(
            _ position: Position, _ selection: SegmentSelection
        ) -> (group: [String?], npsClass: NPSClass)? {
            guard let response = response(position), visible.contains(position),
                selection.keeping.allSatisfy({ dimension, values in
                    values.contains(response.segments[dimension] ?? "")
                }),
                let (npsClass, _, _) = standing.npsClass(
                    response, lens, model, thresholds)
            else { return nil }
            return (selection.by.map { response.segments[$0] }, npsClass)
        }
    }

    private func questions() -> RandomQuestions {
        RandomQuestions(
            numbers: SeededGenerator(seed: seed &* 77),
            times: check.naive.standing(asOf: .max).responses.map(\.occurredAt),
            size: check.naive.size)
    }

    /// Asks about drawn pairs; gives how many changes had which reason.
    func ask(questions count: Int) throws -> [DifferenceReason: Int] {
        var drawn = questions()
        var reasons: [DifferenceReason: Int] = [:]
        for index in 0..<count {
            let first = drawn.lens()
            var second = drawn.lens()
            // Every other pair differs in little, so that reasons low in precedence come up.
            if index.isMultiple(of: 2) {
                second.asOf = first.asOf
                if index.isMultiple(of: 4) { second.model = first.model }
                if index.isMultiple(of: 8) { second.thresholds = first.thresholds }
            }
            let selection = drawn.selection()
            guard let left = Side(first, check.naive), let right = Side(second, check.naive) else {
                continue
            }
            for change in try compare(left, right, selection) {
                reasons[change.reason, default: 0] += 1
            }
        }
        return reasons
    }

    private func compare(
        _ left: Side, _ right: Side, _ selection: SegmentSelection
    ) throws -> [ResponseChange] {
        let note: Comment = "seed \(seed), \(left.lens) → \(right.lens), \(selection)"
        var changes: [ResponseChange] = []
        func isTextChanged(_ response: Position) -> Bool {
            left.response(response)?.text != right.response(response)?.text
        }
        let query = NPSBySegmentQuery(check.state)
        let (one, other) = (
            try ResolvedLens(left.lens, in: check.state),
            try ResolvedLens(right.lens, in: check.state)
        )
        let found = try query.difference(
            from: one, to: other, selection, isTextChanged: isTextChanged
        ) { changes.append($0) }
        var back: [ResponseChange] = []
        let returned = try query.difference(
            from: other, to: one, selection, isTextChanged: isTextChanged
        ) { back.append($0) }
        #expect(back.map(\.position) == changes.map(\.position), note)
        #expect(back.map(\.reason) == changes.map(\.reason), note)
        #expect(returned.total.numerator == -found.total.numerator, note)
        let edited = try query.difference(
            from: one, to: other, selection, thresholdsFirst: true, isTextChanged: isTextChanged)
        for (sums, way) in [(found, 1.0), (returned, -1.0), (edited, 1.0)] {
            checkSteps(sums, found.total, way, note)
        }
        var listed = changes.makeIterator()
        var next = listed.next()
        for position in 0..<check.naive.size {
            let (from, to) = (left.counted(position, selection), right.counted(position, selection))
            let isSame = from?.group == to?.group && from?.npsClass == to?.npsClass
            guard let change = next, change.position == position else {
                #expect(isSame, "\(position) is not listed; \(note)")
                continue
            }
            next = listed.next()
            #expect(!isSame, "\(position) is listed; \(note)")
            #expect(change.first?.npsClass == from?.npsClass, note)
            #expect(change.second?.npsClass == to?.npsClass, note)
            #expect(change.first.map { found.groups[$0.group].values } == from?.group, note)
            #expect(change.second.map { found.groups[$0.group].values } == to?.group, note)
            #expect(holds(change, left, right), "\(position) \(change.reason); \(note)")
        }
        #expect(next == nil, note)
        try checkSums(found, changes, left, right, selection, note)
        return changes
    }

    /// The steps lead from one score to the other, of all and of each group.
    private func checkSteps(
        _ found: NPSBySegmentQuery<MemoryState>.Difference, _ forward: DifferenceSums,
        _ way: Double, _ note: Comment
    ) {
        for sums in [found.total] + found.groups.map(\.sums) {
            guard let denominator = sums.denominator else { continue }
            let sum = sums.effects(in: found.steps).reduce(0) { $0 + $1.effect }
            #expect(abs(sum - Double(sums.numerator) / Double(denominator)) < 1e-12, note)
        }
        let effects = found.total.effects(in: found.steps).map(\.effect)
        let difference = forward.denominator.map { Double(forward.numerator) / Double($0) }
        if let difference {
            #expect(abs(effects.reduce(0, +) - way * difference) < 1e-12, note)
        }
    }

    /// Whether the reason is true of the response, and none before it in the order could be said
    /// of it without looking at what it counts as.
    private func holds(_ change: ResponseChange, _ left: Side, _ right: Side) -> Bool {
        let (one, other) = (left.response(change.position), right.response(change.position))
        guard let one, let other else { return change.reason == .recorded }
        if one.isExcluded != other.isExcluded { return change.reason == .excluded }
        let isAmended =
            one.score != other.score || one.text != other.text || one.segments != other.segments
        let classified = [
            left.model.flatMap { one.classifications[$0] },
            right.model.flatMap { other.classifications[$0] },
        ]
        let amended: [(Bool, ResponseChange.Amended)] = [
            (one.score != other.score, .score), (one.text != other.text, .text),
            (one.segments != other.segments, .segments),
        ]
        guard change.amended == amended.filter(\.0).map(\.1) else { return false }
        return switch change.reason {
        case .recorded, .excluded: false
        case .amended: isAmended
        case .reviewed:
            one.text == other.text && decision(one, left.lens) != decision(other, right.lens)
        case .reclassified:
            classified[0] != classified[1] && one.text == other.text
                && !classified.contains(nil)
        case .unread:
            classified[0] != classified[1] && one.text == other.text && classified.contains(nil)
        case .thresholds: left.thresholds != right.thresholds
        case .basis: left.lens.basis != right.lens.basis
        case .window: left.isInWindow(one) != right.isInWindow(other)
        case .duplicate:
            left.isInWindow(one) && right.isInWindow(other)
                && left.visible.contains(change.position)
                    != right.visible.contains(change.position)
        }
    }

    /// What a person decided, whether or not the basis asks for it.
    private func decision(_ response: NaiveLedger.Response, _ lens: Lens) -> NPSClass? {
        response.decision(Lens(asOf: lens.asOf, basis: .blended, reviews: lens.reviews))
    }

    /// The rows sum to the difference exactly, and the counts are those of the tally.
    private func checkSums(
        _ found: NPSBySegmentQuery<MemoryState>.Difference, _ changes: [ResponseChange],
        _ left: Side, _ right: Side, _ selection: SegmentSelection, _ note: Comment
    ) throws {
        for sums in [found.total] + found.groups.map(\.sums) {
            let rows = DifferenceReason.allCases.map { sums[$0] } + [sums.unchanged]
            #expect(rows.reduce(0) { $0 + sums.numerator($1) } == sums.numerator, note)
            let (n1, n2) = (sums.first.total, sums.second.total)
            #expect(sums.denominator == (n1 * n2 > 0 ? n1 * n2 : nil), note)
            if let denominator = sums.denominator, let a = sums.first.score,
                let b = sums.second.score
            {
                let difference = Double(sums.numerator) / Double(denominator)
                #expect(abs(difference - (b - a)) < 1e-12, note)
            }
            for reason in DifferenceReason.allCases where sums[reason].responses == 0 {
                #expect([sums[reason].first, sums[reason].second].allSatisfy { $0 == 0 }, note)
            }
        }
        #expect(found.total.changed == changes.count, note)
        for reason in DifferenceReason.allCases {
            let own = changes.filter { $0.reason == reason }
            #expect(found.total[reason].responses == own.count, note)
            #expect(found.total[reason].first == own.reduce(0) { $0 + ($1.first?.value ?? 0) })
            #expect(found.total[reason].second == own.reduce(0) { $0 + ($1.second?.value ?? 0) })
        }
        let tallies = [left, right].map { side -> [[String?]: NPSCounts] in
            let groups = side.standing.tally(side.lens, selection, bounds: nil) ?? [:]
            return groups.mapValues { $0[0].counts }.filter { $0.value.total > 0 }
        }
        let firsts = found.groups.map { ($0.values, $0.sums.first) }.filter { $0.1.total > 0 }
        let seconds = found.groups.map { ($0.values, $0.sums.second) }.filter { $0.1.total > 0 }
        #expect(Dictionary(uniqueKeysWithValues: firsts) == tallies[0], note)
        #expect(Dictionary(uniqueKeysWithValues: seconds) == tallies[1], note)
        #expect(found.total.first == tallies[0].values.reduce(.zero) { $0 + $1 }, note)
        #expect(found.total.second == tallies[1].values.reduce(.zero) { $0 + $1 }, note)
    }

    /// The kept ones are the first of all, sorted.
    func checkLargest() throws {
        var drawn = questions()
        for _ in 0..<10 {
            let (first, second) = (drawn.lens(), drawn.lens())
            guard Side(first, check.naive) != nil, Side(second, check.naive) != nil else {
                continue
            }
            var all: [ResponseChange] = []
            var kept = [1, 3, 20, 10_000].map { ($0, LargestChanges(limit: $0)) }
            let sums = try NPSBySegmentQuery(check.state).difference(
                from: try ResolvedLens(first, in: check.state),
                to: try ResolvedLens(second, in: check.state), SegmentSelection(),
                isTextChanged: Set<Position>().contains
            ) { change in
                all.append(change)
                for index in kept.indices { kept[index].1.add(change) }
            }.total
            func effect(_ change: ResponseChange) -> Int {
                (change.second?.value ?? 0) * sums.first.total
                    - (change.first?.value ?? 0) * sums.second.total
            }
            if sums.denominator != nil {
                #expect(
                    all.reduce(0) { $0 + effect($1) } + sums.numerator(sums.unchanged)
                        == sums.numerator, "seed \(seed)")
                all.sort {
                    (effect($1).magnitude, $0.position) < (effect($0).magnitude, $1.position)
                }
            } else {
                all.sort {
                    let (a, b) = (value($0), value($1))
                    return (b, $0.position) < (a, $1.position)
                }
            }
            for (limit, largest) in kept {
                #expect(
                    largest.sorted(by: sums).map(\.position)
                        == all.prefix(limit).map(\.position), "seed \(seed), \(first), \(second)")
            }
        }
    }

    /// Where one side counts nothing, the other's classes are all there is.
    private func value(_ change: ResponseChange) -> Int {
        abs(change.second?.value ?? 0) + abs(change.first?.value ?? 0)
    }
}
