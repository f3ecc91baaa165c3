import LedgerCore
import NPSStatistics

/// Everything that a gate asks about a candidate, as numbers: measured by whoever can read the
/// responses, judged by ``Gate/evaluate(_:)``.
public struct GateMeasurements: Sendable {
    /// A change that a condition asks about.
    public struct Question: Hashable, Sendable {
        /// Which responses count by what.
        public var basis: Lens.Basis
        /// The dimensions that make segments; none for the change of all responses together.
        public var by: [String]

        /// A question.
        public init(basis: Lens.Basis, by: [String] = []) {
            self.basis = basis
            self.by = by
        }
    }

    /// The same responses under the active model and the candidate.
    public struct Segment: Hashable, Sendable {
        /// Values in the order of the question's dimensions; nil where responses have none.
        public var values: [String?]
        /// From which class to which the responses go.
        public var flips: FlipMatrix

        /// A segment.
        public init(values: [String?], flips: FlipMatrix) {
            self.values = values
            self.flips = flips
        }
    }

    /// The model the candidate is held against; nil where none is active.
    public var active: ModelVersion?
    /// The candidate on what it read and has a stated score, without what one of the two has learnt
    /// from.
    public var candidate = ClassifierQuality()
    /// Texts with a stated score that one of the two has learnt from.
    public var learnt = 0
    /// Both on what both read and has a stated score, without what one of the two has learnt from.
    public var both = (candidate: ClassifierQuality(), active: ClassifierQuality())
    /// From the active model's likeliest class to the candidate's, for every text both read.
    public var agreement = FlipMatrix()
    /// The answer to each question of the gate.
    public var changes: [Question: [Segment]] = [:]
    /// Responses with a text.
    public var texts = 0
    /// Of those, how many the candidate has not read.
    public var unread = 0

    /// Nothing measured.
    public init(active: ModelVersion?) { self.active = active }
}
