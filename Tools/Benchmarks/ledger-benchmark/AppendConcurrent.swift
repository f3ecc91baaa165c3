import ArgumentParser
import LedgerCore
import LedgerStore

/// Many callers who each wait for their own durable receipt, against one alone.
struct AppendConcurrent: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "append-concurrent",
        abstract: "Append one event at a time: one caller alone, then 64 and 512 together.")

    /// What is asked for, as a multiple of one caller's rate.
    static let targets = [64: 25.0, 512: 60.0]
    static let aloneTarget = 0.9

    @OptionGroup var options: RunOptions

    func run() async throws {
        try options.finish(try await Self.figures(options))
    }

    /// The rates of one round.
    private struct Round {
        var bareAlone: Double
        var alone: Double
        /// By number of callers.
        var together: [Int: Double] = [:]
        var bareTogether: [Int: Double] = [:]
        var size: UInt64 = 0
    }

    static func figures(_ options: RunOptions) async throws -> [Figure] {
        let aloneEvents = options.scaled(small: 20, full: 1_000)
        let perCaller = options.scaled(small: 2, full: 100)
        var rounds: [Round] = []
        for _ in 0..<options.pairCount {
            rounds.append(try await round(aloneEvents, perCaller, options))
        }
        let result = "log of \(rounds.last?.size ?? 0) entries"
        var figures = [
            Figure(
                name: "one caller", base: "bare commits of one value",
                pairs: rounds.map { Figure.Pair(rate: $0.alone, baseRate: $0.bareAlone) },
                target: aloneTarget,
                parameters: [("events", aloneEvents), ("entryBytes", SampleEvents.entryBytes)],
                result: result)
        ]
        for callers in targets.keys.sorted() {
            let parameters = [
                (name: "callers", value: callers), (name: "eventsPerCaller", value: perCaller),
            ]
            figures.append(
                Figure(
                    name: "\(callers) callers", base: "one caller",
                    pairs: rounds.map {
                        Figure.Pair(rate: $0.together[callers] ?? 0, baseRate: $0.alone)
                    }, target: targets[callers], parameters: parameters, result: result))
            figures.append(
                Figure(
                    name: "bare commits of \(callers) values", base: "bare commits of one value",
                    pairs: rounds.map {
                        Figure.Pair(rate: $0.bareTogether[callers] ?? 0, baseRate: $0.bareAlone)
                    }, target: nil, parameters: parameters, result: result))
        }
        return figures
    }

    private static func round(
        _ aloneEvents: Int, _ perCaller: Int, _ options: RunOptions
    ) async throws -> Round {
        let workspace = try Workspace(in: options.directory)
        let samples = try SampleEvents()
        let bare = try BareStore(
            directory: try workspace.directory("bare"), mapBytes: 1 << 30)
        let log = try EventLog(path: try workspace.directory("log"), create: true) {
            SampleEvents.time
        }
        defer { log.close() }

        var next = 0
        func take(_ count: Int) -> Range<Int> {
            defer { next += count }
            return next..<(next + count)
        }
        var round = Round(
            bareAlone: try bareRate(bare, samples, take(aloneEvents), commitValues: 1),
            alone: try aloneRate(log, samples, take(aloneEvents)))
        for callers in targets.keys.sorted() {
            let ordinals = take(callers * perCaller)
            round.bareTogether[callers] = try bareRate(
                bare, samples, ordinals, commitValues: callers)
            round.together[callers] = try await togetherRate(log, samples, ordinals, callers)
        }
        round.size = try log.head().size
        guard round.size == UInt64(next - aloneEvents) else {
            throw BenchmarkFailure("the log has \(round.size) of \(next - aloneEvents) events")
        }
        return round
    }

    private static func bareRate(
        _ store: BareStore, _ samples: SampleEvents, _ ordinals: Range<Int>, commitValues: Int
    ) throws -> Double {
        let values = try samples.entries(ordinals)
        let time = try ContinuousClock().measure {
            try store.append(
                values, valueBytes: SampleEvents.entryBytes, commitValues: commitValues)
        }
        return .rate(ordinals.count, in: time)
    }

    private static func aloneRate(
        _ log: EventLog, _ samples: SampleEvents, _ ordinals: Range<Int>
    ) throws -> Double {
        let time = try ContinuousClock().measure {
            for ordinal in ordinals {
                try check(
                    try log.append(try samples.batch(ordinal..<(ordinal + 1), stamps: false)))
            }
        }
        return .rate(ordinals.count, in: time)
    }

    private static func togetherRate(
        _ log: EventLog, _ samples: SampleEvents, _ ordinals: Range<Int>, _ callers: Int
    ) async throws -> Double {
        let perCaller = ordinals.count / callers
        let time = try await ContinuousClock().measure {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for caller in 0..<callers {
                    let first = ordinals.lowerBound + caller * perCaller
                    group.addTask {
                        for ordinal in first..<(first + perCaller) {
                            let batch = try samples.batch(
                                ordinal..<(ordinal + 1), stamps: false)
                            try check(try await log.append(batch))
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        return .rate(ordinals.count, in: time)
    }

    private static func check(_ outcomes: [AppendOutcome]) throws {
        guard case .appended? = outcomes.first else {
            throw BenchmarkFailure("an event was not appended: \(outcomes)")
        }
    }
}
