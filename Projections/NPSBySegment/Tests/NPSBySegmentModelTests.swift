import LedgerCore
import NPSBySegmentProjection
import NPSStatistics
import NaiveFolds
import ProjectionContract
import Testing

@Suite("NPSBySegment against a naive fold")
struct NPSBySegmentModelTests {
    @Test("any question about any history", arguments: [false, true])
    func anyQuestion(dangles: Bool) throws {
        var asked = 0
        for seed in UInt64(1)...60 {
            let history = try EventHistory(
                seed: seed, count: 60 + Int(seed) * 5, hasDanglingReferences: dangles)
            let check = try ModelCheck(history.entries, seed: seed)
            asked += try check.ask(questions: 12)
        }
        print("NPSBySegment: \(asked) answers from seeds 1…60 as by the naive fold")
    }

    @Test("beyond one chunk of rows, flushed and restarted on the way")
    func longHistory() throws {
        // Two in five events are responses: more than two chunks of 4096.
        let seed: UInt64 = 4_096
        let entries = try EventHistory(seed: seed, count: 21_500).entries
        let check = try ModelCheck(entries, seed: seed, flushesEvery: 1_700)
        #expect(try NPSBySegmentQuery(check.state).rowCount() > 2 * 4_096, "seed \(seed)")
        _ = try check.ask(questions: 25)
        let digest = try StateDigest(check.state)
        for interval in [4_096, 9_999, .max] {
            let other = try ModelCheck(entries, seed: seed, flushesEvery: interval)
            #expect(try StateDigest(other.state) == digest, "flushed every \(interval)")
        }
        print("NPSBySegment: \(try NPSBySegmentQuery(check.state).rowCount()) rows, seed \(seed)")
    }
}

/// One history, folded by the projection and known to the naive ledger.
struct ModelCheck {
    let seed: UInt64
    let naive: NaiveLedger
    let state = MemoryState()

    init(_ entries: [HistoryEntry], seed: UInt64, flushesEvery: Int = .max) throws {
        self.seed = seed
        naive = try NaiveLedger(entries)
        var projection = NPSBySegment()
        for (index, entry) in entries.enumerated()
        where NPSBySegment.descriptor.consumes.contains(entry.name) {
            do {
                try entry.withView { try projection.apply($0, to: state) }
            } catch is PoisonEvent {
                // References that lead nowhere change nothing; the naive ledger passes them over.
            }
            if (index + 1).isMultiple(of: flushesEvery) {
                try projection.flush(to: state)
                // Every other time a new instance takes over.
                if (index / flushesEvery).isMultiple(of: 2) { projection = NPSBySegment() }
            }
        }
        try projection.flush(to: state)
    }

    /// Asks drawn questions and compares; gives the number of answers.
    func ask(questions: Int) throws -> Int {
        let all = naive.standing(asOf: .max)
        var drawn = RandomQuestions(
            numbers: SeededGenerator(seed: seed), times: all.responses.map(\.occurredAt),
            size: naive.size)
        var answers = try checkWhole(all)
        for _ in 0..<questions {
            let lens = drawn.restatingLens()
            let standing = naive.standing(for: lens)
            guard let resolved = try resolve(lens, standing) else { continue }
            let selection = drawn.selection()
            try checkTally(resolved, selection, drawn.spans(), standing)
            try checkRows(resolved, standing)
            try checkTexts(resolved, standing)
            let other = Lens(
                asOf: lens.asOf, model: drawn.lens().model, basis: lens.basis,
                reviews: drawn.lens().reviews, from: lens.from, to: lens.to,
                pinnedAsOf: lens.pinnedAsOf)
            try checkFlips(resolved, other, selection, standing)
            answers += 4
        }
        return answers
    }

    private func note(_ lens: Lens, _ rest: Any = "") -> Comment {
        "seed \(seed), \(lens) \(rest)"
    }

