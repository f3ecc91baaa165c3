/// Where a planted change is to be found in the stream.
public struct PlantedTruth: Sendable, Hashable {
    /// When the change starts, in microseconds since 1970, UTC.
    public let startsAt: Int64
    /// The place of the first row that has it; nil when no row did so far.
    public internal(set) var firstPosition: Int?
    /// How many responses (of the region) or comments could have it so far.
    public internal(set) var exposed = 0
    /// How many of them have it: all after a shift, the configured share after a new wording.
    public internal(set) var affected = 0

    init(startsAt: Int64) {
        self.startsAt = startsAt
    }

    mutating func add(position: Int, isAffected: Bool) {
        exposed += 1
        if isAffected {
            affected += 1
            firstPosition = firstPosition ?? position
        }
    }
}
