import Catalog
import LedgerCore
import LedgerStore
import LedgerVault
import NPSBySegmentProjection
import NPSLedger

/// What was asked, and how far it has come, as one person may see it.
public struct ReviewListing: Sendable {
    /// A text that was asked about or decided on.
    public struct Row: Sendable {
        /// The response.
        public let response: Position
        /// Position of the event whose text it has.
        public let text: Position
        /// How far it has come.
        public let state: ReviewCase.State
        /// Whether the person is still to decide, and so is not told why it was asked.
        public let isBlind: Bool
        /// What was asked; none where the person is still to decide.
        public let requests: [ReviewRequested]
        /// How many people are to decide.
        public let wanted: Int
        /// How many have.
        public let reviewers: Int
        /// The class that stands, once nobody is to decide any more.
        public let npsClass: NPSClass?

        /// Why it was asked, each reason once, by name.
        public var reasons: [String] { Set(requests.map(\.reason.rawValue)).sorted() }

        init(_ item: ReviewDesk.Item, _ person: String) {
            let reviewCase = item.reviewCase
            response = item.response
            text = item.text.event
            state = reviewCase.state
            isBlind = reviewCase.openRequest(to: person) != nil
            requests = isBlind ? [] : reviewCase.requests.map(\.request)
            wanted = reviewCase.wanted
            reviewers = reviewCase.people.count
            npsClass = state == .open ? nil : reviewCase.standing?.decided.decision
        }
    }

    /// As of which position.
    public let asOf: Position
    /// Events before it that could not be applied, so that the answer lacks them.
    public let incomplete: Int
    /// In log order.
    public let rows: [Row]
}

/// What was asked and decided about one response, as one person may see it.
public struct ReviewStory: Sendable {
    /// A request.
    public struct Request: Sendable {
        /// Position of the event.
        public let position: Position
        /// What was asked; nil where the person is still to decide, for whom the reason would tell
        /// the score.
        public let request: ReviewRequested?
        /// Whether two people are to decide.
        public let wantsSecond: Bool
        /// Who asked.
        public let actor: String
        /// When it was recorded.
        public let recordedAt: Microseconds
    }

    /// A decision.
    public struct Decision: Sendable {
        /// The decision.
        public let review: Review
        /// Why; nil where nothing was said, or it stays closed.
        public let rationale: String?
    }

    /// What a model reads.
    public struct Reading: Sendable {
        /// The model; nil where none is active.
        public let model: ModelVersion?
        /// The class that it finds likeliest; nil where it has not read the text.
        public let npsClass: NPSClass?
        /// The probability of that class, in basis points.
        public let confidence: UInt16
    }

    /// The response.
    public let response: Position
    /// Position of the event whose text it has.
    public let textEvent: Position
    /// The text; nil where it stays closed.
    public let text: String?
    /// Why texts and rationales are not shown, where they are not.
    public let sealedBecause: String?
    /// How far it has come.
    public let state: ReviewCase.State
    /// How many people are to decide.
    public let wanted: Int
    /// Whether the person is still to decide: then what others say, what the model reads and why it
    /// was asked is not told.
    public let isBlind: Bool
    /// What the model reads; nil where that is not told.
    public let reading: Reading?
    /// The decision that counts; nil where there is none or it is not told.
    public let standing: Review?
    /// Whether those who decided disagree, and nobody has settled it.
    public let isDisputed: Bool
    /// What was asked, in log order.
    public let requests: [Request]
    /// What was decided, in log order; the person's own where the others' are not told.
    public let decisions: [Decision]

    init(
        _ item: ReviewDesk.Item, _ desk: ReviewDesk, _ person: String, _ reader: SealedReader
    ) throws {
        let reviewCase = item.reviewCase
        let isBlind = reviewCase.openRequest(to: person) != nil
        response = item.response
        textEvent = item.text.event
        state = reviewCase.state
        wanted = reviewCase.wanted
        self.isBlind = isBlind
        decisions = try reviewCase.decisions.filter { !isBlind || $0.person == person }.map {
            Decision(review: $0, rationale: try reader.open($0.position)?.reason)
        }
        text = try reader.open(item.text.event)?.text
        sealedBecause = reader.problem
        reading =
            isBlind
            ? nil
            : Reading(
                model: desk.model, npsClass: item.text.likeliest, confidence: item.text.confidence)
        standing = isBlind ? nil : reviewCase.standing
        isDisputed = reviewCase.isDisputed
        requests = reviewCase.requests.map { requested in
            Request(
                position: requested.position, request: isBlind ? nil : requested.request,
                wantsSecond: requested.request.wantsSecond, actor: requested.actor,
                recordedAt: requested.recordedAt)
        }
    }
}

