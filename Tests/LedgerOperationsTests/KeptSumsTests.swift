import LedgerCore
import LedgerQueries
import NPSStatistics
import Testing

@Suite("A process that goes on asking")
struct KeptSumsTests {
    /// What an answer says of a segment.
    private struct Row: Equatable {
        let name: String
        let tally: NPSTally
        let persons: Int
        let interval: Interval?

        init(_ score: SegmentScore) {
            (name, tally) = (score.name, score.tally)
            (persons, interval) = (score.persons, score.interval)
        }
    }

    @Test("answers as one that asks for the first time, while responses come in")
    func growing() throws {
        let test = try ActingLedger()
        var questions = 0
        func rows(_ segments: SegmentSelection, _ lens: LensRequest, to: TimeBound?) throws -> [Row]
        {
            let answer = try test.open.score(
                ScoreRequest(Selection(segments, to: to), lens, order: .name))
            return (answer.rows + [answer.total]).map { Row($0) }
        }
        for step in 0..<4 {
            try test.importPanel(step * 150..<(step + 1) * 150, persons: 90)
            for lens in [
                LensRequest(), LensRequest(basis: .stated), LensRequest(asOf: .position(80)),
            ] {
                for segments in [
                    SegmentSelection(), SegmentSelection(by: ["region"]),
                    SegmentSelection(by: ["region"], keeping: ["plan": ["pro"]]),
                    SegmentSelection(by: ["plan", "region"]), SegmentSelection(by: ["region"]),
                    SegmentSelection(by: ["plan"], keeping: ["region": ["north", "west"]]),
                ] {
                    // An end that nobody has asked with lies beyond all answers: nothing is known.
                    questions += 1
                    let bound = try TimeBound("2100-01-01").time + Microseconds(questions)
                    let anew = try rows(segments, lens, to: TimeBound(bound))
                    #expect(try rows(segments, lens, to: nil) == anew, "question \(questions)")
                    #expect(anew.last.map { $0.persons < $0.tally.counts.total } == true)
                }
            }
        }
        #expect(questions == 72)
    }
}
