import LedgerCore
import LedgerReplay
import NPSBySegmentProjection
import NPSStatistics

extension ReplayRun {
    /// The same question as of now, as of the middle and as of near the start.
    func asOf() throws -> Findings {
        let selection = SegmentSelection(by: ["region", "plan"])
        let size = history.totals.size
        var middle: [Figure.Pair] = []
        var start: [Figure.Pair] = []
        var result = ""
        try withScores { store, now in
            for _ in 0..<options.pairCount {
                let today = try ask(store, now, selection)
                let half = try ask(store, size / 2, selection)
                let early = try ask(store, size / 100, selection)
                // Each is told in questions a second: what differs is how far back they look.
                middle.append(Figure.Pair(rate: 1 / half.seconds, baseRate: 1 / today.seconds))
                start.append(Figure.Pair(rate: 1 / early.seconds, baseRate: 1 / today.seconds))
                result = "\(today.counted), \(half.counted) and \(early.counted) responses counted"
            }
        }
        return Findings([
            Figure(
                name: "question as of the middle", base: "as of now", pairs: middle, target: nil,
                parameters: parameters + [("asOf", Int(size / 2))], result: result),
            Figure(
                name: "question as of near the start", base: "as of now", pairs: start,
                target: nil, parameters: parameters + [("asOf", Int(size / 100))], result: result),
        ])
    }

    /// Seconds of one question, median of several, and how many responses it counted.
    private func ask(
        _ store: ProjectionStore<NPSBySegment>, _ asOf: Position, _ selection: SegmentSelection
    ) throws -> (seconds: Double, counted: Int) {
        var times: [Double] = []
        var counted = 0
        for _ in 0..<options.scaled(small: 3, full: 9) {
            times.append(
                try ContinuousClock().measure {
                    counted = try ReplayEngine.ask(store, Lens(asOf: asOf), selection)
                        .total.reduce(0, +)
                }.inSeconds)
        }
        return (times.quantile(0.5), counted)
    }

    /// One segment's score by its channels: as a program asks that answers once and ends, and as a
    /// live reader asks again and again.
    func queries() throws -> Findings {
        var (once, live): ([Double], [Double]) = ([], [])
        var (counted, countedLive) = (0, 0)
        try withScores { store, now in
            var cube = SegmentCube()
            once = try times(options.scaled(small: 20, full: 200)) { selection in
                counted += try ReplayEngine.ask(
                    store, Lens(asOf: now), selection, threads: ReplayEngine.threadsMax
                ).total.reduce(0, +)
            }
            live = try times(options.scaled(small: 20, full: 1_000)) { selection in
                countedLive += try ReplayEngine.ask(&cube, store, Lens(asOf: now), selection)
                    .total.reduce(0, +)
            }
        }
        var findings = latencies(
            "one segment's score, asked once", once, limit: nil,
            result: "\(counted) responses counted in all")
        findings += latencies(
            "one segment's score, live reader", live, limit: 0.005,
            result: "\(countedLive) responses counted in all")
        return findings
    }

    /// Seconds of questions about segments that are drawn.
    private func times(
        _ count: Int, ask: (SegmentSelection) throws -> Void
    ) throws -> [Double] {
        var numbers = SplitMix64(state: history.plan.seed)
        var times: [Double] = []
        for index in -3..<count {
            let region = HistorySegments.regions[Int(numbers.next() % 4)].name
            let plan = HistorySegments.plans[Int(numbers.next() % 4)]
            let selection = SegmentSelection(
                by: ["channel"], keeping: ["region": [region], "plan": [plan]])
            let time = try ContinuousClock().measure { try ask(selection) }
            // The first few warm what is read.
            if index >= 0 { times.append(time.inSeconds) }
        }
        return times
    }

    /// Median and 99th percentile of times; a limit is the latter's.
    func latencies(
        _ name: String, _ times: [Double], limit: Double?, result: String
    ) -> Findings {
        var findings = Findings()
        let parameters = parameters + [("times", times.count)]
        findings.measures = [
            Measure(
                name: "\(name), p50", unit: .seconds, values: [times.quantile(0.5)], limit: nil,
                parameters: parameters, result: result),
            Measure(
                name: "\(name), p99", unit: .seconds, values: [times.quantile(0.99)],
                limit: limit.flatMap { options.target(.atMost($0)) }, parameters: parameters,
                result: result),
        ]
        return findings
    }
}
