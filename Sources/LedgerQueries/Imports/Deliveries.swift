import LedgerCore
import LedgerStore

/// A delivery of a survey tool, and what has come of it.
public struct DeliveryRecord: Hashable, Sendable {
    /// How a delivery stands.
    public enum State: String, CaseIterable, Sendable {
        /// Nobody has looked into it yet.
        case waiting
        /// It gave responses.
        case mapped
        /// It says nothing that could count.
        case nothing
        /// It cannot be read: a dead letter, until the mapping is mended.
        case unreadable
        /// It was read, and is in quarantine.
        case invalid

        /// How a delivery stands of which this came.
        package init(_ outcome: DeliveryMapped.Outcome) {
            self = State(rawValue: outcome.rawValue) ?? .unreadable
        }

        /// Whether it is to be looked into again.
        public var waits: Bool { self == .waiting || self == .unreadable }
    }

    /// Where it stands.
    public let position: Position
    /// The source that it was delivered to.
    public let hook: String
    /// When it was received.
    public let receivedAt: Microseconds
    /// How long its body is.
    public let bytes: UInt64
    /// How it stands.
    public fileprivate(set) var state = State.waiting
    /// Why it gave no response; nil where it did.
    public fileprivate(set) var code: String?
    /// What would have been read.
    public fileprivate(set) var expected: String?
    /// How many responses it gave.
    public fileprivate(set) var responses: UInt64 = 0
    /// How often it was looked into.
    public fileprivate(set) var attempts = 0
}

/// Which deliveries are asked for.
public struct DeliveriesRequest: Hashable, Sendable {
    /// Only those of this source; nil for all.
    public var hook: String?
    /// Only those that wait for a good attempt.
    public var onlyWaiting = false
    /// At most so many, the newest; nil for all.
    public var limit: Int? = 50

    /// All of them, the newest fifty.
    public init() {}
}

/// Deliveries, and how many there are.
public struct DeliveriesAnswer: Sendable {
    /// How many deliveries of a source stand how.
    public struct Hook: Hashable, Sendable {
        /// The source.
        public let name: String
        /// By state.
        public fileprivate(set) var counts: [DeliveryRecord.State: Int] = [:]
    }

    /// The log as it was looked at.
    public let asOf: Position
    /// When the event before that was recorded: what waits, waits since.
    public let recordedAt: Microseconds?
    /// By source, in the order of their names.
    public fileprivate(set) var hooks: [Hook] = []
    /// Those that were asked for, the newest first.
    public fileprivate(set) var deliveries: [DeliveryRecord] = []
    /// How many more there are.
    public fileprivate(set) var omitted = 0
    /// When the oldest was received that waits for a good attempt.
    public fileprivate(set) var oldestWaiting: Microseconds?

    /// How many wait for a good attempt.
    public var waiting: Int {
        hooks.reduce(0) { sum, hook in
            sum + hook.counts.filter { $0.key.waits }.values.reduce(0, +)
        }
    }
}

extension OpenLedger {
    /// Deliveries, how each stands, and how many wait.
    public func deliveries(
        _ request: DeliveriesRequest = DeliveriesRequest(), for viewer: Viewer = .everything
    ) throws -> DeliveriesAnswer {
        let size = try log.head().size
        var answer = DeliveriesAnswer(asOf: size, recordedAt: try recordedAt(size))
        let records = try deliveryRecords(asOf: size)
        var hooks: [String: DeliveriesAnswer.Hook] = [:]
        for record in records where request.hook.map({ $0 == record.hook }) ?? true {
            hooks[record.hook, default: .init(name: record.hook)].counts[
                record.state, default: 0] += 1
            if record.state.waits, answer.oldestWaiting == nil {
                answer.oldestWaiting = record.receivedAt
            }
        }
        answer.hooks = hooks.values.sorted { $0.name < $1.name }
        let wanted = records.filter { record in
            (request.hook.map { $0 == record.hook } ?? true)
                && (!request.onlyWaiting || record.state.waits)
        }
        answer.deliveries = wanted.suffix(request.limit ?? .max).reversed()
        answer.omitted = wanted.count - answer.deliveries.count
        return answer
    }

    /// What the sender called the deliveries of a source whose identifiers begin so.
    package func deliveryIdentifiers(
        of hook: String, startingWith start: String
    ) throws -> [String] {
        var identifiers: [String] = []
        try log.forEachEvent(
            in: 0..<(try log.head().size), named: [.deliveryReceived]
        ) { event in
            let received = try DeliveryReceived(event)
            if received.hook == hook, let identifier = received.delivery,
                identifier.hasPrefix(start)
            {
                identifiers.append(identifier)
            }
            return true
        }
        return identifiers
    }

    /// Every delivery, in the order of the log.
    package func deliveryRecords(asOf size: Position) throws -> [DeliveryRecord] {
        var records: [DeliveryRecord] = []
        var places: [Position: Int] = [:]
        try log.forEachEvent(
            in: 0..<size, named: [.deliveryReceived, .deliveryMapped]
        ) { event in
            guard event.name == .deliveryMapped else {
                let received = try DeliveryReceived(event)
                places[event.position] = records.count
                records.append(
                    DeliveryRecord(
                        position: event.position, hook: received.hook,
                        receivedAt: event.recordedAt, bytes: received.bytes))
                return true
            }
            let mapped = try DeliveryMapped(event)
            guard let place = places[mapped.delivery] else { return true }
            records[place].take(mapped)
            return true
        }
        return records
    }
}

extension DeliveryRecord {
    fileprivate mutating func take(_ mapped: DeliveryMapped) {
        attempts += 1
        state = State(mapped.outcome)
        (code, expected, responses) = (mapped.code, mapped.expected, mapped.responses)
    }
}
