import Classification
import ExternalModels
import LedgerCore
import LedgerStore
import Synchronization

/// A registered model outside this process, ready to be asked: as far as the ledger's policy goes.
public struct ExternalReader: Sendable {
    /// What is asked.
    public let model: ExternalModel
    /// How messages call it, such as `model 3`.
    let name: String
    /// The version; nil for what is not registered.
    let version: ModelVersion?
    let run: ExternalRun
    let programs: ExternalPrograms
    let policy: @Sendable () throws -> ExternalModelPolicy
    /// Whose programs may be run here.
    let approvals: ProgramApprovals

    /// Fails where the model may not be asked, or cannot be.
    ///
    /// - Throws: `LedgerError` with code `permission` where the policy forbids what it would be
    ///   sent, `notApproved` where nobody approved the program on this machine, `notFound` or
    ///   `corrupt` where a file is missing or changed.
    public func check() throws {
        try checkPolicy()
        let isApproved: Bool
        do throws(ExternalModelError) {
            try model.checkFiles()
            isApproved = try approvals.contain(model)
        } catch {
            throw ledgerError(error)
        }
        guard isApproved else {
            throw LedgerError(
                .notApproved,
                "\(name) runs the program \(model.program), which nobody has approved on this "
                    + "machine as it is",
                remedy: .approveProgram(version))
        }
    }

    private func checkPolicy() throws {
        let policy = try policy()
        let isAllowed =
            switch (policy, model.send) {
            case (.none, _), (.redacted, .full): false
            case (.redacted, .redacted), (.full, _): true
            }
        guard !isAllowed else { return }
        throw LedgerError(
            .permission,
            "\(name) is outside this process, and texts may not be sent to it: the policy "
                + "externalModels is \(policy.rawValue), and \(model.name) is sent texts "
                + (model.send == .full ? "in full" : "redacted"),
            remedy: .allowExternalModels(model.send.rawValue))
    }

    /// Fails where so many texts are more than this run may send.
    ///
    /// - Throws: `LedgerError` with code `refused`.
    func checkBudget(_ texts: Int) throws(LedgerError) {
        do throws(ExternalModelError) {
            try run.checkBudget(texts)
        } catch {
            throw ledgerError(error)
        }
    }

    /// That the program could not classify some texts, for whoever needs all.
    func refused(_ texts: Int) -> LedgerError {
        LedgerError(
            .storage,
            "\(name) (\(model.name)): the program \(model.program) could not classify \(texts) of "
                + "the texts")
    }

    /// The outputs for texts, in their order, nil where the program refused one; and why the run
    /// cannot go on, where it cannot: what was answered until then is there. The policy is asked
    /// before each batch, so that it can be withdrawn from a run that goes on.
    func attempt(
        batch texts: [[UInt8]]
    ) throws -> (outputs: [ClassifierOutput?], failure: LedgerError?) {
        let sent = texts.map { sendable($0) }
        var outputs: [ClassifierOutput?] = []
        outputs.reserveCapacity(texts.count)
        var failure: LedgerError?
        do {
            if !texts.isEmpty { try checkBudget(texts.count) }
            while outputs.count < texts.count, failure == nil {
                try checkPolicy()
                let start = outputs.count
                let end = run.batchEnd(of: sent.map(\.text), from: start)
                let found = try answers(to: sent[start..<end].map(\.text))
                failure = found.failure.map(ledgerError)
                for (text, answer) in zip(sent[start..<end], found.answers) {
                    outputs.append(
                        answer.map { ClassifierOutput($0, of: text.text, isCut: text.isCut) })
                }
            }
        } catch let error as LedgerError {
            failure = error
        }
        outputs += [ClassifierOutput?](repeating: nil, count: texts.count - outputs.count)
        return (outputs, failure)
    }

    private func answers(to texts: [String]) throws(LedgerError) -> ExternalRun.Answers {
        do throws(ExternalModelError) {
            return try run.answers(to: texts)
        } catch {
            throw ledgerError(error)
        }
    }

    /// What leaves of a text.
    private func sendable(_ bytes: [UInt8]) -> (text: String, isCut: Bool) {
        let whole = String(decoding: bytes, as: UTF8.self)
        // Redacted before it is cut: half a number would not be known for one.
        let text = model.send == .redacted ? TextRedaction.redacted(whole) : whole
        guard text.utf8.count > ExternalModel.textBytesMax else { return (text, false) }
        var end = text.utf8.index(text.startIndex, offsetBy: ExternalModel.textBytesMax)
        while end.samePosition(in: text.unicodeScalars) == nil {
            end = text.utf8.index(before: end)
        }
        return (String(text[..<end]), true)
    }

    private func ledgerError(_ error: ExternalModelError) -> LedgerError {
        let code: LedgerError.Code =
            switch error.code {
            case .invalid, .changed: .corrupt
            case .missing: .notFound
            case .budget: .refused
            case .failed: .storage
            }
        return LedgerError(code, "\(name) (\(model.name)): \(error.description)")
    }
}

extension ClassifierOutput {
    /// What a model outside this process answered. It counts no features: one stands for having
    /// been asked about something.
    init(_ answer: ExternalAnswer, of text: String, isCut: Bool) {
        let (classes, sentiment, intents) = (answer.classes, answer.sentiment, answer.intents)
        self.init(
            detractor: classes[0], passive: classes[1], promoter: classes[2],
            negative: sentiment[0], neutral: sentiment[1], positive: sentiment[2],
            praise: intents[0], complaint: intents[1], request: intents[2], question: intents[3],
            leaving: intents[4],
            featureCount: text.contains { !$0.isWhitespace } ? 1 : 0, truncated: isCut)
    }
}

/// The runs of a process: each program is started once, however often its model is asked for, and
/// has one budget.
public final class ExternalPrograms: Sendable {
    private let runs = Mutex<[(model: ExternalModel, run: ExternalRun)]>([])
    private let left = Mutex<[ModelVersion: Set<Position>]>([:])
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

    /// Keeps in mind that a version's program left texts without an answer, by the position of the
    /// event that holds each.
    func leave(_ texts: some Sequence<Position>, by version: ModelVersion) {
        left.withLock { $0[version, default: []].formUnion(texts) }
    }

    /// The texts that were left since the last act began: within one act no program is asked again
    /// about a text that it left, however often the act looks for what is unread.
    func left(by version: ModelVersion) -> Set<Position> {
        left.withLock { $0[version] ?? [] }
    }

    /// Begins an act: what was left before is asked about once more.
    func beginAct() { left.withLock { $0 = [:] } }

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
