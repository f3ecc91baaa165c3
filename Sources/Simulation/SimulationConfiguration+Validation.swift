extension SimulationConfiguration {
    /// The last instant that four-digit years can write, in microseconds since 1970.
    private static let instantMax: Int64 = 253_402_300_799_000_000

    /// Checks every setting.
    /// - Throws: the first setting that is impossible.
    public func validate() throws(SimulationConfigurationError) {
        try check(
            (0...Self.responsesMax).contains(responses), "responses",
            "from 0 to \(Self.responsesMax)")
        try check(
            (1...Self.durationDaysMax).contains(durationDays), "durationDays",
            "from 1 to \(Self.durationDaysMax) days")
        let lastStart = Self.instantMax - Int64(durationDays + 1) * Calendar.dayMicroseconds
        try check(
            start >= 0 && start <= lastStart, "start", "from the year 1970 to the year 9999")
        try validateSeasons()
        try validate(regions, "regions")
        try validate(plans, "plans")
        try validate(products, "products")
        try validateChannels()
        try check(overallMix.isValid, "overallMix", "shares from 0 to 10000 in all")
        try validateShares()
        try validatePlanted()
    }

    private func check(
        _ isPossible: Bool, _ setting: String, _ advice: String,
        code: SimulationConfigurationError.Code = .outOfRange
    ) throws(SimulationConfigurationError) {
        if !isPossible {
            throw SimulationConfigurationError(code: code, setting: setting, advice: advice)
        }
    }

    private func validateSeasons() throws(SimulationConfigurationError) {
        try check(
            (0...90).contains(seasons.volumeWavePercent), "seasons.volumeWavePercent",
            "from 0 to 90")
        try check(
            (-50...50).contains(seasons.scoreWavePoints), "seasons.scoreWavePoints",
            "from -50 to 50")
        try check(
            (0...365).contains(seasons.peakDayOfYear), "seasons.peakDayOfYear", "from 0 to 365")
        let weights = seasons.weekdayWeights
        try check(
            weights.count == 7 && weights.allSatisfy { (0...100).contains($0) }
                && weights.contains { $0 > 0 },
            "seasons.weekdayWeights", "seven weights from 0 to 100, not all of them 0")
        try check(
            durationDays >= 7 || weights.allSatisfy { $0 > 0 }, "seasons.weekdayWeights",
            "each above 0 when the simulation is shorter than a week")
    }

    private func validate(
        _ values: [SegmentValue], _ setting: String
    ) throws(SimulationConfigurationError) {
        try validateWeights(values.map(\.weight), setting)
        try validateNames(values.map(\.name), setting)
        try check(
            values.allSatisfy(\.mix.isValid), setting, "mixes with shares from 0 to 10000 in all")
    }

    private func validateChannels() throws(SimulationConfigurationError) {
        try validateWeights(channels.map(\.weight), "channels")
        try validateNames(channels.map(\.name), "channels")
        try check(
            channels.allSatisfy { (0...1000).contains($0.commentWillingness) }
                && channels.contains { $0.commentWillingness > 0 && $0.weight > 0 },
            "channels", "a comment willingness from 0 to 1000, not 0 in all of them")
    }

    private func validateNames(
        _ names: [String], _ setting: String
    ) throws(SimulationConfigurationError) {
        try check(
            Set(names).count == names.count && !names.contains(""), setting,
            "names that differ and are not empty", code: .badList)
    }

    private func validateWeights(
        _ weights: [Int], _ setting: String
    ) throws(SimulationConfigurationError) {
        try check(!weights.isEmpty, setting, "at least one value", code: .badList)
        let inRange = weights.allSatisfy { (0...Self.weightSumMax).contains($0) }
        let sum = inRange ? weights.reduce(0, +) : 0
        try check(
            (1...Self.weightSumMax).contains(sum), setting,
            "weights from 0 with a sum from 1 to \(Self.weightSumMax)")
    }

    private func validateShares() throws(SimulationConfigurationError) {
        let shares = [
            ("commentShare", commentShare), ("commentOnlyShare", commentOnlyShare),
            ("englishShare", englishShare), ("mismatchShare", mismatchShare),
            ("duplicateShare", duplicateShare),
            ("conflictingDuplicateShare", conflictingDuplicateShare),
            ("lateCommentShare", lateCommentShare),
        ]
        for (setting, share) in shares {
            try check((0...1).contains(share), setting, "from 0 to 1")
        }
        // Bad rows come before a response; above one half they would outnumber responses.
        try check((0...0.5).contains(badRowShare), "badRowShare", "from 0 to 0.5")
        try check(
            duplicateShare + conflictingDuplicateShare + lateCommentShare <= 1,
            "duplicateShare", "at most 1 with conflictingDuplicateShare and lateCommentShare")
        try check(
            commentShare + commentOnlyShare <= 1, "commentShare",
            "at most 1 with commentOnlyShare")
    }

    private func validatePlanted() throws(SimulationConfigurationError) {
        let days = 0..<durationDays
        if let shift = plantedShift {
            try check(
                days.contains(shift.day), "plantedShift.day", "from 0 to \(durationDays - 1)")
            try check(
                (-100...100).contains(shift.points), "plantedShift.points", "from -100 to 100")
            try check(
                regions.contains { $0.name == shift.region }, "plantedShift.region",
                "one of the regions", code: .unknownRegion)
        }
        if let wording = plantedWording {
            try check(
                days.contains(wording.day), "plantedWording.day", "from 0 to \(durationDays - 1)")
            try check(
                (0...1).contains(wording.share), "plantedWording.share", "from 0 to 1")
        }
    }
}
