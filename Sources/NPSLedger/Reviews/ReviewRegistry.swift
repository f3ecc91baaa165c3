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
    /// - Returns: how many are new. What another process asked meanwhile is not asked again.
    public func request(_ requests: [ReviewRequested], actor: Actor) throws -> Int {
        guard !requests.isEmpty else { return 0 }
        guard requests.count <= Self.requestsMax else {
            throw LedgerError(
                .refused,
                "\(requests.count) requests at once, and \(Self.requestsMax) is the most: ask for "
                    + "fewer with --limit")
        }
        let history = try ReviewHistory(ledger.log, asOf: try ledger.log.head().size)
        var batch = EventBatch()
        for request in requests {
            let decided = history.reviewCase(response: request.response, text: request.text)
                .decisions.count
            let suffix =
                switch request.reason {
                case .sample: request.sample.map { "/\($0.round)/\($0.seed)" } ?? ""
                case .asked: "/after \(decided)"
                case .lowConfidence, .textAgainstScore: ""
                }
            try batch.append(
                EventDraft(
                    request, occurredAt: ledger.clock(), actor: actor, cause: request.text),
                key: IdempotencyKey(
                    source: "\u{0}review",
                    id: "\(request.response)/\(request.text)/\(request.reason.rawValue)\(suffix)"))
        }
        return try ledger.log.append(batch).count { outcome in
            if case .appended = outcome { true } else { false }
        }
    }

    /// Appends a person's decisions, in one transaction.
    ///
    /// Who decides again replaces their own decision; what says the same again is passed over.
    ///
    /// - Returns: how many were recorded.
    /// - Throws: `LedgerError` with code `refused` for one that settles what is not disputed, or
    ///   disputed by the reviewer; and where the same person decided meanwhile.
    public func decide(
        _ decisions: [(text: ReviewText, decision: Decision)], reviewer: Actor
    ) throws -> Int {
        let history = try ReviewHistory(ledger.log, asOf: try ledger.log.head().size)
        let person = Review.person(reviewer.name)
        var batch = EventBatch()
        for (text, decision) in decisions {
            let reviewCase = history.reviewCase(response: text.response, text: text.text)
            let own = reviewCase.latest(of: person)
            if let own, decision.rationale == nil, decision.says(own.decided) { continue }
            if decision.settles { try checkSettling(reviewCase, text, person) }
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
                key: IdempotencyKey(
                    source: "\u{0}decision",
                    id: "\(text.response)/\(text.text)/\(number)/\(person)"), sealed: sealed)
        }
        guard batch.count > 0 else { return 0 }
        var recorded = 0
        for outcome in try ledger.log.append(batch) {
            switch outcome {
            case .appended: recorded += 1
            case .duplicate: break
            case .conflict, .subjectBound:
                throw LedgerError(
                    .refused,
                    "\(reviewer.name) decided on the same text meanwhile: look at it and try again")
            }
        }
        return recorded
    }

    private func checkSettling(
        _ reviewCase: ReviewCase, _ text: ReviewText, _ person: String
    ) throws {
        guard reviewCase.isDisputed || reviewCase.decisions.contains(where: \.decided.settles)
        else {
            throw LedgerError(
                .refused,
                "response \(text.response) is not disputed, so there is nothing to settle: decide "
                    + "without --settle")
        }
        let disputed = reviewCase.decisions.contains { $0.person == person && !$0.decided.settles }
        guard !disputed else {
            throw LedgerError(
                .refused,
                "who decided on response \(text.response) cannot settle it as well: somebody else "
                    + "has to, or decide again without --settle")
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
