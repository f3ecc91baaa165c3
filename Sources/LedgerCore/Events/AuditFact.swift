/// What is so after an act of governance, or was so before it. `before` and `after` of one act are
/// of one case and about the same thing.
///
/// A projection folds facts, an answer hands them out, and a front shows them: they are values in
/// the log's own terms.
public enum AuditFact: Hashable, Sendable {
    /// The ledger, by its name in checkpoints, and the program that created it.
    case ledger(origin: String, program: String)
    /// How a source's columns become fields, as deterministic JSON.
    case mapping(source: String, mapping: String)
    /// An import that takes in responses of a source, by its number, under the mapping at a position.
    case imported(
        number: UInt64, source: String, mapping: Position, ImportStarted.Kind, scheme: String?)
    /// A known model: its kind, SHA-256, where it came from, and its card as canonical JSON.
    case registration(
        model: ModelVersion, kind: String, digest: [UInt8], provenance: String, card: String)
    /// The model whose classifications count.
    case active(model: ModelVersion)
    /// The cut-offs, by number.
    case thresholds(id: UInt32, Thresholds)
    /// The value of a policy.
    case policy(Policy, value: String)
    /// That a response is out of every score, and the code for why.
    case exclusion(response: Position, reason: String)
    /// What a person decided a response counts as.
    case decision(response: Position, NPSClass)
    /// Why a person is to read a response, and in which sample it is, where it is in one.
    case request(response: Position, ReviewReason, sample: UInt32?)
    /// That a model is to be trained again: why, as which version was, and how many labels are new.
    case retraining(
        request: Position, RetrainingTrigger, follows: ModelVersion?, newLabels: UInt64)
    /// What came of a request for training, the version that it gave, or why there is none.
    case retrained(
        request: Position, RetrainingOutcome, model: ModelVersion?, error: String?)
    /// Whether a model reads what comes in without counting.
    case shadow(model: ModelVersion, isOn: Bool)
    /// What a projection's state was as of a position, by its SHA-256.
    case commitment(projection: String, version: UInt32, upTo: Position, digest: [UInt8])

    /// The response concerned, where the fact is about one.
    public var response: Position? {
        switch self {
        case .exclusion(let response, _): response
        case .decision(let response, _): response
        case .request(let response, _, _): response
        default: nil
        }
    }
}
