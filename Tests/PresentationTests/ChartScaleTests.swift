import Presentation
import Testing

@Suite("Chart scales")
struct ChartScaleTests {
    @Test func valuesLieWithinAndInOrder() {
        let scale = ChartScale(holding: [-20, 35, 5], leastSpan: 10, range: 100...200)
        #expect(scale.place(-20) > 100 && scale.place(35) < 200)
        #expect(scale.place(-20) < scale.place(5) && scale.place(5) < scale.place(35))
        #expect(scale.place(-1e9) == 100 && scale.place(1e9) == 200)
    }

    @Test func oneValueOrNoneStillMakesAScale() {
        for values in [[], [3.0], [3, 3], [.nan, .infinity, 3]] {
            let scale = ChartScale(holding: values, leastSpan: 4, range: 0...10)
            #expect(scale.domain.upperBound - scale.domain.lowerBound >= 4)
            #expect(scale.domain.contains(values.first { $0.isFinite } ?? 0))
        }
        let single = ChartScale(holding: [3], leastSpan: 4, range: 0...10)
        #expect(single.place(3) == 5)
    }

    @Test(arguments: [1, 2, 3, 6, 10])
    func ticksAreRoundAndFew(count: Int) {
        for values in [[-20.0, 35], [0, 0.013], [-0.4, 0.2], [-100, 100], [12, 12.3]] {
            let scale = ChartScale(holding: values, leastSpan: 0.001, range: 0...1)
            let ticks = scale.ticks(atMost: count)
            #expect(ticks.count <= count + 1)
            #expect(ticks.allSatisfy { scale.domain.contains($0) })
            #expect(zip(ticks, ticks.dropFirst()).allSatisfy { $0 < $1 })
        }
        #expect(
            ChartScale(holding: [-19, 31], leastSpan: 1, range: 0...1).ticks(atMost: 6)
                == [-20, -10, 0, 10, 20, 30])
    }
}
