/// A change of the score in one region from a day on: something for detectors to find.
public struct PlantedShift: Sendable, Hashable {
    /// The first day of the change, counted from 0 at the start of the simulation.
    public var day: Int
    /// The region it happens in.
    public var region: String
    /// The drop in points of NPS; a negative one is a rise.
    public var points: Int

    /// Plants a shift.
    public init(day: Int, region: String, points: Int) {
        self.day = day
        self.region = region
        self.points = points
    }
}
