import LedgerCore
import LedgerStore
import NPSLedger

/// How responses are parted into what is learnt from and what is tested on, where it is the way of
/// training that is evaluated.
public enum EvaluationSplit: String, CaseIterable, Sendable {
    /// In folds: each response by a model that has not seen it.
    case crossValidation = "cross-validation"
    /// What came before a time is learnt from, what came after is tested on.
    case later
    /// Each value of a dimension by a model that has seen none of it.
    case unseenSegments = "unseen-segments"
}

/// Asks how good a version is on what it has not learnt from, or how good the way is in which it
/// was trained.
public struct EvaluationRequest: Sendable {
    /// What is evaluated on what.
    public enum Ground: Sendable {
        /// The version, on the ledger's stated scores and people's decisions.
        case ledger
        /// The version, on labels of a file.
        case file(LabelledFile)
        /// Its training, in folds.
        case crossValidation
        /// Its training, on responses before a time and tested on those from then on.
        case later(than: Microseconds)
        /// Its training, each value of a dimension by a model that has seen none of it; `trainings`
        /// models at most.
        case unseenSegments(dimension: String, trainings: Int)
    }

    /// Models that are trained to leave segments out: fewer leave nothing to learn from, more take
    /// a day.
    public static let trainingsBounds = 2...100

    /// The version.
    public var version: ModelVersion
    /// What it is held against.
    public var ground: Ground
    /// Which responses, and by what they are grouped.
    public var selection = Selection()
    /// As of when.
    public var asOf = LensRequest.Moment.now
    /// The threshold set that makes labels of scores; nil for the one in force.
    public var thresholds: UInt32?
    /// Confidence of the intervals in percent, from 50 to below 100.
    public var confidence = 95.0
    /// Segments with fewer responses are summed up.
    public var responsesAtLeast = 30
    /// Leaves out what the version has learnt from where that would be refused.
    public var leavesOutLearnt = false

    /// An evaluation of everything there is.
    public init(_ version: ModelVersion, on ground: Ground = .ledger) {
        self.version = version
        self.ground = ground
    }

    /// The lens under which responses and what was read in them are looked up.
    var lens: LensRequest {
        var lens = LensRequest(asOf: asOf, model: version, basis: .inferred)
        lens.thresholds = thresholds
        lens.confidence = confidence
        return lens
    }

    /// - Throws: `LedgerError` with code `invalid`; `ImportError` for a mapping that contradicts
    ///   itself.
    func check() throws {
        try selection.check()
        try lens.check()
        guard responsesAtLeast >= 1 else {
            throw LedgerError(.invalid, "a segment has at least one response")
        }
        switch ground {
        case .ledger, .crossValidation, .later: break
        case .file(let file):
            guard selection.window == nil else {
                throw LedgerError(
                    .invalid, "a window ends with the ledger's latest response, not with a file's")
            }
            try file.checkScores()
        case .unseenSegments(_, let trainings):
            guard Self.trainingsBounds.contains(trainings) else {
                throw LedgerError(
                    .invalid,
                    "to leave segments out takes \(Self.trainingsBounds.lowerBound) to "
                        + "\(Self.trainingsBounds.upperBound) trainings")
            }
        }
    }
}