    private func resolve(
        _ lens: Lens, _ standing: NaiveLedger.Standing
    ) throws -> ResolvedLens? {
        let (model, thresholds) = standing.resolve(lens)
        guard let (id, cutOffs) = thresholds else {
            #expect(throws: UnknownThresholds.self, note(lens)) {
                try ResolvedLens(lens, in: state)
            }
            return nil
        }
        let resolved = try ResolvedLens(lens, in: state)
        #expect(resolved.model == model, note(lens))
        #expect(resolved.thresholdsID == id, note(lens))
        #expect(resolved.thresholds == cutOffs, note(lens))
        return resolved
    }

    private func checkWhole(_ all: NaiveLedger.Standing) throws -> Int {
        let query = NPSBySegmentQuery(state)
        #expect(try query.rowCount() == all.responses.count, "seed \(seed)")
        let dimensions = Set(all.responses.flatMap(\.segments.keys)).sorted()
        #expect(try query.dimensions() == dimensions, "seed \(seed)")
        return 2
    }

    private func checkTally(
        _ lens: ResolvedLens, _ selection: SegmentSelection, _ spans: TimeSpans?,
        _ standing: NaiveLedger.Standing
    ) throws {
        let groups = try NPSBySegmentQuery(state).tally(lens, selection, spans: spans)
        let found = Dictionary(groups.map { ($0.values, $0.tallies) }) { $1 + $0 }
        let expected = standing.tally(lens.lens, selection, bounds: spans?.bounds)
        #expect(found == expected, note(lens.lens, selection))
        #expect(groups.count == found.count, "a group stands twice; \(note(lens.lens, selection))")
        guard let bounds = spans?.bounds, !bounds.isEmpty else { return }
        try checkWindows(lens, selection, bounds, standing)
    }

    /// Windows of three spans each, which overlap; each is asked about on its own.
    private func checkWindows(
        _ lens: ResolvedLens, _ selection: SegmentSelection, _ bounds: [Microseconds],
        _ standing: NaiveLedger.Standing
    ) throws {
        let windows = bounds.indices.dropFirst().map { bounds[max(0, $0 - 3)]..<bounds[$0] }
        let found = try NPSBySegmentQuery(state).tally(lens, selection, windows: windows)
        let tallies = Dictionary(uniqueKeysWithValues: found.map { ($0.values, $0.tallies) })
        for (index, window) in windows.enumerated() {
            var part = lens.lens
            part.from = max(window.lowerBound, part.from ?? .min)
            part.to = min(window.upperBound, part.to ?? .max)
            let expected = standing.tally(part, selection, bounds: nil) ?? [:]
            for (values, sums) in expected {
                #expect(tallies[values]?[index] == sums[0], note(part, selection))
            }
            let counted = tallies.filter { $0.value[index] != NPSTally() }
            #expect(counted.count == expected.count, note(part, selection))
        }
    }

    private func checkRows(_ lens: ResolvedLens, _ standing: NaiveLedger.Standing) throws {
        let query = NPSBySegmentQuery(state)
        let visible = standing.visible(lens.lens)
        let range = try query.timeRange(lens)
        #expect(range?.first == visible.map(\.occurredAt).min(), note(lens.lens))
        #expect(range?.last == visible.map(\.occurredAt).max(), note(lens.lens))
        var rows = visible.makeIterator()
        try query.forEachRow(lens) { row in
            guard let expected = rows.next() else {
                Issue.record("more rows than responses; \(note(lens.lens))")
                return
            }
            compare(row, expected, lens, standing)
        }
        #expect(rows.next() == nil, note(lens.lens))
        // A few by name, and some that are none.
        for position in stride(from: 0, through: naive.size, by: max(1, Int(naive.size) / 9)) {
            let row = try query.row(of: position, lens)
            let expected = visible.first { $0.position == position }
            #expect((row == nil) == (expected == nil), note(lens.lens, position))
            if let row, let expected {
                compare(row, expected, lens, standing)
                #expect(try query.segments(row.tuple) == expected.segments)
            }
        }
        #expect(try query.row(of: .max, lens) == nil)
    }

    private func compare(
        _ row: VisibleRow, _ expected: NaiveLedger.Response, _ lens: ResolvedLens,
        _ standing: NaiveLedger.Standing
    ) {
        // Under the stated basis no classification is looked up.
        let classified =
            lens.lens.basis == .stated ? nil : lens.model.flatMap { expected.classifications[$0] }
        let counted = standing.npsClass(expected, lens.lens, lens.model, lens.thresholds)
        // Rows are many, and an expectation each would take longer than the projection.
        let isEqual =
            row.position == expected.position && row.occurredAt == expected.occurredAt
            && row.score == expected.score && row.hasText == expected.hasText
            && row.isClassified == (classified != nil)
            && row.unlearntLanguage
                == (lens.lens.basis == .stated
                    ? nil : lens.model.flatMap { expected.unlearnt[$0] })
            && row.detractor == classified?.detractor ?? 0
            && row.promoter == classified?.promoter ?? 0
            && row.decision == expected.decision(lens.lens)
            && row.npsClass(lens.lens.basis, lens.thresholds) == counted?.npsClass
        if !isEqual { Issue.record("\(row) is not \(expected); \(note(lens.lens))") }
    }

    private func checkTexts(_ lens: ResolvedLens, _ standing: NaiveLedger.Standing) throws {
        let query = NPSBySegmentQuery(state)
        let scored = try query.scoredTexts(lens).map { [$0.response, $0.text, Position($0.score)] }
        let expected = standing.visible(lens.lens).filter(\.hasText).compactMap { response in
            response.score.map { [response.position, response.text, Position($0)] }
        }
        #expect(scored == expected, note(lens.lens))
        let model = lens.model ?? 1
        let unread = try query.unread(
            by: model, asOf: lens.lens.asOf, readAsOf: lens.lens.readAsOf
        ).map { [$0.response, $0.text] }
        let left = standing.responses.filter {
            !$0.isExcluded && $0.hasText && $0.classifications[model] == nil
                && $0.unlearnt[model] == nil
        }
        #expect(unread == left.map { [$0.position, $0.text] }, note(lens.lens))
        var unlearnt: [LanguageCode: Int] = [:]
        for response in standing.visible(lens.lens) {
            guard lens.lens.basis != .stated,
                let language = lens.model.flatMap({ response.unlearnt[$0] }),
                standing.npsClass(response, lens.lens, lens.model, lens.thresholds) == nil
            else { continue }
            unlearnt[language, default: 0] += 1
        }
        #expect(try query.unlearntLanguages(lens) == unlearnt, note(lens.lens))
    }

    private func checkFlips(
        _ first: ResolvedLens, _ other: Lens, _ selection: SegmentSelection,
        _ standing: NaiveLedger.Standing
    ) throws {
        let otherStanding = naive.standing(for: other)
        guard let second = try resolve(other, otherStanding) else { return }
        var expected: [[String?]: FlipMatrix] = [:]
        for response in standing.visible(first.lens) {
            guard let place = otherStanding.places[response.position],
                let from = standing.npsClass(
                    response, first.lens, first.model, first.thresholds),
                let to = otherStanding.npsClass(
                    otherStanding.responses[place], second.lens, second.model, second.thresholds),
                selection.keeping.allSatisfy({ dimension, values in
                    values.contains(response.segments[dimension] ?? "")
                })
            else { continue }
            expected[selection.by.map { response.segments[$0] }, default: FlipMatrix()]
                .add(from: Int(from.npsClass.rawValue), to: Int(to.npsClass.rawValue))
        }
        let flips = try NPSBySegmentQuery(state).flips(from: first, to: second, selection)
        let found = Dictionary(
            uniqueKeysWithValues: flips.filter { $0.matrix.total > 0 }.map {
                ($0.values, $0.matrix)
            })
        #expect(found == expected, note(first.lens, other))
    }
}
