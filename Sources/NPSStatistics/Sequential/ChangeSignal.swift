/// A chart's word that the level has changed.
public struct ChangeSignal: Sendable, Hashable {
    /// Which way the level moved.
    public enum Direction: String, CaseIterable, Sendable, Hashable {
        /// Up.
        case rise
        /// Down.
        case fall
    }

    /// The index in the series at which the chart signalled.
    public let index: Int
    /// The chart's estimate of the first index at the new level.
    public let onset: Int
    /// Which way.
    public let direction: Direction
    /// How far the chart had moved; above its threshold.
    public let statistic: Double
}
