import Presentation
import Testing

@Suite("Numbers for people")
struct FormattedTests {
    @Test func countsAreGrouped() {
        #expect(Formatted.count(0) == "0")
        #expect(Formatted.count(999) == "999")
        #expect(Formatted.count(1_234_567) == "1,234,567")
        #expect(Formatted.count(-1000) == "-1,000")
        #expect(Formatted.count(Int64.min) == "-9,223,372,036,854,775,808")
    }

    @Test(arguments: [
        (32.44, "+32.4"), (-7, "-7.0"), (0, "0.0"), (-0.04, "0.0"), (0.04, "0.0"), (0.05, "+0.1"),
        (100, "+100.0"), (.nan, "n/a"), (.infinity, "n/a"),
    ])
    func pointsCarryTheirSign(value: Double, expected: String) {
        #expect(Formatted.points(value) == expected)
    }

    @Test func fixedDecimals() {
        #expect(Formatted.fixed(1.005, decimals: 2) == "1.00")
        #expect(Formatted.fixed(0.5, decimals: 0) == "1")
        #expect(Formatted.fixed(-0.0049, decimals: 2) == "0.00")
        #expect(Formatted.fixed(1e300, decimals: 2).count == 301)
        #expect(Formatted.fixed(0.037, decimals: 4) == "0.0370")
        #expect(Formatted.percent(0.1234) == "12.3%")
        #expect(Formatted.percent(1, decimals: 0) == "100%")
    }

    @Test(arguments: [
        (Duration.nanoseconds(4200), "4 µs"), (.microseconds(850_000), "850 ms"),
        (.milliseconds(1234), "1.2 s"), (.milliseconds(59_960), "1 min 00 s"),
        (.seconds(184), "3 min 04 s"), (.seconds(7500), "2 h 05 min"),
        (.milliseconds(3_599_700), "1 h 00 min"), (.seconds(86_400 * 3 + 14_400), "3 d 04 h"),
        (.seconds(86_399), "1 d 00 h"), (.zero, "0 µs"), (.seconds(-2), "-2.0 s"),
        (.microseconds(999_600), "1.0 s"), (.nanoseconds(999_600), "1 ms"),
    ])
    func durations(span: Duration, expected: String) {
        #expect(Formatted.duration(span) == expected)
    }

    @Test func bytesAndRates() {
        #expect(Formatted.bytes(0) == "0 B")
        #expect(Formatted.bytes(1023) == "1023 B")
        #expect(Formatted.bytes(1536) == "1.5 KiB")
        #expect(Formatted.bytes(1_048_575) == "1.0 MiB")
        #expect(Formatted.bytes(UInt64.max) == "16.0 EiB")
        #expect(Formatted.rate(2.54) == "2.5/s")
        #expect(Formatted.rate(210_000.4) == "210,000/s")
        #expect(Formatted.rate(.infinity) == "n/a")
    }
}

@Suite("Instants")
struct TimestampTests {
    @Test(arguments: [
        (Int64(0), "1970-01-01T00:00:00Z"), (1_709_460_000_000_000, "2024-03-03T10:00:00Z"),
        (1_709_164_800_123_000, "2024-02-29T00:00:00.123Z"), (-1, "1969-12-31T23:59:59.999999Z"),
        (.max, "+294247-01-10T04:00:54.775807Z"), (.min, "-290308-12-21T19:59:05.224192Z"),
        (-62_167_219_200_000_000, "0000-01-01T00:00:00Z"),
        (253_402_300_800_000_000, "+010000-01-01T00:00:00Z"),
    ])
    func formatsAndParses(microseconds: Int64, text: String) throws {
        #expect(Timestamp.format(microseconds) == text)
        #expect(try Timestamp.parse(text) == microseconds)
    }

    @Test(arguments: [
        ("2024-03-03", Int64(1_709_424_000_000_000)),
        ("2024-03-03t12:00:00+02:00", 1_709_460_000_000_000),
        ("2024-03-03 04:30:00.5-05:30", 1_709_460_000_500_000),
        ("2016-12-31T23:59:60Z", 1_483_228_800_000_000),
        ("1970-01-01T00:00:00.123456789Z", 123_456),
    ])
    func acceptsWhatTheStandardAllows(text: String, microseconds: Int64) throws {
        #expect(try Timestamp.parse(text) == microseconds)
    }

    @Test(arguments: [
        "", "2024", "2024-13-01", "2024-00-10", "2023-02-29", "1900-02-29", "2024-02-30",
        "2024-03-03T10:00:00", "2024-03-03T24:00:00Z", "2024-03-03T10:60:00Z",
        "2024-03-03T10:00:00.Z", "2024-03-03T10:00:00.1234567890Z", "2024-03-03T10:00:00Zx",
        "2024-03-03T10:00:00+2:00", "2024-03-03T10:00Z", "-000000-01-01", "+999999-01-01",
        "-999999-01-01T00:00:00.5Z", "20２4-03-03", "\u{1B}[2J",
    ])
    func refusesEverythingElse(text: String) {
        let error = #expect(throws: TimestampError.self) { try Timestamp.parse(text) }
        #expect(error?.text == text)
        #expect(error?.description.contains("\u{1B}") == false)
    }

    @Test func everyInstantReadsBack() throws {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(seed: seed)
        for round in 0..<3000 {
            // Shifted, so that near instants are as common as far ones.
            let value = Int64(bitPattern: generator.next()) >> Int64(round % 40)
            let text = Timestamp.format(value)
            #expect(try Timestamp.parse(text) == value, "seed \(seed): \(text)")
        }
    }

    @Test func textOrderIsTimeOrder() {
        #expect(Timestamp.formatDate(-1) == "1969-12-31")
        #expect(Timestamp.formatDate(1_709_460_000_000_000) == "2024-03-03")
    }
}
