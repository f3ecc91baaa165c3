import LedgerCore
import LedgerStore
import LedgerVault

/// Requests to people and their decisions, by events alone.
public struct ReviewRegistry: Sendable {
    /// What a person decides on a text.
    public struct Decision: Hashable, Sendable {
        /// The class.
        public var npsClass: NPSClass
        /// 0 negative, 1 neutral, 2 positive; nil to say nothing of it.
        public var sentiment: UInt8?
        /// Intents found, by number and ascending; nil to say nothing of them.
        public var intents: [UInt8]?
        /// Why; sealed under the respondent's key, because it may quote them.
        public var rationale: String?
        /// Whether it settles what others do not agree on.
        public var settles: Bool

        /// A decision.
        public init(
            _ npsClass: NPSClass, sentiment: UInt8? = nil, intents: [UInt8]? = nil,
            rationale: String? = nil, settles: Bool = false
        ) {
            self.npsClass = npsClass
            self.sentiment = sentiment
            self.intents = intents
            self.rationale = rationale
            self.settles = settles
        }

        /// Whether a decision that stands in the log says the same, its rationale aside.
        public func says(_ decided: ReviewDecided) -> Bool {
            npsClass == decided.decision && sentiment == decided.sentiment
                && intents == decided.intents && settles == decided.settles
        }
    }

    /// Most requests at once: what is asked is read by people.
    public static let requestsMax = 100_000

    let ledger: Ledger

    /// The registry of a ledger.
    public init(_ ledger: Ledger) { self.ledger = ledger }

    /// Appends requests, in one transaction.
    ///
    /// - Parameter asOf: the size of the log in which these texts were found; nil for the present.
    /// - Returns: how many are new. What was asked or decided since `asOf` is not asked again,
    ///   unless a person or a sample asks for it whatever stands.
    /// - Throws: `LedgerError` with code `overtaken`, naming the other act, where another sample was
    ///   drawn since: the two would bear one number.
    public func request(
        _ requests: [ReviewRequested], asOf: Position? = nil, actor: Actor
    ) throws -> Int {
        guard !requests.isEmpty else { return 0 }
        guard requests.count <= Self.requestsMax else {
            throw LedgerError(
                .refused,
                "\(requests.count) requests at once, and \(Self.requestsMax) is the most",
                remedy: .askForFewer)
        }
        return try decided(on: Set(requests.map(\.response)), asOf: asOf) { history, seen in
            if let sample = requests.lazy.compactMap(\.sample).first {
                try checkRound(of: sample, history, seen)
            }
            var batch = EventBatch()
            for request in requests {
                let reviewCase = history.reviewCase(response: request.response, text: request.text)
                let isForced = request.reason == .sample || request.reason == .asked
                guard isForced || !reviewCase.hasChanged(since: seen) else { continue }
                try batch.append(
                    EventDraft(
                        request, occurredAt: ledger.clock(), actor: actor, cause: request.text),
                    key: .review(request, decisions: reviewCase.decisions.count))
            }
            return batch
        }.count { outcome in
            if case .appended = outcome { true } else { false }
        }
    }

    /// Two samples must not bear one number.
    private func checkRound(
        of sample: ReviewSample, _ history: ReviewHistory, _ seen: Position
    ) throws {
        for (other, members) in history.samples where other != sample && other.round == sample.round
        {
            guard let first = members.first?.position, first >= seen else { continue }
            throw try ledger.overtaken(by: first)
        }
    }

