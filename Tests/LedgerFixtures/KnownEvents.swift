import LedgerCore
import LedgerStore

/// What a log holds by now that later events may refer to.
package struct KnownEvents: Sendable {
    /// A text that a model may read: which response it belongs to, and which event brought it.
    package struct Text: Hashable, Sendable {
        package let response: Position
        package let event: Position
    }

    /// Events before this position are known.
    package private(set) var size: Position = 0
    package private(set) var responses: [Position] = []
    package private(set) var texts: [Text] = []
    package private(set) var models: [ModelVersion] = []
    package private(set) var activations: [Position] = []
    package private(set) var active: ModelVersion?
    package private(set) var thresholdsCount: UInt32 = 0

    package init() {}

    /// Takes the log's next event.
    package mutating func take(_ event: EventView) throws(EntryError) {
        precondition(event.position == size, "events come one after the other")
        size += 1
        switch event.name {
        case .responseRecorded:
            responses.append(event.position)
            if try ResponseRecorded(event).hasText {
                texts.append(Text(response: event.position, event: event.position))
            }
        case .responseAmended:
            let amended = try ResponseAmended(event)
            if amended.hasText {
                texts.append(Text(response: amended.response, event: event.position))
            }
        case .modelRegistered: models.append(try ModelRegistered(event).model)
        case .modelActivated:
            active = try ModelActivated(event).model
            activations.append(event.position)
        case .thresholdsEdited: thresholdsCount = try ThresholdsEdited(event).id
        default: break
        }
    }

    /// Takes what a log has come to hold since.
    package mutating func readOn(_ log: EventLog) throws {
        var known = self
        try log.forEachEvent(in: size..<Position.max) { event in
            try known.take(event)
            return true
        }
        self = known
    }
}
