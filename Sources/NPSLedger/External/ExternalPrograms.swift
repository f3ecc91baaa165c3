import ExternalModels
import Synchronization

/// The runs of a process: each program is started once, however often its model is asked for, and
/// has one budget.
public final class ExternalPrograms: Sendable {
    private let runs = Mutex<[(model: ExternalModel, run: ExternalRun)]>([])
    private let notice: @Sendable (String) -> Void

    /// No run yet.
    ///
    /// - Parameter notice: takes what programs say and what is done about failures, not sanitised.
    public init(notice: @escaping @Sendable (String) -> Void = { _ in }) {
        self.notice = notice
    }

    /// The run of a model, begun with the first text it is asked.
    func run(of model: ExternalModel) -> ExternalRun {
        runs.withLock { runs in
            if let known = runs.first(where: { $0.model == model }) { return known.run }
            let run = ExternalRun(model, notice: notice)
            runs.append((model, run))
            return run
        }
    }

    /// Ends every run.
    ///
    /// - Returns: what went out, by model; models that were not asked are left out.
    public func finish() -> [(model: ExternalModel, tally: ExternalRun.Tally)] {
        let ended = runs.withLock { runs in
            defer { runs = [] }
            return runs
        }
        return ended.compactMap { model, run in
            run.finish()
            let tally = run.tally
            return tally.texts > 0 ? (model, tally) : nil
        }
    }
}
