import LedgerCore

/// Everything that was asked and decided about one text.
public struct ReviewCase: Sendable {
    /// How far it has come.
    public enum State: String, CaseIterable, Sendable {
        /// Somebody is still to decide.
        case open
        /// Decided, by all in the same way.
        case decided
        /// Those who decided do not agree, and nobody has settled it: the latest counts meanwhile.
        case disputed
        /// They did not agree, and somebody settled it.
        case settled
    }

    /// The requests about this text, in log order.
    public let requests: [RequestedReview]
    /// The decisions about this text, in log order.
    public let decisions: [Review]

    init(requests: [RequestedReview], decisions: [Review]) {
        self.requests = requests
        self.decisions = decisions
    }

    /// The decision that counts: the latest that settles, else the latest.
    public var standing: Review? { decisions.last { $0.decided.settles } ?? decisions.last }

    /// Those who decided, as persons, in the order of their first decisions.
    public var people: [String] {
        decisions.reduce(into: []) { if !$0.contains($1.person) { $0.append($1.person) } }
    }

    /// The latest decision of a person.
    public func latest(of person: String) -> Review? {
        decisions.last { $0.person == person }
    }

    /// The first decision of a person: the one made without knowing what others said.
    public func first(of person: String) -> Review? {
        decisions.first { $0.person == person }
    }

    /// Whether those who decided disagree and nobody has settled it.
    public var isDisputed: Bool {
        let classes = Set(people.compactMap { latest(of: $0)?.decided.decision })
        return classes.count > 1 && !decisions.contains { $0.decided.settles }
    }

    /// How far it has come.
    public var state: State {
        if openRequest() != nil { return .open }
        if isDisputed { return .disputed }
        return decisions.contains { $0.decided.settles } ? .settled : .decided
    }

    /// The first request that still waits for somebody.
    ///
    /// Any decision about the text answers a request, whenever it was made; but who asks for a
    /// response by name wants it read anew.
    ///
    /// - Parameter person: only requests that this person can answer: nobody answers one twice.
    public func openRequest(to person: String? = nil) -> RequestedReview? {
        requests.first { requested in
            let answers = decisions.filter {
                requested.request.reason != .asked || $0.position > requested.position
            }
            if answers.contains(where: { $0.decided.settles }) { return false }
            let people = Set(answers.map(\.person))
            guard people.count < (requested.request.wantsSecond ? 2 : 1) else { return false }
            return person.map { !people.contains($0) } ?? true
        }
    }

    /// Whether anything was asked or decided from a position on.
    func hasChanged(since position: Position) -> Bool {
        requests.contains { $0.position >= position }
            || decisions.contains { $0.position >= position }
    }

    /// How many people are to decide.
    public var wanted: Int { requests.contains { $0.request.wantsSecond } ? 2 : 1 }
}

/// A response with the text that it has: what a person decides on.
public struct ReviewText: Hashable, Sendable {
    /// Position of the response.
    public let response: Position
    /// Position of the event whose text it has.
    public let text: Position
    /// Number of the respondent's key.
    public let subject: UInt64

    /// A text.
    public init(response: Position, text: Position, subject: UInt64) {
        self.response = response
        self.text = text
        self.subject = subject
    }
}

/// Sentiments that a person can decide on, by the numbers they have in the log.
public enum ReviewSentiment: UInt8, CaseIterable, Sendable {
    /// Against it.
    case negative = 0
    /// Neither.
    case neutral = 1
    /// For it.
    case positive = 2

    /// The lower-case name.
    public var name: String { "\(self)" }

    /// The sentiment of a name.
    public init?(name: String) {
        guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }
}
