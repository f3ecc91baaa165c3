import ArgumentParser
import LedgerCore
import LedgerStore

/// Durable bulk append with keys, tree and type index, against MDB_APPEND of the same bytes.
struct AppendBulk: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "append-bulk",
        abstract: "Append in bulk: entries, keys, tree and type index, against bare MDB_APPEND.")

    /// Values the bare loop commits at a time.
    static let bareCommitValues = 10_000
    /// What is asked for at each number of events.
    static let targets = [3_000_000: 0.3, 10_000_000: 0.25]

    @OptionGroup var options: RunOptions

    @Option(help: "Events to append; may be given more than once.")
    var events: [Int] = []

    @Option(help: "Events of one batch.")
    var batch: Int?

    func run() async throws {
        try options.finish(Findings(try Self.figures(options, events: events, batch: batch)))
    }

    static func figures(
        _ options: RunOptions, events: [Int] = [], batch: Int? = nil
    ) throws -> [Figure] {
        let counts =
            events.isEmpty
            ? (options.size == .small ? [20_000] : [3_000_000, 10_000_000]) : events
        let batchEvents = batch ?? options.scaled(small: 5_000, full: 100_000)
        return try counts.map { count in
            var pairs: [Figure.Pair] = []
            var result = ""
            for _ in 0..<options.pairCount {
                let base = try bareRate(count, options)
                let log = try logRate(count, batchEvents, options)
                pairs.append(Figure.Pair(rate: log.rate, baseRate: base))
                result = log.result
            }
            return Figure(
                name: "append in bulk", base: "bare MDB_APPEND", pairs: pairs,
                target: targets[count],
                parameters: [
                    ("events", count), ("entryBytes", SampleEvents.entryBytes),
                    ("batchEvents", batchEvents), ("bareCommitValues", bareCommitValues),
                ], result: result)
        }
    }

    /// Making the values is not counted.
    private static func bareRate(_ count: Int, _ options: RunOptions) throws -> Double {
        let workspace = try Workspace(in: options.directory)
        let store = try BareStore(
            directory: try workspace.directory("bare"), mapBytes: count * 300 + (1 << 26))
        let samples = try SampleEvents()
        var time = Duration.zero
        for start in stride(from: 0, to: count, by: 10 * bareCommitValues) {
            let values = try samples.entries(start..<min(count, start + 10 * bareCommitValues))
            time += try ContinuousClock().measure {
                try store.append(
                    values, valueBytes: SampleEvents.entryBytes, commitValues: bareCommitValues)
            }
        }
        return .rate(count, in: time)
    }

    /// From samples to durable entries: encoding, hashing and keys are counted.
    private static func logRate(
        _ count: Int, _ batchEvents: Int, _ options: RunOptions
    ) throws -> (rate: Double, result: String) {
        let workspace = try Workspace(in: options.directory)
        let log = try EventLog(path: try workspace.directory("log"), create: true) {
            SampleEvents.time
        }
        defer { log.close() }
        let samples = try SampleEvents()
        let time = try ContinuousClock().measure {
            try fill(log, samples, count, batchEvents)
        }
        let head = try log.head()
        guard head.size == UInt64(count) else {
            throw BenchmarkFailure("the log has \(head.size) of \(count) events")
        }
        return (.rate(count, in: time), "root \(head.root)")
    }

    /// Prepares batches on this thread while the log's thread writes those before.
    static func fill(
        _ log: EventLog, _ samples: SampleEvents, _ count: Int, _ batchEvents: Int
    ) throws {
        let pipeline = BatchPipeline(log)
        for start in stride(from: 0, to: count, by: batchEvents) {
            try pipeline.submit(try samples.batch(start..<min(count, start + batchEvents)))
        }
        try pipeline.drain()
    }
}
