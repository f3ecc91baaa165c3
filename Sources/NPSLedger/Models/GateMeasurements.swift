import LedgerCore
import NPSStatistics

/// Everything that a gate asks about a candidate, as numbers: measured by whoever can read the
/// responses, classified by ``Gate/evaluate(_:)``.
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

/// Figures as the whole numbers that a gate decides by.
///
/// Whatever is rounded is rounded to the candidate's disadvantage: 5.004 points are 5.01, which a
/// limit of 5 refuses, so that the number shown never contradicts what was decided.
enum GateFigure {
    /// What floating point may be off by, in ten-thousandths: far above its error, far below what
    /// one response in a hundred million changes.
    private static let slack = 1e-6

    /// A figure that has to be small, in ten-thousandths.
    static func most(_ value: Double) -> Int64 { Int64((value * 10_000 - slack).rounded(.up)) }

    /// A figure that has to be large, in ten-thousandths.
    static func least(_ value: Double) -> Int64 { Int64((value * 10_000 + slack).rounded(.down)) }

    /// A figure that nothing is held against, in ten-thousandths.
    static func nearest(_ value: Double) -> Int64 { Int64((value * 10_000).rounded()) }

    /// The change of the score in hundredths of a point, rounded away from zero; exact.
    static func change(_ flips: FlipMatrix) -> Int64 {
        guard flips.total > 0 else { return 0 }
        let (before, after) = (flips.before, flips.after)
        let net = (after.promoters - after.detractors) - (before.promoters - before.detractors)
        let (quotient, rest) = (net.magnitude * 10_000).quotientAndRemainder(
            dividingBy: UInt(flips.total))
        let size = Int64(quotient) + (rest == 0 ? 0 : 1)
        return net < 0 ? -size : size
    }
}

/// What became of each condition of a gate.
public struct GateReport: Hashable, Sendable {
    /// One condition.
    public struct Line: Hashable, Sendable {
        /// What was asked.
        public let condition: GateCondition
        /// What was found; nil where it could not be measured.
        public let finding: GateFinding?
        /// Why it could not be measured, or what was left out of it; nil where there is nothing to
        /// say.
        public let remark: String?

        /// Whether it is met. What cannot be measured is not met: a gate that asks about something
        /// must not open because there is nothing to see.
        public var isMet: Bool { finding?.isMet ?? false }
    }

    /// SHA-256 of the gate file.
    public let digest: [UInt8]
    /// The conditions in the order of the file.
    public let lines: [Line]

    /// Whether every condition is met.
    public var isMet: Bool { lines.allSatisfy(\.isMet) }

    /// What an activation records; nil where the gate is not met.
    public func evidence(asOf: Position) -> GateEvidence? {
        guard isMet else { return nil }
        return GateEvidence(digest: digest, asOf: asOf, findings: lines.compactMap(\.finding))
    }
}
