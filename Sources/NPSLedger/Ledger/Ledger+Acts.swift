import Foundation
import LedgerCore
import LedgerStore
import LedgerVault

/// What an act was decided on: the log up to a position, as far as events of some types go.
///
/// Two people who look at the same state and act on it at once must not both be right. So every act
/// says what it has read, and is appended only where nothing of that has changed since; see
/// ``LedgerStore/AppendCondition``.
struct ActGround {
    /// The types that were read.
    let names: Set<EventName>
    /// The size of the log as it was read.
    let size: Position
    /// Whether a later event of these types makes it another decision: a policy that nobody asked
    /// about may change.
    let concerns: (EventView) throws -> Bool

    init(
        _ names: Set<EventName>, upTo size: Position,
        concerns: @escaping (EventView) throws -> Bool = { _ in true }
    ) {
        self.names = names
        self.size = size
        self.concerns = concerns
    }
}

/// What became of a batch that was decided on a ground.
enum ActOutcome {
    case written([AppendOutcome])
    /// The event at this position came in between, and nothing was written.
    case overtaken(by: Position)
}

extension Ledger {
    /// Longest reason; a page of text, far below what an entry holds.
    public static let reasonBytesMax = 4096

    /// How often an act is tried while events of its types come in that do not concern it. Each try
    /// costs somebody else a commit, so no writer can keep up with that by chance.
    private static let triesMax = 1_000

    /// How often a decision is made anew on what has changed. It takes so many people acting on one
    /// thing within one decision, again and again; more is a fault that should be seen.
    static let decisionsMax = 20

    /// Appends a batch unless what it was decided on has changed.
    func append(_ batch: EventBatch, decidedOn ground: ActGround) throws -> ActOutcome {
        var batch = batch
        var since = ground.size
        for _ in 0..<Self.triesMax {
            batch.condition = AppendCondition(none: ground.names, since: since)
            let outcomes = try log.append(batch)
            guard case .overtaken = outcomes.first else { return .written(outcomes) }
            let end = try log.head().size
            var winner: Position?
            try log.forEachEvent(in: since..<end, named: ground.names) { event in
                if try ground.concerns(event) { winner = event.position }
                return winner == nil
            }
            if let winner { return .overtaken(by: winner) }
            since = end
        }
        throw LedgerError(.refused, "others write without a pause: nothing was recorded, try again")
    }

    /// Appends one governance act with its sealed reason.
    ///
    /// - Parameters:
    ///   - payload: makes the payload, given the number of the key that seals the reason.
    ///   - key: keeps apart what older programs, which know no condition, decide on the same ground.
    /// - Throws: `LedgerError` with code `overtaken`, which names the act that came in between.
    func appendAct(
        _ payload: (UInt64) -> some EventPayload, reason: String, actor: Actor,
        key: IdempotencyKey? = nil, cause: Position? = nil, decidedOn ground: ActGround
    ) throws -> Receipt {
        let reason = try Self.checked(reason: reason)
        try proveParts()
        var keys = try vault().reserve(1)
        guard let (subject, secret) = keys.next() else {
            throw LedgerError(.key, "the vault gave no key", remedy: .verify)
        }
        var batch = EventBatch()
        try batch.append(
            EventDraft(payload(subject), occurredAt: clock(), actor: actor, cause: cause),
            key: key,
            sealed: try Vault.seal(
                PersonalData(reason: reason), subject: subject, key: secret))
        return try receipt(of: try append(batch, decidedOn: ground))
    }

    /// A reason as it is recorded, without the space around it.
    ///
    /// - Throws: `LedgerError` with code `refused` for one that is empty or too long. Whoever does
    ///   anything long on its account asks before.
    package static func checked(reason: String) throws(LedgerError) -> String {
        let trimmed = reason.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !trimmed.isEmpty, trimmed.utf8.count <= reasonBytesMax else {
            throw LedgerError(
                .refused, "a reason of 1 to \(reasonBytesMax) bytes is needed", remedy: .giveReason)
        }
        return trimmed
    }

    /// The receipt of an act that stands alone in its batch.
    func receipt(of outcome: ActOutcome) throws -> Receipt {
        switch outcome {
        case .overtaken(let position): throw try overtaken(by: position)
        case .written(let outcomes):
            switch outcomes[0] {
            case .appended(let receipt): return receipt
            case .duplicate(let receipt): throw try overtaken(by: receipt.position)
            case .conflict(let position), .overtaken(let position):
                throw try overtaken(by: position)
            case .subjectBound:
                throw LedgerError(.corrupt, "an act was taken for somebody's answer")
            }
        }
    }

    /// Says who was faster, and with what.
    func overtaken(by position: Position) throws -> LedgerError {
        let told = try log.withEvent(position) { event in
            "by \(event.actorName) at position \(position) "
                + "(\(TimeText.utc(event.clock ?? event.recordedAt))): \(try ActSentence.told(event))"
        }
        return LedgerError(
            .overtaken,
            "nothing was recorded, for it was overtaken \(told ?? "at position \(position)"); look "
                + "at it and ask again")
    }
}

/// What an act did, in a sentence for whoever acted on the same thing at the same time.
enum ActSentence {
    static func told(_ event: EventView) throws(EntryError) -> String {
        switch event.name {
        case .modelActivated: return activation(try ModelActivated(event))
        case .modelRegistered: return "model \(try ModelRegistered(event).model) was registered"
        case .modelShadowed:
            let act = try ModelShadowed(event)
            return act.ends
                ? "the shadow of model \(act.model) was ended"
                : "model \(act.model) began to shadow"
        case .thresholdsEdited:
            return "threshold set \(try ThresholdsEdited(event).id) was put into force"
        case .policyEdited:
            let act = try PolicyEdited(event)
            return "\(act.policy.rawValue)=\(act.value) was put into force"
        case .mappingEdited: return "the mapping of \(try MappingEdited(event).source) was changed"
        case .reviewRequested:
            return "response \(try ReviewRequested(event).response) was asked about"
        case .reviewDecided:
            let act = try ReviewDecided(event)
            return "the text of response \(act.response) was "
                + (act.settles ? "settled" : "decided") + " as \(act.decision.name)"
        case .retrainingRequested: return "a model was asked to be trained again"
        case .retrainingCompleted:
            return "the request at position \(try RetrainingCompleted(event).request) was answered"
        default: return event.name.rawValue
        }
    }

    private static func activation(_ act: ModelActivated) -> String {
        guard let taken = act.rollsBack else { return "model \(act.model) was activated" }
        let former = act.previous.map { "model \($0) was taken back" } ?? "it was taken back"
        return "\(former) (its activation at position \(taken)), and model \(act.model) counts "
            + "again"
    }
}