/// A text that waits for one person, without what would lead them: no score, no reading of a model,
/// no reason, nothing of what others decided.
public struct TextToReview: Sendable {
    /// The text, by its place in the log.
    public let text: ReviewText
    /// When it was answered.
    public let occurredAt: Microseconds
    /// Dimension and value, by dimension.
    public let segments: [String: String]
    /// What it says.
    public let content: String

    /// The response.
    public var response: Position { text.response }
}

/// In which order texts are handed to a reviewer.
public enum ReviewOrder: Hashable, Sendable {
    /// As they stand in the log.
    case log
    /// An order of each reviewer's own, that does not tell why a text is asked about, and in which
    /// two reviewers seldom meet.
    case reviewers
}

extension OpenLedger {
    /// What was asked, and how far it has come.
    ///
    /// - Parameters:
    ///   - reviewer: who looks: what would lead them where they are still to decide is left out.
    ///   - state: only texts that have come so far; nil for all.
    public func reviews(
        seenBy reviewer: String, state: ReviewCase.State? = nil, for viewer: Viewer = .everything
    ) throws -> ReviewListing {
        let person = Review.person(reviewer)
        let desk = try ReviewDesk(self)
        let rows = desk.items.filter { item in
            let isAbout = item.reviewCase.standing != nil || !item.reviewCase.requests.isEmpty
            return isAbout && (state.map { $0 == item.reviewCase.state } ?? true)
        }
        return ReviewListing(
            asOf: desk.asOf,
            incomplete: try incomplete(asOf: desk.asOf, [catalog.npsBySegment]),
            rows: rows.map { ReviewListing.Row($0, person) })
    }

    /// What was asked and decided about one response.
    ///
    /// - Throws: `LedgerError` with code `not-found` where it has no text that counts; what
    ///   ``find(_:for:)`` throws.
    public func review(
        of response: ResponseName, seenBy reviewer: String, for viewer: Viewer = .everything
    ) throws -> ReviewStory {
        let position = try find(response, for: viewer)
        let desk = try ReviewDesk(self, others: [position])
        return try ReviewStory(
            try desk.require(position, response.name), desk, Review.person(reviewer),
            SealedReader(ledger, sealed: false))
    }

    /// The texts that wait for one person. What is erased cannot be read any more, and is not among
    /// them.
    ///
    /// - Parameter limit: at most so many, in log order; nil for all.
    /// - Throws: `LedgerError` with code `permission` where texts cannot be opened.
    public func textsToReview(
        by reviewer: String, in order: ReviewOrder = .log, limit: Int? = nil,
        for viewer: Viewer = .everything
    ) throws -> [TextToReview] {
        let person = Review.person(reviewer)
        let desk = try ReviewDesk(self)
        let reader = SealedReader(ledger, sealed: false)
        var texts: [TextToReview] = []
        for item in desk.items where item.reviewCase.openRequest(to: person) != nil {
            if let limit, texts.count >= limit { break }
            guard let content = try reader.open(item.text.event)?.text else { continue }
            texts.append(
                TextToReview(
                    text: item.reviewText, occurredAt: item.text.row.occurredAt,
                    segments: item.segments, content: content))
        }
        if let problem = reader.problem {
            throw LedgerError(.permission, "the texts cannot be opened: \(problem)")
        }
        guard order == .reviewers else { return texts }
        let salt = person.utf8.reduce(UInt64(0)) { ReviewSampling.hash($0, Position($1)) }
        return texts.sorted {
            let (one, other) = (
                ReviewSampling.hash(salt, $0.response), ReviewSampling.hash(salt, $1.response)
            )
            return (one, $0.response) < (other, $1.response)
        }
    }

    /// Whether a text still waits for a person: others may have decided meanwhile.
    public func waits(
        _ text: ReviewText, for reviewer: String, viewer: Viewer = .everything
    ) throws -> Bool {
        try ReviewHistory(log, asOf: try log.head().size)
            .reviewCase(response: text.response, text: text.text)
            .openRequest(to: Review.person(reviewer)) != nil
    }
}
