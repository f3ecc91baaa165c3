import Catalog
import Foundation
import LedgerCore
import LedgerStore
import NPSLedger
import Presentation

/// A filled ledger, with what its writer counted beside it.
struct KeptHistory {
    /// What stands beside the ledger.
    private struct Record: Codable {
        var plan: HistoryPlan
        var totals: HistoryTotals
    }

    let plan: HistoryPlan
    let totals: HistoryTotals
    let paths: LedgerPaths
    /// Keeps a scratch directory as long as it is used.
    private let workspace: Workspace?

    /// Where folds of it go that are thrown away.
    var scratch: String { paths.directory + ".scratch" }

    /// Opens the history of a plan in `directory`, filling it where there is none; in a scratch
    /// directory where none is named.
    ///
    /// - Throws: `BenchmarkFailure` where there is another history, or one that was not finished.
    init(_ plan: HistoryPlan, keptIn directory: String?, options: RunOptions) throws {
        self.plan = plan
        workspace = directory == nil ? try Workspace(in: options.directory) : nil
        let folder = directory ?? workspace?.path ?? options.directory
        paths = LedgerPaths(directory: folder + "/ledger")
        let file = folder + "/history.json"
        if let data = FileManager.default.contents(atPath: file) {
            guard let record = try? JSONDecoder().decode(Record.self, from: data) else {
                throw BenchmarkFailure("\(file) cannot be read: remove \(folder) to fill it anew")
            }
            guard record.plan == plan else {
                throw BenchmarkFailure(
                    "\(folder) holds a history of \(Formatted.count(record.plan.responses)) "
                        + "responses (version \(record.plan.version), seed \(record.plan.seed)), "
                        + "asked for are \(Formatted.count(plan.responses)) (version "
                        + "\(plan.version), seed \(plan.seed)): name another directory or remove "
                        + "this one")
            }
            totals = record.totals
            return
        }
        guard !FileManager.default.fileExists(atPath: paths.directory) else {
            throw BenchmarkFailure(
                "\(folder) holds a history that was not finished: remove it to fill it anew")
        }
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        totals = try Self.fill(plan, paths)
        let record = try JSONEncoder().encode(Record(plan: plan, totals: totals))
        try record.write(to: URL(filePath: file), options: .atomic)
    }

    private static func fill(_ plan: HistoryPlan, _ paths: LedgerPaths) throws -> HistoryTotals {
        guard let actor = Actor("benchmark") else { throw BenchmarkFailure("no actor") }
        let clock = HistoryClock()
        let ledger = try Ledger.create(
            at: paths, origin: "benchmark.example/history", actor: actor,
            clock: { clock.now })
        defer { ledger.close() }
        var writer = try HistoryWriter(ledger, plan, clock: clock)
        let bar = ProgressBar("filling the ledger", unit: "responses")
        let time = try ContinuousClock().measure {
            try writer.run { bar.update(done: $0, total: $1) }
        }
        bar.finish()
        let totals = writer.totals
        RunOptions.notice(
            "filled \(Formatted.count(plan.responses)) responses, "
                + "\(Formatted.count(totals.size)) events in \(Formatted.duration(time))")
        let catalog = try ProjectionCatalog(directory: paths.projections)
        defer { catalog.close() }
        for projection in catalog.all {
            try projection.catchUp(
                with: ledger.log, to: nil, threads: ReplayEngine.threadsMax, progress: nil)
        }
        return totals
    }

    /// Opens the log for reading; as a service has it that answers questions.
    func log() throws -> EventLog {
        try EventLog(path: paths.log, readOnly: true) { WallClock.now() }
    }
}
