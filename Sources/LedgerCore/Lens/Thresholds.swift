/// Cut-offs between the classes: scores in hundredths of a point, confidence in basis points.
public struct Thresholds: Hashable, Sendable {
    /// The first score that is passive (700: seven).
    public let passiveFrom: UInt16
    /// The first score that is promoter (900: nine).
    public let promoterFrom: UInt16
    /// The least probability of the likeliest class for an inferred response to count at all.
    public let confidenceMin: UInt16

    /// 7 and 9, every inferred response counted.
    public static let standard = Thresholds(unchecked: 700, 900, 0)

    private init(unchecked passive: UInt16, _ promoter: UInt16, _ confidence: UInt16) {
        passiveFrom = passive
        promoterFrom = promoter
        confidenceMin = confidence
    }

    /// Thresholds, or nil unless 0 < `passiveFrom` ≤ `promoterFrom` ≤ 1000 and
    /// `confidenceMin` ≤ 10,000.
    public init?(passiveFrom: UInt16, promoterFrom: UInt16, confidenceMin: UInt16) {
        guard passiveFrom > 0, passiveFrom <= promoterFrom, promoterFrom <= 1000,
            confidenceMin <= 10_000
        else { return nil }
        self.init(unchecked: passiveFrom, promoterFrom, confidenceMin)
    }

    /// The class of a stated score in hundredths; the classes partition the line.
    @inlinable
    public func classify(score: UInt16) -> NPSClass {
        score >= promoterFrom ? .promoter : score >= passiveFrom ? .passive : .detractor
    }

    /// The likeliest class by probabilities in basis points, ties to the lower class, or nil where
    /// it is less likely than `confidenceMin`.
    @inlinable
    public func classify(detractor: UInt16, promoter: UInt16) -> NPSClass? {
        let passive = 10_000 - Int(detractor) - Int(promoter)
        var best = NPSClass.detractor
        var confidence = Int(detractor)
        if passive > confidence { (best, confidence) = (.passive, passive) }
        if Int(promoter) > confidence { (best, confidence) = (.promoter, Int(promoter)) }
        return confidence >= Int(confidenceMin) ? best : nil
    }
}

/// What a response counts as.
public enum NPSClass: UInt8, CaseIterable, Sendable {
    /// Counts −1.
    case detractor = 0
    /// Counts 0.
    case passive = 1
    /// Counts +1.
    case promoter = 2

    /// The lower-case name.
    public var name: String {
        switch self {
        case .detractor: "detractor"
        case .passive: "passive"
        case .promoter: "promoter"
        }
    }

    /// The class of a lower-case name.
    public init?(name: String) {
        guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }
}
