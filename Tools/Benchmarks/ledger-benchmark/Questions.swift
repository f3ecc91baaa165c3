import ArgumentParser
import Foundation
import LedgerCore
import LedgerQueries
import NPSLedger
import NPSStatistics

/// Many questions to one open ledger, as a service or a dashboard asks them, on one thread.
///
/// The same lenses are asked again and again, each time about other segments; then lenses that
/// nobody has asked before. No answer is kept. SQLite answers the plain GROUP BY of the import's
/// benchmark over the same rows.
struct Questions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "questions",
        abstract: "Ask one open ledger thousands of times, by lenses known and new.")

    @OptionGroup var options: RunOptions

    @Option(help: "Responses to import.")
    var responses: Int?

    func run() async throws {
        try options.finish(Findings(try Self.figures(options, responses: responses)))
    }

    /// A lens, and the time it is about.
    private typealias Frame = (lens: LensRequest, from: TimeBound?, to: TimeBound?)

    static func figures(_ options: RunOptions, responses: Int? = nil) throws -> [Figure] {
        let count = responses ?? options.scaled(small: 2_000, full: 1_000_000)
        let workspace = try Workspace(in: options.directory)
        let file = workspace.path + "/answers.csv"
        try ImportAndQuery.write(count, to: file)
        let directory = try workspace.directory("questions")
        _ = try ImportAndQuery.take(file, into: directory)
        let sqlite = try ImportAndQuery.sqlite(file, into: workspace.path + "/answers.sqlite").1
        let open = try OpenLedger(
            at: LedgerPaths(directory: directory + "/ledger"), threads: 1)
        defer { open.close() }
        var random = SystemRandomNumberGenerator()
        let known = try knownFrames()
        for frame in known { _ = try ask(open, frame, &random) }
        let asked = options.scaled(small: 200, full: 20_000)
        var again: [Figure.Pair] = []
        var new: [Figure.Pair] = []
        var (againResult, newResult) = ("", "")
        for _ in 0..<options.pairCount {
            var before = ProcessorTime.seconds
            let times = try (0..<asked).map { try ask(open, known[$0 % known.count], &random) }
            again.append(pair(times, sqlite))
            againResult = text(times, processorSeconds: ProcessorTime.seconds - before)
            before = ProcessorTime.seconds
            let fresh = try (0..<max(20, asked / 100)).map { _ in
                try ask(open, try newFrame(&random), &random)
            }
            new.append(pair(fresh, sqlite))
            newResult = text(fresh, processorSeconds: ProcessorTime.seconds - before)
        }
        let parameters = [("responses", count), ("threads", 1), ("lenses", known.count)]
        return [
            Figure(
                name: "questions, lenses asked before", base: "SQLite GROUP BY", pairs: again,
                target: nil, parameters: parameters, result: againResult),
            Figure(
                name: "questions, lenses never asked before", base: "SQLite GROUP BY", pairs: new,
                target: nil, parameters: [("responses", count), ("threads", 1)],
                result: newResult),
        ]
    }

    /// Twenty lenses: each basis, with and without people's decisions, of all time and of parts.
    private static func knownFrames() throws -> [Frame] {
        let quarters = try ["2025-01-01", "2025-04-01", "2025-07-01", "2025-10-01"]
            .map { try TimeBound($0) }
        var frames: [Frame] = []
        for basis in Lens.Basis.allCases {
            for reviews in Lens.Reviews.allCases {
                var lens = LensRequest(basis: basis)
                lens.reviews = reviews
                frames.append((lens, nil, nil))
            }
        }
        for basis in Lens.Basis.allCases {
            let lens = LensRequest(basis: basis)
            for index in quarters.indices.dropLast() {
                frames.append((lens, quarters[index], quarters[index + 1]))
            }
            frames.append((lens, quarters[3], nil))
        }
        return frames + [
            (LensRequest(model: 1), nil, nil), (LensRequest(model: 1, basis: .inferred), nil, nil),
        ]
    }

    /// A lens with bounds that nobody has asked about.
    private static func newFrame(_ random: inout SystemRandomNumberGenerator) throws -> Frame {
        let start = try TimeBound("2025-01-01").time
        let year: Microseconds = 365 * 86_400_000_000
        let from = start + Microseconds.random(in: 0..<year / 2, using: &random)
        let to = from + Microseconds.random(in: 86_400_000_000..<year / 2, using: &random)
        return (LensRequest(), TimeBound(from), TimeBound(to))
    }

    /// How long one question takes, about segments drawn at random.
    private static func ask(
        _ open: OpenLedger, _ frame: Frame, _ random: inout SystemRandomNumberGenerator
    ) throws -> Duration {
        let values = [
            "region": ["EMEA", "AMER", "APAC", "LATAM"], "channel": ["web", "email", "mobile"],
            "plan": ["free", "team", "business"],
        ]
        let dimensions = values.keys.sorted()
        var segments = SegmentSelection(by: [dimensions[Int.random(in: 0..<3, using: &random)]])
        let kept = dimensions[Int.random(in: 0..<3, using: &random)]
        segments.keeping = [kept: Set((values[kept] ?? []).shuffled(using: &random).prefix(2))]
        let request = ScoreRequest(
            Selection(segments, from: frame.from, to: frame.to), frame.lens)
        var rows = 0
        let time = try ContinuousClock().measure {
            rows = try open.score(request).rows.count
        }
        guard rows > 0 else { throw BenchmarkFailure("a question has no answer") }
        return time
    }

    private static func pair(_ times: [Duration], _ sqlite: Duration) -> Figure.Pair {
        Figure.Pair(
            rate: .rate(times.count, in: times.reduce(.zero, +)), baseRate: .rate(1, in: sqlite))
    }

    /// - Parameter processorSeconds: what all of them took, which other processes do not lengthen.
    private static func text(_ times: [Duration], processorSeconds: Double) -> String {
        let sorted = times.sorted()
        func milliseconds(_ duration: Duration) -> String {
            duration.formatted(
                .units(allowed: [.milliseconds], fractionalPart: .show(length: 3)))
        }
        let p99 = sorted[min(sorted.count - 1, sorted.count * 99 / 100)]
        return "\(Int(Double.rate(times.count, in: times.reduce(.zero, +)))) a second, "
            + "\(Int(Double(times.count) / processorSeconds)) a second of processor time, median "
            + "\(milliseconds(sorted[sorted.count / 2])), p99 \(milliseconds(p99))"
    }
}
