/// Which payload type each event name carries.
public enum EventCatalog {
    /// The payload type of an event name.
    public static func payloadType(of name: EventName) -> any EventPayload.Type {
        switch name {
        case .ledgerOpened: LedgerOpened.self
        case .mappingEdited: MappingEdited.self
        case .responseRecorded: ResponseRecorded.self
        case .responseAmended: ResponseAmended.self
        case .responseExcluded: ResponseExcluded.self
        case .importStarted: ImportStarted.self
        case .deliveryReceived: DeliveryReceived.self
        case .deliveryMapped: DeliveryMapped.self
        case .rowRejected: RowRejected.self
        case .modelRegistered: ModelRegistered.self
        case .modelActivated: ModelActivated.self
        case .modelShadowed: ModelShadowed.self
        case .classificationRecorded: ClassificationRecorded.self
        case .classificationDeclined: ClassificationDeclined.self
        case .topicsRecorded: TopicsRecorded.self
        case .retrainingRequested: RetrainingRequested.self
        case .retrainingCompleted: RetrainingCompleted.self
        case .thresholdsEdited: ThresholdsEdited.self
        case .policyEdited: PolicyEdited.self
        case .reviewRequested: ReviewRequested.self
        case .reviewDecided: ReviewDecided.self
        case .projectionCommitted: ProjectionCommitted.self
        }
    }

    /// Decodes the payload of any event and gives it as a value.
    public static func payload(of event: EventView) throws(EntryError) -> any EventPayload {
        try payloadType(of: event.name).init(event)
    }

    /// Checks that a payload decodes and, at its type's newest version and those that it extends, that
    /// it is the one encoding of what it says: a field unknown to that version would otherwise be read
    /// by nobody.
    static func check(
        _ event: EventView, _ fields: EventFields
    ) throws(EntryError) -> any EventPayload {
        let value = try payloadType(of: event.name).init(fields: fields, version: event.version)
        let (version, type) = (event.version, type(of: value))
        guard
            version != type.version && !type.extends(version)
                || value.encodedPayload.elementsEqual(event.payload)
        else { throw .malformed(CBORError(.invalidField, offset: 0, field: "payload")) }
        return value
    }
}
