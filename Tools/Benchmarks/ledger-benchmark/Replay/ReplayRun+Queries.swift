import Foundation
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

    /// A score whose error is that of persons, against one whose error takes each response for a
    /// person: both by region and plan, and asked once.
    func persons() throws -> Findings {
        let selection = SegmentSelection(by: ["region", "plan"])
        var findings = Findings()
        try withScores { store, now in
            for threads in Set([1, ReplayEngine.threadsMax]).sorted() {
                var (pairs, result) = ([Figure.Pair](), "")
                for _ in 0..<options.pairCount {
                    var (together, apart): ([Double], [Double]) = ([], [])
                    for _ in 0..<options.scaled(small: 3, full: 9) {
                        try store.read { state, _ in
                            let query = NPSBySegmentQuery(state, workers: .threads(threads))
                            let lens = try ResolvedLens(Lens(asOf: now), in: state)
                            apart.append(
                                try ContinuousClock().measure {
                                    _ = try query.tally(lens, selection)
                                }.inSeconds)
                            together.append(
                                try ContinuousClock().measure {
                                    let all = try query.score(lens, selection).repeated.all
                                    result = "\(all.responsesBeyondFirst) beyond a person's first"
                                }.inSeconds)
                        }
                    }
                    pairs.append(
                        Figure.Pair(
                            rate: 1 / together.quantile(0.5), baseRate: 1 / apart.quantile(0.5)))
                }
                findings.figures.append(
                    Figure(
                        name:
                            "score by persons, \(threads == 1 ? "1 thread" : "\(threads) threads")",
                        base: "by responses", pairs: pairs, target: options.target(0.5),
                        parameters: parameters + [("threads", threads)], result: result))
            }
        }
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

/// What the DuckDB script is asked and answers.
private enum Duck {
    struct Load: Encodable {
        var op = "load"
        var file: String
    }

    struct Loaded: Decodable {
        var rows: Int
        var version: String
    }

    struct Question: Encodable {
        var op = "ask"
        var basis: String
        var threads: Int
        var repeats: Int
        var passiveFrom: UInt16
        var promoterFrom: UInt16
        var confidenceMin: UInt16
    }

    struct Answer: Decodable {
        /// Median of the fastest of several ways to write the question.
        var seconds: Double
        var way: String
        /// Region, plan, then detractors, passives, promoters, stated before inferred.
        var groups: [[Int]]
    }
}

extension ReplayRun {
    /// A lens nobody asked with before over all responses, against DuckDB over the same columns
    /// in memory, on as many threads; the counts must be equal.
    func lenses() throws -> Findings {
        guard let interpreter = PythonPeers.interpreter else {
            var findings = Findings()
            findings.notices = [
                "lenses are not compared with DuckDB: run `\(PythonPeers.command)`"
            ]
            // What they come to is tried all the same.
            try withScores { store, now in
                _ = try ReplayEngine.ask(
                    store, movedLens(.blended, now), SegmentSelection(by: ["region", "plan"]),
                    threads: ReplayEngine.threadsMax)
            }
            return findings
        }
        let duck = try PythonPeers.start(
            PackageResources.duckdb_lens_py, with: interpreter, name: "the DuckDB script")
        let workspace = try Workspace(in: options.directory)
        let file = workspace.path + "/rows.csv"
        var findings = Findings()
        try withScores { store, now in
            try export(store, now, to: file)
            let loaded: Duck.Loaded = try duck.ask(Duck.Load(file: file))
            try FileManager.default.removeItem(atPath: file)
            findings.versions = [("DuckDB", loaded.version)]
            for basis in [Lens.Basis.stated, .blended] {
                for threads in Set([1, ReplayEngine.threadsMax]).sorted() {
                    findings.figures.append(
                        try figure(store, now, duck, basis, threads, rows: loaded.rows))
                }
            }
        }
        try duck.end()
        return findings
    }

    private func figure(
        _ store: ProjectionStore<NPSBySegment>, _ now: Position, _ duck: Companion,
        _ basis: Lens.Basis, _ threads: Int, rows: Int
    ) throws -> Figure {
        let lens = movedLens(basis, now)
        let selection = SegmentSelection(by: ["region", "plan"])
        let repeats = options.scaled(small: 3, full: 9)
        let thresholds = HistoryPlan.movedThresholds ?? .standard
        var pairs: [Figure.Pair] = []
        var result = ""
        for _ in 0..<options.pairCount {
            var times: [Double] = []
            var counts: [ReplayEngine.Count] = []
            for _ in 0..<repeats {
                times.append(
                    try ContinuousClock().measure {
                        counts = try ReplayEngine.ask(store, lens, selection, threads: threads)
                    }.inSeconds)
            }
            let answer: Duck.Answer = try duck.ask(
                Duck.Question(
                    basis: basis.rawValue, threads: threads, repeats: repeats,
                    passiveFrom: thresholds.passiveFrom, promoterFrom: thresholds.promoterFrom,
                    confidenceMin: thresholds.confidenceMin))
            guard Set(counts.map(Self.row)) == Set(answer.groups) else {
                throw BenchmarkFailure("DuckDB counts \(answer.groups), the ledger \(counts)")
            }
            pairs.append(
                Figure.Pair(
                    rate: Double(rows) / times.quantile(0.5),
                    baseRate: Double(rows) / answer.seconds))
            result =
                "\(counts.total) counted by both, \(counts.count) groups; DuckDB fastest "
                + "\(answer.way)"
        }
        return Figure(
            name:
                "new lens, \(basis.rawValue), \(threads == 1 ? "1 thread" : "\(threads) threads")",
            base: "DuckDB", pairs: pairs, target: options.target(1),
            parameters: [("responses", rows), ("threads", threads), ("repeats", repeats)],
            result: result)
    }

    /// Thresholds that were a trial once, and a model that is not the active one.
    private func movedLens(_ basis: Lens.Basis, _ asOf: Position) -> Lens {
        Lens(
            asOf: asOf, model: .pinned(1),
            thresholds: .pinned(HistoryPlan.movedThresholdsID), basis: basis)
    }

    private static func row(_ count: ReplayEngine.Count) -> [Int] {
        let region = HistorySegments.regions.firstIndex { $0.name == count.values[0] }
        let plan = HistorySegments.plans.firstIndex(of: count.values[1])
        return [region ?? -1, plan ?? -1] + count.stated + count.inferred
    }

    /// Writes each response that counts as it stands: region, plan, score, detractor, promoter;
    /// empty where there is none.
    private func export(
        _ store: ProjectionStore<NPSBySegment>, _ asOf: Position, to file: String
    ) throws {
        _ = FileManager.default.createFile(atPath: file, contents: nil)
        guard let handle = FileHandle(forWritingAtPath: file) else {
            throw BenchmarkFailure("\(file) cannot be written")
        }
        defer { try? handle.close() }
        try store.read { state, _ in
            let query = NPSBySegmentQuery(state)
            let lens = try ResolvedLens(movedLens(.blended, asOf), in: state)
            var prefixes: [UInt32: String] = [:]
            var text = ""
            try query.forEachRow(lens) { row in
                if prefixes[row.tuple] == nil {
                    let segments = try query.segments(row.tuple)
                    let region = HistorySegments.regions.firstIndex {
                        $0.name == segments["region"]
                    }
                    let plan = HistorySegments.plans.firstIndex { $0 == segments["plan"] }
                    prefixes[row.tuple] = "\(region ?? -1),\(plan ?? -1),"
                }
                text += prefixes[row.tuple] ?? ""
                if let score = row.score { text += "\(score)" }
                text += row.isClassified ? ",\(row.detractor),\(row.promoter)\n" : ",,\n"
                if text.utf8.count > 1 << 20 {
                    try handle.write(contentsOf: Data(text.utf8))
                    text.removeAll(keepingCapacity: true)
                }
            }
            try handle.write(contentsOf: Data(text.utf8))
        }
    }
}
