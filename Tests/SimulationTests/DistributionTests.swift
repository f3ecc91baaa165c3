import Testing

@testable import Simulation

@Suite struct DistributionTests {
    /// Whether a count is within five standard deviations, and one, of what a share foretells.
    private func isNear(_ count: Int, _ share: Double, of total: Int) -> Bool {
        let expected = share * Double(total)
        let variance = expected * (1 - share)
        let difference = Double(count) - expected
        return difference * difference <= 25 * variance + 10
    }

    @Test(arguments: [31, 32] as [UInt64])
    func sharesAreAsConfigured(seed: UInt64) throws {
        let configuration = SimulationConfiguration(seed: seed, responses: 60_000)
        let (rows, truth) = try readAll(configuration)
        let hint: Comment = "seed \(seed)"
        let count = configuration.responses
        let stated = truth.segments[0].stated.total
        let unstated = truth.segments[0].unstated.total
        #expect(isNear(truth.expected.duplicates, 0.01, of: count), hint)
        #expect(isNear(truth.expected.conflicts, 0.001, of: count), hint)
        #expect(isNear(truth.expected.amended, 0.02, of: stated), hint)
        #expect(isNear(truth.expected.rejected, 0.005, of: count), hint)
        #expect(isNear(unstated, 0.02, of: count), hint)
        #expect(isNear(truth.comments - unstated, 0.45, of: count), hint)
        #expect(isNear(truth.contradictions, 0.03, of: truth.comments - unstated), hint)
        // A respondent keeps their language, so answers come in clusters: a wider berth.
        let english = Double(truth.englishComments) / Double(truth.comments)
        #expect(english > 0.57 && english < 0.63, hint)
        let people = Set(rows.filter { $0.kind == .normal }.map(\.respondentID))
        #expect(people.count < count * 2 / 3 && people.count > count / 3, hint)
    }

    @Test(arguments: [41, 42] as [UInt64])
    func segmentsScoreAsConfigured(seed: UInt64) throws {
        var configuration = SimulationConfiguration(seed: seed, responses: 80_000)
        configuration.seasons = .none
        let truth = try readAll(configuration).truth
        let dimensions = [
            ("region", configuration.regions), ("plan", configuration.plans),
            ("product", configuration.products),
        ]
        for (dimension, values) in dimensions {
            for value in values {
                let segment = try #require(truth.segment(dimension, value.name))
                let counts = segment.stated + segment.unstated
                let weight = Double(value.weight) / 100
                let berth = Double(counts.total) / Double(configuration.responses) / weight
                #expect(berth > 0.95 && berth < 1.05, "seed \(seed) \(value.name)")
                // The default dimensions average to the overall mix: each keeps its own.
                let promoters = Double(value.mix.promoters) / 10_000
                let detractors = Double(value.mix.detractors) / 10_000
                #expect(
                    isNear(counts.promoters, promoters, of: counts.total),
                    "seed \(seed) \(value.name)")
                #expect(
                    isNear(counts.detractors, detractors, of: counts.total),
                    "seed \(seed) \(value.name)")
            }
        }
    }

    @Test func channelsDifferInComments() throws {
        let rows = try readAll(SimulationConfiguration(seed: 8, responses: 20_000)).rows
        let share = { (channel: String) in
            let own = rows.filter { $0.channel == channel && $0.kind == .normal }
            return Double(own.filter { !$0.text.isEmpty }.count) / Double(own.count)
        }
        #expect(share("email") > share("web") + 0.03)
        #expect(share("web") > share("mobile") + 0.1)
    }

    @Test func daysFollowTheCalendar() throws {
        let configuration = SimulationConfiguration(seed: 9, responses: 100_000)
        let rows = try readAll(configuration).rows.filter { $0.kind == .normal }
        var weekdays = [Int](repeating: 0, count: 7)
        var halves = [0, 0]
        for row in rows {
            let day = Int(row.at / Calendar.dayMicroseconds)
            weekdays[Calendar.weekday(ofDay: day)] += 1
            let inSummer = (91..<273).contains(Calendar.dayOfYear(ofDay: day))
            halves[inSummer ? 1 : 0] += 1
        }
        #expect(weekdays[1] > weekdays[6] * 2)
        #expect(halves[1] > halves[0] * 5 / 4)
    }

    @Test func theScoreFollowsTheYear() throws {
        var configuration = SimulationConfiguration(seed: 10, responses: 60_000)
        configuration.seasons.scoreWavePoints = 20
        let rows = try readAll(configuration).rows.filter { $0.kind == .normal }
        var summer = ClassCounts()
        var winter = ClassCounts()
        for row in rows {
            let day = Calendar.dayOfYear(ofDay: Int(row.at / Calendar.dayMicroseconds))
            guard let scoreClass = row.scoreClass else { continue }
            if (91..<273).contains(day) {
                summer.add(scoreClass)
            } else {
                winter.add(scoreClass)
            }
        }
        let difference = (summer.netPromoterScore ?? 0) - (winter.netPromoterScore ?? 0)
        #expect(difference > 20 && difference < 32, "\(difference)")
    }

    @Test func theShiftIsThereAndNowhereElse() throws {
        var configuration = SimulationConfiguration(seed: 11, responses: 60_000)
        configuration.seasons.scoreWavePoints = 0
        let calm = try readAll(configuration)
        configuration.plantedShift = PlantedShift(day: 180, region: "EMEA", points: 18)
        let shaken = try readAll(configuration)
        let drop = { (region: String) throws -> Double in
            let segment = try #require(shaken.truth.segment("region", region))
            let before = try #require(segment.statedBefore.netPromoterScore)
            let after = try #require(segment.statedAfter.netPromoterScore)
            return before - after
        }
        #expect(abs(try drop("EMEA") - 18) < 5)
        #expect(abs(try drop("AMER")) < 5)
        #expect(abs(try drop("APAC")) < 6)
        let first = try #require(shaken.truth.shift?.firstPosition)
        #expect(shaken.rows[first].region == "EMEA")
        #expect(shaken.rows[first].at >= configuration.instant(ofDay: 180))
        // Whoever is not in the region answers as if nothing had happened.
        for (before, after) in zip(calm.rows, shaken.rows) where after.region != "EMEA" {
            #expect(before.score == after.score && before.responseID == after.responseID)
        }
    }

    @Test func theWordingIsThereAndScoresStay() throws {
        var configuration = SimulationConfiguration(seed: 12, responses: 20_000)
        let usual = try readAll(configuration)
        configuration.plantedWording = PlantedWording(day: 100, share: 0.4)
        let drifted = try readAll(configuration)
        #expect(usual.rows.map(\.score) == drifted.rows.map(\.score))
        #expect(usual.rows.map(\.responseID) == drifted.rows.map(\.responseID))
        #expect(usual.truth.segments == drifted.truth.segments)
        let wording = try #require(drifted.truth.wording)
        #expect(isNear(wording.affected, 0.4, of: wording.exposed))
        let marks = ["concierge", "locker", "consigne", "carbon", "hologram"]
        var marked = 0
        for row in drifted.rows where row.kind == .normal || row.kind == .lateComment {
            let text = row.text.lowercased()
            let isMarked = marks.contains { text.contains($0) }
            marked += isMarked ? 1 : 0
            #expect(!isMarked || row.updatedAt >= wording.startsAt)
        }
        // A slip of the finger may spoil a mark now and then.
        #expect(marked > wording.affected * 9 / 10 && marked <= wording.affected)
    }
}
