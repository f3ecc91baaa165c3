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
    public func request(
        _ trigger: RetrainingTrigger, follows: ModelVersion?, newLabels: UInt64, reason: String,
        actor: Actor
    ) throws -> Receipt {
        try ledger.appendAct(
            { subject in
                RetrainingRequested(
                    trigger: trigger, follows: follows, newLabels: newLabels, subject: subject)
            }, reason: reason, actor: actor)
    }

    /// Records what came of a request.
    ///
    /// - Throws: `LedgerError` with code `refused` where another process answered it meanwhile.
    public func complete(
        _ request: Position, _ outcome: RetrainingOutcome, model: ModelVersion? = nil,
        error: String? = nil, actor: Actor
    ) throws -> Receipt {
        let payload = RetrainingCompleted(
            request: request, outcome: outcome, model: model, error: error)
        var batch = EventBatch()
        try batch.append(
            EventDraft(payload, occurredAt: ledger.clock(), actor: actor, cause: request),
            key: IdempotencyKey(source: "\u{0}retraining", id: "\(request)"))
        switch try ledger.log.append(batch)[0] {
        case .appended(let receipt): return receipt
        case .duplicate, .conflict, .subjectBound:
            throw LedgerError(
                .refused, "another process answered the request at position \(request) meanwhile")
        }
    }
}
