/// A new vocabulary that appears in comments from a day on, while scores stay as they were.
public struct PlantedWording: Sendable, Hashable {
    /// The first day of the new words, counted from 0 at the start of the simulation.
    public var day: Int
    /// The share of comments that have them from then on, from 0 to 1.
    public var share: Double

    /// Plants a wording.
    public init(day: Int, share: Double) {
        self.day = day
        self.share = share
    }
}
