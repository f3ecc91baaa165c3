import LedgerCore
import LedgerStore

/// Requests to train a model again, and what came of them.
public struct Retraining: Sendable {
    /// One request.
    public struct Request: Hashable, Sendable {
        /// Position of the event.
        public let position: Position
        /// When it was recorded.
        public let recordedAt: Microseconds
        /// Who asked.
        public let actor: String
        /// What was asked.
        public let request: RetrainingRequested
        /// What came of it; nil while nothing has.
        public fileprivate(set) var completion: RetrainingCompleted?
    }

    private let ledger: Ledger

    /// The requests of a ledger.
    public init(_ ledger: Ledger) { self.ledger = ledger }

    /// Every request before `asOf`, in order. Of two completions of one request the first counts.
    public func history(asOf: Position? = nil) throws -> [Request] {
        var requests: [Request] = []
        try ledger.log.forEachEvent(
            in: 0..<(asOf ?? ledger.log.head().size),
            named: [.retrainingRequested, .retrainingCompleted]
        ) { event in
            if event.name == .retrainingRequested {
                requests.append(
                    Request(
                        position: event.position, recordedAt: event.recordedAt,
                        actor: event.actorName, request: try RetrainingRequested(event)))
            } else {
                let completed = try RetrainingCompleted(event)
                if let index = requests.firstIndex(where: { $0.position == completed.request }),
                    requests[index].completion == nil
                {
                    requests[index].completion = completed
                }
            }
            return true
        }
        return requests
    }

    /// The request recorded at a position, if nothing has come of it yet.
    ///
    /// - Throws: `LedgerError` with code `notFound` where there is none, `refused` where it is
    ///   answered already.
    public func open(_ position: Position) throws -> Request {
        guard let request = try history().first(where: { $0.position == position }) else {
            throw LedgerError(.notFound, "there is no retraining.requested at position \(position)")
        }
        if let completion = request.completion {
            throw LedgerError(
                .refused,
                "the request at position \(position) is answered already: "
                    + (completion.model.map { "model \($0)" } ?? "it failed"))
        }
        return request
    }

    /// Records that a model is to be trained again.
    ///
    /// - Parameter asOf: the size of the log in which it was found what is new.
    /// - Throws: `LedgerError` with code `overtaken`, naming the other act, where the same was asked
    ///   for, or a version was trained here, since then: what is new has to be counted again.
    public func request(
        _ trigger: RetrainingTrigger, follows: ModelVersion?, newLabels: UInt64, reason: String,
        actor: Actor, asOf: Position
    ) throws -> Receipt {
        try ledger.appendAct(
            { subject in
                RetrainingRequested(
                    trigger: trigger, follows: follows, newLabels: newLabels, subject: subject)
            }, reason: reason, actor: actor,
            decidedOn: ActGround([.retrainingRequested, .modelRegistered], upTo: asOf) { event in
                event.name == .retrainingRequested
                    ? try RetrainingRequested(event).follows == follows
                    : try ModelRegistered(event).training != nil
            })
    }

    /// Records what came of a request.
    ///
    /// - Throws: `LedgerError` with code `overtaken` where somebody answered it meanwhile.
    public func complete(
        _ request: Position, _ outcome: RetrainingOutcome, model: ModelVersion? = nil,
        error: String? = nil, actor: Actor
    ) throws -> Receipt {
        let payload = RetrainingCompleted(
            request: request, outcome: outcome, model: model, error: error)
        var batch = EventBatch()
        try batch.append(
            EventDraft(payload, occurredAt: ledger.clock(), actor: actor, cause: request),
            key: .retraining(request))
        // One request has one answer: the key says it all, and nothing else was decided on.
        return try ledger.receipt(of: .written(try ledger.log.append(batch)))
    }
}
