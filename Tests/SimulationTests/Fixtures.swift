import Simulation

/// Reads a configured stream to its end.
func readAll(
    _ configuration: SimulationConfiguration
) throws -> (rows: [SimulatedRow], truth: SimulationTruth) {
    var simulator = try Simulator(configuration)
    var rows: [SimulatedRow] = []
    while let row = simulator.next() {
        rows.append(row)
    }
    return (rows, simulator.truth)
}

/// FNV-1a of 64 bits (G. Fowler, L. Noll, K.-P. Vo), for golden values.
func fnv1a(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
}

/// A year with everything in it that can be planted.
func eventfulYear(seed: UInt64, responses: Int) -> SimulationConfiguration {
    var configuration = SimulationConfiguration(seed: seed, responses: responses)
    configuration.plantedShift = PlantedShift(day: 200, region: "EMEA", points: 20)
    configuration.plantedWording = PlantedWording(day: 250, share: 0.3)
    return configuration
}

/// A configuration that only a seed could have thought of.
func arbitrary(seed: UInt64) -> SimulationConfiguration {
    var generator = SeededGenerator(seed: seed)
    func share(_ most: Double) -> Double {
        Double(generator.below(1001)) / 1000 * most
    }
    var configuration = SimulationConfiguration(seed: seed, responses: generator.below(3000))
    configuration.start = Int64(generator.below(1 << 31)) * 1_000_123
    configuration.durationDays = 7 + generator.below(800)
    configuration.seasons.volumeWavePercent = generator.below(91)
    configuration.seasons.scoreWavePoints = generator.below(101) - 50
    configuration.seasons.weekdayWeights = (0..<7).map { _ in 1 + generator.below(9) }
    configuration.overallMix = ScoreMix(promoters: generator.below(5001), detractors: 4000)
    configuration.commentShare = share(0.7)
    configuration.commentOnlyShare = share(0.3)
    configuration.englishShare = share(1)
    configuration.mismatchShare = share(1)
    configuration.duplicateShare = share(0.3)
    configuration.conflictingDuplicateShare = share(0.3)
    configuration.lateCommentShare = share(0.3)
    configuration.badRowShare = share(0.5)
    if generator.below(2) == 0 {
        configuration.plantedShift = PlantedShift(
            day: generator.below(configuration.durationDays), region: "APAC",
            points: generator.below(201) - 100)
    }
    if generator.below(2) == 0 {
        configuration.plantedWording = PlantedWording(
            day: generator.below(configuration.durationDays), share: share(1))
    }
    return configuration
}
