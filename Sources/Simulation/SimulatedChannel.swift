/// One way in which surveys are answered.
public struct SimulatedChannel: Sendable, Hashable {
    /// The channel as it is written in rows.
    public var name: String
    /// How common it is, in relation to the other channels' weights.
    public var weight: Int
    /// How willing its people are to write a comment, in relation to the other channels: with
    /// twice the willingness twice as many write. The overall share stays as configured.
    public var commentWillingness: Int

    /// States a channel.
    public init(_ name: String, weight: Int, commentWillingness: Int) {
        self.name = name
        self.weight = weight
        self.commentWillingness = commentWillingness
    }
}