    /// Appends a person's decisions, in one transaction.
    ///
    /// Who decides again replaces their own decision; what says the same again is passed over.
    ///
    /// - Parameters:
    ///   - asOf: the size of the log in which the person saw what they decide on; nil for the
    ///     present.
    ///   - onlyWhileOpen: decide only on what still waits for this person.
    /// - Returns: how many were recorded.
    /// - Throws: `LedgerError` with code `refused` for one that settles what is not disputed, or
    ///   disputed by the reviewer; `overtaken`, naming the other act, where the same person decided
    ///   since `asOf`, anybody did on what is to be settled, or nothing waits any more.
    public func decide(
        _ decisions: [(text: ReviewText, decision: Decision)], reviewer: Actor,
        asOf: Position? = nil, onlyWhileOpen: Bool = false
    ) throws -> Int {
        let person = Review.person(reviewer.name)
        let outcomes = try decided(
            on: Set(decisions.map(\.text.response)), asOf: asOf
        ) { history, seen in
            var batch = EventBatch()
            for (text, decision) in decisions {
                let reviewCase = history.reviewCase(response: text.response, text: text.text)
                let own = reviewCase.latest(of: person)
                if let own, decision.rationale == nil, decision.says(own.decided) { continue }
                if onlyWhileOpen, reviewCase.openRequest(to: person) == nil,
                    let other = reviewCase.decisions.last
                {
                    throw try ledger.overtaken(by: other.position)
                }
                // Others may decide beside this person, but what is settled must be what was seen.
                if let other = reviewCase.decisions.last(where: {
                    $0.position >= seen && (decision.settles || $0.person == person)
                }) {
                    throw try ledger.overtaken(by: other.position)
                }
                if decision.settles { try checkSettling(reviewCase, text, person) }
                try append(decision, on: text, reviewCase, reviewer, to: &batch)
            }
            return batch
        }
        return try outcomes.count { outcome in
            switch outcome {
            case .appended: return true
            case .duplicate: return false
            case .conflict(let position), .overtaken(let position):
                throw try ledger.overtaken(by: position)
            case .subjectBound:
                throw LedgerError(.corrupt, "a decision was taken for somebody's answer")
            }
        }
    }

    private func append(
        _ decision: Decision, on text: ReviewText, _ reviewCase: ReviewCase, _ reviewer: Actor,
        to batch: inout EventBatch
    ) throws {
        let person = Review.person(reviewer.name)
        let sealed = try decision.rationale.map { try seal($0, text) }
        let request = reviewCase.openRequest(to: person) ?? reviewCase.requests.last
        let number = reviewCase.decisions.count { $0.person == person }
        try batch.append(
            EventDraft(
                ReviewDecided(
                    response: text.response, decision: decision.npsClass,
                    subject: sealed?.subject, text: text.text, request: request?.position,
                    sentiment: decision.sentiment, intents: decision.intents,
                    settles: decision.settles), occurredAt: ledger.clock(), actor: reviewer,
                cause: request?.position ?? text.text),
            key: .decision(on: text.response, text: text.text, number: number, by: person),
            sealed: sealed)
    }

    /// Appends what `make` decides on the present history, and has it decide anew where something
    /// about these responses came in between.
    ///
    /// - Parameter make: given the history and the size of the log that its caller had seen.
    private func decided(
        on responses: Set<Position>, asOf: Position?,
        _ make: (ReviewHistory, Position) throws -> EventBatch
    ) throws -> [AppendOutcome] {
        var seen = asOf
        var overtaker: Position = 0
        for _ in 0..<Ledger.decisionsMax {
            let size = try ledger.log.head().size
            let batch = try make(try ReviewHistory(ledger.log, asOf: size), seen ?? size)
            guard batch.count > 0 else { return [] }
            let ground = ActGround([.reviewRequested, .reviewDecided], upTo: size) { event in
                if event.name == .reviewDecided {
                    return responses.contains(try ReviewDecided(event).response)
                }
                let request = try ReviewRequested(event)
                return request.sample != nil || responses.contains(request.response)
            }
            switch try ledger.append(batch, decidedOn: ground) {
            case .written(let outcomes): return outcomes
            case .overtaken(let position): overtaker = position
            }
            seen = seen ?? size
        }
        throw try ledger.overtaken(by: overtaker)
    }

    private func checkSettling(
        _ reviewCase: ReviewCase, _ text: ReviewText, _ person: String
    ) throws {
        guard reviewCase.isDisputed || reviewCase.decisions.contains(where: \.decided.settles)
        else {
            throw LedgerError(
                .refused,
                "response \(text.response) is not disputed, so there is nothing to settle: a plain "
                    + "decision is taken")
        }
        let disputed = reviewCase.decisions.contains { $0.person == person && !$0.decided.settles }
        guard !disputed else {
            throw LedgerError(
                .refused,
                "who decided on response \(text.response) cannot settle it as well: somebody else "
                    + "has to; deciding again, without settling, is open to both")
        }
    }

    /// Under the respondent's own key, so that it is erased with what it is about.
    private func seal(_ rationale: String, _ text: ReviewText) throws -> SealedPart {
        guard !rationale.isEmpty, rationale.utf8.count <= Ledger.reasonBytesMax else {
            throw LedgerError(
                .refused, "a rationale has 1 to \(Ledger.reasonBytesMax) bytes")
        }
        guard let key = try ledger.vault().key(of: text.subject) else {
            throw LedgerError(
                .refused, "response \(text.response) is erased: there is nothing to decide on")
        }
        return try Vault.seal(
            PersonalData(reason: rationale), subject: text.subject, key: key)
    }
}
