import Foundation
import LedgerCore
import LedgerStore

/// Every request and decision of a ledger, by response.
public struct ReviewHistory: Sendable {
    private var requests: [Position: [RequestedReview]] = [:]
    private var decisions: [Position: [Review]] = [:]
    /// The members of each sample, in log order.
    public private(set) var samples: [ReviewSample: [RequestedReview]] = [:]

    /// Reads what was asked and decided before `asOf`. Such events are few beside responses, and
    /// found without reading the others.
    public init(_ log: EventLog, asOf: Position) throws {
        try log.forEachEvent(
            in: 0..<asOf, named: [.reviewRequested, .reviewDecided]
        ) { event in
            if event.name == .reviewRequested {
                let requested = RequestedReview(
                    position: event.position, request: try ReviewRequested(event),
                    actor: event.actorName, recordedAt: event.recordedAt)
                requests[requested.request.response, default: []].append(requested)
                if let sample = requested.request.sample {
                    samples[sample, default: []].append(requested)
                }
            } else {
                let review = Review(
                    position: event.position, decided: try ReviewDecided(event),
                    reviewer: event.actorName, recordedAt: event.recordedAt)
                decisions[review.decided.response, default: []].append(review)
            }
            return true
        }
    }

    /// The positions that a request or a decision names; a response or none.
    public var responses: Set<Position> { Set(requests.keys).union(decisions.keys) }

    /// What was asked and decided about a response's text.
    public func reviewCase(response: Position, text: Position) -> ReviewCase {
        ReviewCase(
            requests: (requests[response] ?? []).filter { $0.request.text == text },
            decisions: (decisions[response] ?? []).filter { review in
                guard let read = review.decided.text else {
                    // Version 1: about the text that the response had by then.
                    return review.position > text
                }
                return read == text
            })
    }
}

/// A person's decision as it stands in the log.
public struct Review: Hashable, Sendable {
    /// Position of the event.
    public let position: Position
    /// What was decided.
    public let decided: ReviewDecided
    /// Who decided.
    public let reviewer: String
    /// When it was recorded.
    public let recordedAt: Microseconds

    /// What tells one person from another: the same name in other letters or between spaces is the
    /// same person, who cannot be both of two reviewers.
    public static func person(_ name: String) -> String {
        name.trimmingCharacters(in: .whitespaces).lowercased().precomposedStringWithCanonicalMapping
    }

    /// The reviewer as a person.
    public var person: String { Self.person(reviewer) }
}

/// A request as it stands in the log.
public struct RequestedReview: Hashable, Sendable {
    /// Position of the event.
    public let position: Position
    /// What is asked.
    public let request: ReviewRequested
    /// Who asked.
    public let actor: String
    /// When it was recorded.
    public let recordedAt: Microseconds
}
