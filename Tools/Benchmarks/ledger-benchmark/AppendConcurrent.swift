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
        try options.finish(Findings(try await Self.figures(options)))
    }

    /// Events and the time they took, over the blocks of one round.
    private struct Tally {
        var count = 0
        var time = Duration.zero
        var rate: Double { .rate(count, in: time) }

        static func += (tally: inout Tally, block: (count: Int, time: Duration)) {
            tally.count += block.count
            tally.time += block.time
        }
    }

    /// What one round measured.
    private struct Round {
        var bareAlone = Tally()
        var alone = Tally()
        /// By number of callers.
        var together: [Int: Tally] = [:]
        var bareTogether: [Int: Tally] = [:]
        var size: UInt64 = 0
    }

    /// How much is done in turns within a round.
    private struct Plan {
        /// A disk's speed drifts within seconds: short blocks meet it alike.
        var blocks: Int
        /// Events of one caller alone, each block.
        var aloneEvents: Int
        /// Events of each of many callers, each block.
        var eventsPerCaller: Int
    }

    static func figures(_ options: RunOptions) async throws -> [Figure] {
        let plan = Plan(
            blocks: options.scaled(small: 1, full: 10),
            aloneEvents: options.scaled(small: 20, full: 100),
            eventsPerCaller: options.scaled(small: 2, full: 10))
        var rounds: [Round] = []
        for _ in 0..<options.pairCount { rounds.append(try await round(plan, options)) }
        let result = "log of \(rounds.last?.size ?? 0) entries"
        var figures = [
            Figure(
                name: "one caller", base: "bare commits of one value",
                pairs: rounds.map { Figure.Pair(rate: $0.alone.rate, baseRate: $0.bareAlone.rate) },
                target: aloneTarget,
                parameters: [
                    ("events", plan.blocks * plan.aloneEvents), ("blocks", plan.blocks),
                    ("entryBytes", SampleEvents.entryBytes),
                ], result: result)
        ]
        for callers in targets.keys.sorted() {
            let parameters = [
                (name: "callers", value: callers),
                (name: "eventsPerCaller", value: plan.blocks * plan.eventsPerCaller),
                (name: "blocks", value: plan.blocks),
            ]
            figures.append(
                Figure(
                    name: "\(callers) callers", base: "one caller",
                    pairs: rounds.map {
                        Figure.Pair(
                            rate: $0.together[callers]?.rate ?? 0, baseRate: $0.alone.rate)
                    }, target: targets[callers], parameters: parameters, result: result))
            figures.append(
                Figure(
                    name: "bare commits of \(callers) values", base: "bare commits of one value",
                    pairs: rounds.map {
                        Figure.Pair(
                            rate: $0.bareTogether[callers]?.rate ?? 0, baseRate: $0.bareAlone.rate)
                    }, target: nil, parameters: parameters, result: result))
        }
        return figures
    }

    private static func round(_ plan: Plan, _ options: RunOptions) async throws -> Round {
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
        var round = Round()
        for _ in 0..<plan.blocks {
            let ordinals = take(plan.aloneEvents)
            round.bareAlone += try bareTime(bare, samples, ordinals, commitValues: 1)
            round.alone += try aloneTime(log, samples, ordinals)
            for callers in targets.keys.sorted() {
                let ordinals = take(callers * plan.eventsPerCaller)
                round.bareTogether[callers, default: Tally()] += try bareTime(
                    bare, samples, ordinals, commitValues: callers)
                round.together[callers, default: Tally()] += try await togetherTime(
                    log, samples, ordinals, callers)
            }
        }
        round.size = try log.head().size
        guard round.size == UInt64(next) else {
            throw BenchmarkFailure("the log has \(round.size) of \(next) events")
        }
        return round
    }

    private static func bareTime(
        _ store: BareStore, _ samples: SampleEvents, _ ordinals: Range<Int>, commitValues: Int
    ) throws -> (count: Int, time: Duration) {
        let values = try samples.entries(ordinals)
        let time = try ContinuousClock().measure {
            try store.append(
                values, valueBytes: SampleEvents.entryBytes, commitValues: commitValues)
        }
        return (ordinals.count, time)
    }

    private static func aloneTime(
        _ log: EventLog, _ samples: SampleEvents, _ ordinals: Range<Int>
    ) throws -> (count: Int, time: Duration) {
        let time = try ContinuousClock().measure {
            for ordinal in ordinals {
                try check(
                    try log.append(try samples.batch(ordinal..<(ordinal + 1), stamps: false)))
            }
        }
        return (ordinals.count, time)
    }

    private static func togetherTime(
        _ log: EventLog, _ samples: SampleEvents, _ ordinals: Range<Int>, _ callers: Int
    ) async throws -> (count: Int, time: Duration) {
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
        return (ordinals.count, time)
    }

    private static func check(_ outcomes: [AppendOutcome]) throws {
        guard case .appended? = outcomes.first else {
            throw BenchmarkFailure("an event was not appended: \(outcomes)")
        }
    }
}
