import LedgerCore

extension Remedy {
    /// What to do, in the words of requests; nil where a message says all there is to do here.
    var asked: String? {
        switch self {
        case .classify(let model):
            "POST /v1/models/\(model.map { "\($0)" } ?? "active")/classify has it read them"
        case .askAboutNow: "without as-of the answer is as of now"
        case .nameModel: "name one with model"
        case .narrow: "narrow with where, from or fewer dimensions in by"
        case .narrowOrLengthenPeriods:
            "narrow with from and to, or choose longer periods with every"
        case .listThresholds: "see /v1/thresholds?history=true"
        case .nameSource: "name one with source"
        case .trace(let name): "see /v1/responses/SOURCE/\(name)"
        case .giveReason: "give a reason"
        case .activate(let model): "POST /v1/models/\(model)/activate makes it so"
        case .askForFewer: "ask for fewer with limit"
        case .listProjections: "look at /v1/projections and ask again"
        case .allowExternalModels(let policy):
            "where that may be, PUT /v1/policies/externalModels with the value \(policy) allows it"
        case .widen: "ask about more, or lower the confidence that thresholds ask for"
        case .verify, .verifyAndRestore:
            "whoever keeps the ledger has to verify it on its machine, and restore a backup"
        case .rebuild(let id): "the projection \(id) has to be rebuilt on the ledger's machine"
        case .approveProgram:
            "its program has to be looked at, and approved, on the ledger's machine"
        case .restoreArtefact, .restoreArtefactOrTrain: "its file has to be put back from a backup"
        case .fetchEncoder: "its encoder has to be fetched on the ledger's machine"
        case .update: "the service has to be updated"
        case .acceptClock: "the clock of the ledger's machine has to be set"
        default: nil
        }
    }
}
