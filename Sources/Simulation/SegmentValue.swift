/// One value of a segment dimension: how common it is and how its people score.
public struct SegmentValue: Sendable, Hashable {
    /// The value as it is written in rows.
    public var name: String
    /// How common it is, in relation to the other values' weights.
    public var weight: Int
    /// How its people score; what differs from the configuration's overall mix adds up over
    /// the dimensions.
    public var mix: ScoreMix

    /// States a value; the mix is in basis points.
    public init(_ name: String, weight: Int, promoters: Int, detractors: Int) {
        self.name = name
        self.weight = weight
        mix = ScoreMix(promoters: promoters, detractors: detractors)
    }
}
