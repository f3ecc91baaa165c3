import Testing

@testable import Simulation

@Suite struct ConfigurationTests {
    private func refusal(
        _ change: (inout SimulationConfiguration) -> Void
    ) -> SimulationConfigurationError? {
        var configuration = SimulationConfiguration()
        change(&configuration)
        do {
            _ = try Simulator(configuration)
            return nil
        } catch {
            return error
        }
    }

    @Test func defaultsArePossible() {
        #expect(refusal { _ in } == nil)
    }

    @Test func impossibleSettingsAreNamed() {
        #expect(refusal { $0.responses = -1 }?.setting == "responses")
        #expect(refusal { $0.durationDays = 0 }?.setting == "durationDays")
        #expect(refusal { $0.start = -1 }?.setting == "start")
        #expect(refusal { $0.start = .max }?.setting == "start")
        #expect(refusal { $0.commentShare = .nan }?.setting == "commentShare")
        #expect(refusal { $0.badRowShare = 0.6 }?.setting == "badRowShare")
        #expect(refusal { $0.duplicateShare = 0.99 }?.setting == "duplicateShare")
        #expect(refusal { $0.commentOnlyShare = 0.6 }?.setting == "commentShare")
        #expect(refusal { $0.regions = [] }?.code == .badList)
        #expect(refusal { $0.regions.append($0.regions[0]) }?.code == .badList)
        #expect(refusal { $0.plans[0].weight = .max }?.setting == "plans")
        #expect(refusal { $0.products[0].mix.promoters = 9999 }?.setting == "products")
        #expect(refusal { $0.overallMix.detractors = -1 }?.setting == "overallMix")
        #expect(refusal { $0.channels[0].commentWillingness = -1 }?.setting == "channels")
        #expect(
            refusal { $0.seasons.weekdayWeights = [1] }?.setting == "seasons.weekdayWeights")
        let lost = refusal {
            $0.plantedShift = PlantedShift(day: 1, region: "Atlantis", points: 5)
        }
        #expect(lost?.code == .unknownRegion)
        #expect(lost?.description.contains("plantedShift.region") == true)
        let late = refusal { $0.plantedWording = PlantedWording(day: 365, share: 0.1) }
        #expect(late?.setting == "plantedWording.day")
    }

    @Test func anEmptyStreamIsAStream() throws {
        let (rows, truth) = try readAll(SimulationConfiguration(seed: 1, responses: 0))
        #expect(rows.isEmpty && truth.expected == ImportTotals())
        #expect(truth.segments[0].stated.netPromoterScore == nil)
    }

    @Test func oneDayWillDo() throws {
        var configuration = SimulationConfiguration(seed: 3, responses: 500)
        configuration.durationDays = 1
        let (_, truth) = try readAll(configuration)
        #expect(truth.expected.recorded == 500)
    }

    @Test func datesAreThoseOfTheCalendar() {
        #expect(Calendar.text(of: 0) == "1970-01-01T00:00:00.000Z")
        #expect(Calendar.text(of: 951_782_399_999_000) == "2000-02-28T23:59:59.999Z")
        #expect(Calendar.text(of: 951_782_400_000_000) == "2000-02-29T00:00:00.000Z")
        #expect(Calendar.text(of: 1_735_689_600_000_000) == "2025-01-01T00:00:00.000Z")
        #expect(Calendar.text(of: 253_402_300_799_000_000) == "9999-12-31T23:59:59.000Z")
        #expect(Calendar.weekday(ofDay: 20_089) == 2)
        #expect(Calendar.dayOfYear(ofDay: 11_016) == 59)
        var last = (year: 1969, month: 12, day: 31)
        for day in 0..<60_000 {
            let date = Calendar.date(ofDay: day)
            let isNext =
                date.year == last.year && date.month == last.month && date.day == last.day + 1
                || date.day == 1 && date.month == last.month + 1 && last.day >= 28
                || date.day == 1 && date.month == 1 && last.month == 12 && last.day == 31
            #expect(isNext, "day \(day)")
            last = date
        }
    }

    @Test func fieldsAreQuotedWhereTheyMustBe() throws {
        var simulator = try Simulator(SimulationConfiguration(seed: 1, responses: 1))
        let first = simulator.next()
        var row = try #require(first)
        row.text = "He said \"no\",\nthen \\ \u{1}"
        row.responseID = "a"
        row.respondentID = "b"
        row.score = ""
        row.at = 0
        row.updatedAt = 0
        var csv: [UInt8] = []
        csvLine(for: row, to: &csv)
        let start = "a,b,,\"He said \"\"no\"\",\nthen \\ \u{1}\",1970-01-01T00:00:00.000Z,"
        #expect(String(decoding: csv, as: UTF8.self).hasPrefix(start))
        var json: [UInt8] = Array("x".utf8)
        jsonLine(for: row, to: &json)
        let line = String(decoding: json, as: UTF8.self)
        let opening = #"x{"response_id":"a","respondent_id":"b","score":null,"#
        #expect(line.hasPrefix(opening))
        #expect(line.contains(#""comment":"He said \"no\",\nthen \\ \u0001","#))
        #expect(line.hasSuffix("}\n"))
    }

    @Test func theTruthIsWrittenInAFixedOrder() throws {
        let (_, truth) = try readAll(eventfulYear(seed: 5, responses: 2000))
        let json = truth.json
        let keys = [
            "format", "seed", "responses", "expected", "rejectedByReason", "segments", "comments",
            "sentiments", "intents", "topics", "planted", "shift", "wording",
        ]
        var rest = Substring(json)
        for key in keys {
            let found = try #require(rest.firstRange(of: "\"\(key)\":"), "\(key)")
            rest = rest[found.upperBound...]
        }
        #expect(json.contains("\"recorded\":2000,"))
    }

    @Test func theGeneratorMatchesItsSource() {
        // First outputs of SplitMix64 from seed 1234567, as commonly published for it.
        var mixer: UInt64 = 1_234_567
        #expect(SeededGenerator.mix(&mixer) == 6_457_827_717_110_365_317)
        #expect(SeededGenerator.mix(&mixer) == 3_203_168_211_198_807_973)
        var generator = SeededGenerator(seed: 0)
        var seen = [Int](repeating: 0, count: 7)
        for _ in 0..<7000 {
            seen[generator.below(7)] += 1
        }
        #expect(seen.allSatisfy { $0 > 850 && $0 < 1150 }, "\(seen)")
    }
}
