/// The random sample that a request belongs to, so that anyone can draw it again.
public struct ReviewSample: Hashable, Sendable {
    /// Number of the sample in its ledger, counted from 1.
    public var round: UInt32
    /// What decided which responses were drawn.
    public var seed: UInt64
    /// How many were drawn.
    public var size: UInt64
    /// How many there were to draw from.
    public var population: UInt64

    /// A sample.
    public init(round: UInt32, seed: UInt64, size: UInt64, population: UInt64) {
        self.round = round
        self.seed = seed
        self.size = size
        self.population = population
    }

    /// The map within a payload.
    var encoded: CBORValue {
        .map([
            "round": .unsigned(UInt64(round)), "seed": .unsigned(seed), "size": .unsigned(size),
            "population": .unsigned(population),
        ])
    }

    private static let fieldNames: Set = ["population", "round", "seed", "size"]

    /// Reads the map.
    init(_ value: CBORValue) throws(CBORError) {
        let fields = EventFields(value)
        round = try fields.number("round")
        seed = try fields.unsigned("seed")
        size = try fields.unsigned("size")
        population = try fields.unsigned("population")
        guard fields.values.keys.allSatisfy(Self.fieldNames.contains), round > 0, size > 0,
            size <= population
        else { throw CBORError(.invalidField, offset: 0, field: "sample") }
    }
}
