import ArgumentParser
import CBareLMDB
import LedgerCore
import LedgerStore

/// Reading all events in order, against a cursor that reads every byte.
struct Scan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Decode every event in order, against a bare cursor that reads every byte.")

    @OptionGroup var options: RunOptions

    @Option(help: "Events to read.")
    var events: Int?

    func run() async throws {
        try options.finish(Findings(try Self.figures(options, events: events)))
    }

    static func figures(_ options: RunOptions, events: Int? = nil) throws -> [Figure] {
        let count = events ?? options.scaled(small: 20_000, full: 3_000_000)
        let workspace = try Workspace(in: options.directory)
        let samples = try SampleEvents()
        let log = try EventLog(path: try workspace.directory("log"), create: true) {
            SampleEvents.time
        }
        defer { log.close() }
        try AppendBulk.fill(log, samples, count, 100_000)
        let bare = try BareStore(
            directory: try workspace.directory("bare"), mapBytes: count * 300 + (1 << 26))
        for start in stride(from: 0, to: count, by: 100_000) {
            try bare.append(
                try samples.entries(start..<min(count, start + 100_000)),
                valueBytes: SampleEvents.entryBytes, commitValues: 100_000)
        }

        var pairs: [Figure.Pair] = []
        var result = ""
        // One more than is counted: the first brings both files into memory.
        for index in 0...options.pairCount {
            let pair = try pair(log, bare, count, &result)
            if index > 0 { pairs.append(pair) }
        }
        return [
            Figure(
                name: "scan", base: "bare cursor, every byte", pairs: pairs, target: nil,
                parameters: [("events", count), ("entryBytes", SampleEvents.entryBytes)],
                result: result)
        ]
    }

    private static func pair(
        _ log: EventLog, _ bare: BareStore, _ count: Int, _ result: inout String
    ) throws -> Figure.Pair {
        let clock = ContinuousClock()
        var read: (count: UInt64, sum: UInt64) = (0, 0)
        let bareTime = try clock.measure { read = try bare.scan() }
        var (seen, sum): (Int, Int64) = (0, 0)
        let time = try clock.measure {
            try log.forEachEvent(in: 0..<(.max)) { event in
                seen += 1
                sum &+= event.occurredAt &+ Int64(event.payload.count)
                return true
            }
        }
        guard seen == count, read.count == UInt64(count) else {
            throw BenchmarkFailure("\(seen) and \(read.count) of \(count) events were read")
        }
        result = "sums \(sum), \(read.sum)"
        return Figure.Pair(rate: .rate(count, in: time), baseRate: .rate(count, in: bareTime))
    }
}

/// LMDB alone, driven from C: the base of every ratio.
final class BareStore {
    private let raw: OpaquePointer

    /// What LMDB answered.
    struct Failure: Error, CustomStringConvertible {
        let status: Int32
        var description: String { "bare LMDB: \(String(cString: bare_lmdb_message(status)))" }
    }

    init(directory: String, mapBytes: Int) throws(Failure) {
        var raw: OpaquePointer?
        let status = bare_lmdb_open(directory, mapBytes, &raw)
        guard let raw, status == 0 else { throw Failure(status: status) }
        self.raw = raw
    }

    /// A table of an environment that this process has not open otherwise, for reading.
    init(directory: String, table: String) throws(Failure) {
        var raw: OpaquePointer?
        let status = bare_lmdb_open_table(directory, table, &raw)
        guard let raw, status == 0 else { throw Failure(status: status) }
        self.raw = raw
    }

    deinit { bare_lmdb_close(raw) }

    /// Appends the values that lie one after another in `values`, synced every `commitValues`.
    func append(_ values: [UInt8], valueBytes: Int, commitValues: Int) throws(Failure) {
        let status = bare_lmdb_append(
            raw, values, valueBytes, values.count / valueBytes, commitValues)
        guard status == 0 else { throw Failure(status: status) }
    }

    /// Reads every byte of every value.
    func scan() throws(Failure) -> (count: UInt64, sum: UInt64) {
        var (count, sum): (UInt64, UInt64) = (0, 0)
        let status = bare_lmdb_scan(raw, &count, &sum)
        guard status == 0 else { throw Failure(status: status) }
        return (count, sum)
    }
}
