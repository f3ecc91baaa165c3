/// The catalog of event types, by wire name. Adding a type adds a case here and a payload file.
///
/// Wire names are permanent: a published name is never changed or given to another meaning.
public enum EventName: String, CaseIterable, Sendable {
    /// The ledger was created.
    case ledgerOpened = "ledger.opened"
    /// How a source's columns map to fields was stated.
    case mappingEdited = "mapping.edited"
    /// A survey response came in.
    case responseRecorded = "response.recorded"
    /// A later message about a response changed it.
    case responseAmended = "response.amended"
    /// A response was taken out of every score, with a reason.
    case responseExcluded = "response.excluded"
    /// Responses of a source begin to come in under one mapping.
    case importStarted = "import.started"
    /// A survey tool delivered something; it is kept, sealed.
    case deliveryReceived = "delivery.received"
    /// Somebody looked into a delivery.
    case deliveryMapped = "delivery.mapped"
    /// A source row could not be recorded; it is kept, sealed.
    case rowRejected = "row.rejected"
    /// A model version became known.
    case modelRegistered = "model.registered"
    /// A model version became the one whose classifications count.
    case modelActivated = "model.activated"
    /// A model version reads what comes in without counting, or stops doing so.
    case modelShadowed = "model.shadowed"
    /// A model classified a response.
    case classificationRecorded = "classification.recorded"
    /// A model left a response's text unread.
    case classificationDeclined = "classification.declined"
    /// A model found what a response's text is about.
    case topicsRecorded = "topics.recorded"
    /// A model is to be trained again.
    case retrainingRequested = "retraining.requested"
    /// A model was trained again, or could not be.
    case retrainingCompleted = "retraining.completed"
    /// The cut-offs between detractor, passive and promoter were set.
    case thresholdsEdited = "thresholds.edited"
    /// What the ledger's owner decides for everybody was decided anew.
    case policyEdited = "policy.edited"
    /// A person is to read a response.
    case reviewRequested = "review.requested"
    /// A person decided what a response counts as.
    case reviewDecided = "review.decided"
    /// A projection's state was put on record by its digest.
    case projectionCommitted = "projection.committed"

    /// A number of its own below 64, for sets; it never leaves this process.
    @inlinable
    var bit: UInt64 { 1 << UInt64(unsafeBitCast(self, to: UInt8.self)) }

    /// Finds the name that these UTF-8 bytes spell, without building a String.
    @inlinable
    public static func matching(_ bytes: UnsafeRawBufferPointer) -> EventName? {
        // The two that make up nearly all of a log are compared directly.
        if equals(bytes, "response.recorded") { return .responseRecorded }
        if equals(bytes, "classification.recorded") { return .classificationRecorded }
        return EventName(rawValue: String(decoding: bytes, as: UTF8.self))
    }

    @inlinable
    static func equals(_ bytes: UnsafeRawBufferPointer, _ name: StaticString) -> Bool {
        guard bytes.count == name.utf8CodeUnitCount else { return false }
        let other = UnsafeRawPointer(name.utf8Start)
        var at = 0
        while at + 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            if word != other.loadUnaligned(fromByteOffset: at, as: UInt64.self) { return false }
            at += 8
        }
        while at < bytes.count {
            if bytes[at] != other.load(fromByteOffset: at, as: UInt8.self) { return false }
            at += 1
        }
        return true
    }
}

/// Event names as bits: asking takes no hashing, once for each of twenty million events.
public struct EventNameSet: Sendable {
    @usableFromInline let bits: UInt64

    /// The set of some names.
    public init(_ names: Set<EventName>) {
        bits = names.reduce(0) { $0 | $1.bit }
    }

    /// Whether a name is in it.
    @inlinable
    public func contains(_ name: EventName) -> Bool { bits & name.bit != 0 }
}
