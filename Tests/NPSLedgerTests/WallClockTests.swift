import LedgerCore
import SurveyImport
import Testing

@testable import NPSLedger

@Suite("Wall clock")
struct WallClockTests {
    @Test("a clock beyond what a number holds says the largest, and an ordinary one the time")
    func bounds() {
        let cases: [(Int, Int, Microseconds)] = [
            (0, 0, 0), (1_700_000_000, 123_456_789, 1_700_000_000_123_456), (-1, 0, -1_000_000),
            (9_223_372_036_854, 775_807_000, .max), (9_223_372_036_854, 775_808_000, .max),
            (9_223_372_036_855, 0, .max), (.max, 999_999_999, .max), (.min, 0, .min),
        ]
        for (seconds, nanoseconds, expected) in cases {
            #expect(
                WallClock.microseconds(seconds: seconds, nanoseconds: nanoseconds) == expected,
                "\(seconds) s \(nanoseconds) ns")
        }
    }
}
