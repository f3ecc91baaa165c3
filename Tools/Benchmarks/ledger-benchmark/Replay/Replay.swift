import ArgumentParser
import Foundation
import LedgerCore
import LedgerReplay
import LedgerStore
import NPSBySegmentProjection
import NPSLedger
import Presentation

/// Rebuilds, lenses, rollbacks and latencies on a ledger of two years.
struct Replay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Rebuild projections, move lenses, roll back and follow, on a large ledger.",
        discussion: """
            The ledger is filled first: responses with segments, classifications of two models, \
            amendments, exclusions, quarantined rows and acts. With --keep it stays, and the next \
            run finds it. Everything is checked against what the writer counted.

            Comparisons with DuckDB need Tools/setup --with-benchmarks.

            Example: ledger-benchmark replay --keep /var/tmp/history --markdown
            """)

    /// A part of the benchmark.
    enum Part: String, CaseIterable, ExpressibleByArgument {
        case rebuild
        case memory
        case lens
        case asOf = "as-of"
        case query
        case persons
        case rollback
        case live
    }

    @OptionGroup var options: RunOptions

    @Option(help: "Responses in the ledger; there are twice as many events.")
    var responses: Int?

    @Option(help: "Keep the filled ledger in this directory, or use the one that is there.")
    var keep: String?

    @Option(help: "Measure only this part; may be given more than once.")
    var part: [Part] = []

    func validate() throws {
        if let responses, !(100...1_000_000_000).contains(responses) {
            throw ValidationError("--responses must be from 100 to 1,000,000,000.")
        }
    }

    func run() async throws {
        try options.finish(
            try Self.findings(
                options, responses: responses, keep: keep, parts: part.isEmpty ? nil : part))
    }

    static func findings(
        _ options: RunOptions, responses: Int? = nil, keep: String? = nil, parts: [Part]? = nil
    ) throws -> Findings {
        let count = responses ?? options.scaled(small: 2_000, full: 10_000_000)
        let history = try KeptHistory(
            HistoryPlan(responses: count), keptIn: keep, options: options)
        let run = ReplayRun(history: history, options: options)
        try run.check()
        var findings = Findings()
        for part in Part.allCases where parts?.contains(part) ?? true {
            RunOptions.notice("measuring \(part.rawValue)")
            switch part {
            case .rebuild: findings += try run.rebuild()
            case .memory: findings += try run.lineageAndAudit()
            case .lens: findings += try run.lenses()
            case .asOf: findings += try run.asOf()
            case .query: findings += try run.queries()
            case .persons: findings += try run.persons()
            case .rollback: findings += try run.rollbacks()
            case .live: findings += try run.live()
            }
        }
        return findings
    }
}

/// One run on a filled ledger; each part is a file of its own.
struct ReplayRun {
    let history: KeptHistory
    let options: RunOptions

    /// What every figure is told with.
    var parameters: [(name: String, value: Int)] {
        [("responses", history.plan.responses), ("events", Int(history.totals.size))]
    }

    /// Calls `body` with the live scores, folded up to the log's end.
    func withScores<R>(
        _ body: (ProjectionStore<NPSBySegment>, Position) throws -> R
    ) throws -> R {
        let log = try history.log()
        defer { log.close() }
        let store = try ProjectionStore<NPSBySegment>(directory: scoresDirectory)
        defer { store.close() }
        let live = try store.catchUp(with: log, threads: ReplayEngine.threadsMax)
        return try body(store, live.position)
    }

    var scoresDirectory: String {
        "\(history.paths.projections)/\(NPSBySegment.descriptor.id)"
    }

    /// The fold's scores are those that the writer counted while it wrote.
    func check() throws {
        try withScores { store, _ in
            let size = history.totals.size
            let selection = SegmentSelection(by: ["region", "plan"])
            for (basis, expected) in [
                (Lens.Basis.stated, history.totals.stated), (.blended, history.totals.blended),
            ] {
                // Set 3 holds the standard thresholds.
                let lens = Lens(
                    asOf: size, model: .pinned(1), thresholds: .pinned(3), basis: basis)
                let counted = try ReplayEngine.ask(store, lens, selection)
                let wanted = expected.map {
                    ([$0.region, $0.plan], [$0.detractors, $0.passives, $0.promoters])
                }
                guard
                    Dictionary(uniqueKeysWithValues: wanted)
                        == Dictionary(uniqueKeysWithValues: counted.map { ($0.values, $0.total) })
                else {
                    throw BenchmarkFailure(
                        "the fold's \(basis.rawValue) scores are not those that were written")
                }
            }
        }
    }
}
