import LedgerCore

/// What kind of act. The raw values are the state's bytes: a change of one is a new version of the
/// projection.
public enum AuditActKind: UInt8, CaseIterable, Sendable {
    /// The ledger was created.
    case ledgerOpened = 1
    /// A source's columns were mapped.
    case mappingEdited = 2
    /// A model became known.
    case modelRegistered = 3
    /// A model became the one that counts; a rollback too.
    case modelActivated = 4
    /// The cut-offs were set.
    case thresholdsEdited = 5
    /// A response was taken out of every score.
    case responseExcluded = 6
    /// A person decided what a response counts as.
    case reviewDecided = 7
    /// A model began to read without counting, or stopped.
    case modelShadowed = 8
    /// A projection's state was put on record.
    case projectionCommitted = 9
    /// A person was asked to read a response.
    case reviewRequested = 10
    /// A model was to be trained again.
    case retrainingRequested = 11
    /// A model was trained again, or could not be.
    case retrainingCompleted = 12
    /// A policy was given another value.
    case policyEdited = 13

    /// The event type that records such an act.
    public var event: EventName {
        switch self {
        case .ledgerOpened: .ledgerOpened
        case .mappingEdited: .mappingEdited
        case .modelRegistered: .modelRegistered
        case .modelActivated: .modelActivated
        case .thresholdsEdited: .thresholdsEdited
        case .responseExcluded: .responseExcluded
        case .reviewDecided: .reviewDecided
        case .modelShadowed: .modelShadowed
        case .projectionCommitted: .projectionCommitted
        case .reviewRequested: .reviewRequested
        case .retrainingRequested: .retrainingRequested
        case .retrainingCompleted: .retrainingCompleted
        case .policyEdited: .policyEdited
        }
    }
}

extension AuditFact {
    /// The kind of act that makes such a fact.
    public var kind: AuditActKind {
        switch self {
        case .ledger: .ledgerOpened
        case .mapping: .mappingEdited
        case .registration: .modelRegistered
        case .active: .modelActivated
        case .thresholds: .thresholdsEdited
        case .exclusion: .responseExcluded
        case .decision: .reviewDecided
        case .shadow: .modelShadowed
        case .commitment: .projectionCommitted
        case .request: .reviewRequested
        case .retraining: .retrainingRequested
        case .retrained: .retrainingCompleted
        case .policy: .policyEdited
        }
    }

    var activeModel: ModelVersion? {
        if case .active(let model) = self { model } else { nil }
    }
}
