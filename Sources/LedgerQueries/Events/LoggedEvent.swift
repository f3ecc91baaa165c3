import Classification
import LedgerCore
import LedgerStore
import NPSLedger

/// An event as it stands in the log, its payload decoded.
public struct LoggedEvent: Sendable {
    /// Where it stands.
    public let position: Position
    /// What kind of event.
    public let name: EventName
    /// The version of the payload as it was written.
    public let version: UInt32
    /// When the log took it in.
    public let recordedAt: Microseconds
    /// What the clock said, where that is not when it was recorded.
    public let clock: Microseconds?
    /// When it happened, by its author's word.
    public let occurredAt: Microseconds
    /// Who recorded it.
    public let actor: String
    /// The event that led to it.
    public let cause: Position?
    /// What it says, at the newest version.
    public let payload: any EventPayload
    /// Whether something is sealed beside it.
    public let isSealed: Bool
    /// What `topics.recorded` found, by name; nil for other events.
    public let topics: [FoundTopic]?

    package init(_ event: EventView, _ names: TopicNames) throws {
        position = event.position
        name = event.name
        version = event.version
        recordedAt = event.recordedAt
        clock = event.clock
        occurredAt = event.occurredAt
        actor = event.actorName
        cause = event.cause
        payload = try EventCatalog.payload(of: event)
        isSealed = event.sealedCommitment != nil
        topics = try (payload as? TopicsRecorded).map(names.found)
    }
}

/// Which events are asked for, one after the other.
public struct TailRequest: Hashable, Sendable {
    /// First position; nil for the last ten events.
    public var from: Position?
    /// Only events of these types; nil for all.
    public var names: Set<EventName>?
    /// Whether to wait for what is appended.
    public var follows = false

    /// The last ten events, but for what is named.
    public init(from: Position? = nil, names: Set<EventName>? = nil, follows: Bool = false) {
        self.from = from
        self.names = names
        self.follows = follows
    }

    /// Events handed out where no first one is named: what a glance takes in.
    static let eventsByDefault: Position = 10
}

extension OpenLedger {
    /// Hands out events in log order, as they stand in the log or as they come. Sealed parts stay
    /// sealed; another process may be writing meanwhile.
    ///
    /// - Parameter take: answers whether to go on.
    /// - Throws: what `take` throws, and `LedgerError`.
    @available(*, noasync, message: "it waits; give it a thread of its own")
    public func tail(
        _ request: TailRequest, for viewer: Viewer = .everything,
        _ take: (LoggedEvent) throws -> Bool
    ) throws {
        let topicNames = TopicNames(models)
        let (size, follows) = (try log.head().size, request.follows)
        var next = request.from ?? (size - min(size, TailRequest.eventsByDefault))
        var goesOn = true
        while goesOn, follows || next < size {
            // Where nothing is waited for, one look a call: its answer says how far the log was
            // considered, which the events of a rare type would not.
            var hasLooked = false
            func isDone() -> Bool {
                defer { hasLooked = true }
                return hasLooked && !follows
            }
            next = try log.follow(from: next, named: request.names, until: isDone) { event in
                guard follows || event.position < size else { return false }
                goesOn = try take(try LoggedEvent(event, topicNames))
                return goesOn
            }
        }
    }
}

/// A topic that a model found in a text.
public struct FoundTopic: Hashable, Sendable {
    /// Its number with the model.
    public let number: UInt8
    /// Its name; nil where no registration has it.
    public let name: String?
    /// Where the model has it from; nil where that is not known.
    public let origin: TopicOrigin?
    /// In basis points: its probability, or how close the text lies to its phrases.
    public let share: UInt16
    /// Whether it is found by its phrases, so that its share is no probability.
    public let isPrototype: Bool
}

/// What the topics of model versions are called: looked up in the registrations when one is met.
package final class TopicNames {
    private let models: ModelRegistry
    private var known: [ModelVersion: [RegisteredTopic]] = [:]

    package init(_ models: ModelRegistry) { self.models = models }

    /// The topics of a version by number; empty for a version that has none, or is not registered.
    private func topics(of version: ModelVersion) throws -> [RegisteredTopic] {
        if let topics = known[version] { return topics }
        // Versions are registered before they read a text, so a later one may be news.
        for model in try models.list() { known[model.version] = model.topics }
        let topics = known[version] ?? []
        known[version] = topics
        return topics
    }

    /// What an event found, by name.
    package func found(_ event: TopicsRecorded) throws -> [FoundTopic] {
        let topics = try topics(of: event.model)
        return event.topics.map { finding in
            let topic = Int(finding.topic) < topics.count ? topics[Int(finding.topic)] : nil
            return FoundTopic(
                number: finding.topic, name: topic?.name, origin: topic?.origin,
                share: finding.probability, isPrototype: topic?.isPrototype == true)
        }
    }
}
