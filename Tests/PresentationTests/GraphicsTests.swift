import Presentation
import Testing

@Suite("Sparklines and bars")
struct GraphicsTests {
    @Test func sparklineFillsItsRange() {
        let values: [Double?] = [0, 1, 2, 3, nil, 4, 5, 6, 7, .nan]
        #expect(Sparkline(values).render() == "▁▂▃▄ ▅▆▇█ ")
        #expect(Sparkline(values).render(style: .ascii) == "_.-: =+*# ")
    }

    @Test func fixedBoundsClampAndCompare() {
        #expect(Sparkline([-200, -100, 0, 100, 200], low: -100, high: 100).render() == "▁▁▅██")
        #expect(Sparkline([5, 5, 5]).render() == "▄▄▄")
        #expect(Sparkline([nil, nil]).render() == "  ")
        #expect(Sparkline([-1e308, 1e308]).render() == "▁█")
        #expect(Sparkline([]).render() == "")
    }

    @Test(arguments: [
        (0.0, "    "), (1.0, "████"), (0.5, "██  "), (0.4, "█▋  "), (2.0, "████"), (-1.0, "    "),
        (.nan, "    "),
    ])
    func barIsExactToAnEighth(share: Double, expected: String) {
        #expect(Bar(share: share).render(width: 4) == expected)
    }

    @Test func barFallsBackToASCII() {
        #expect(Bar(3, of: 4).render(width: 8, style: .ascii) == "######  ")
        #expect(Bar(3, of: 0).render(width: 2, style: .ascii) == "  ")
    }

    @Test(
        arguments: [
            (0.0, nil, "          │          "), (50.0, nil, "          │█████     "),
            (-50.0, nil, "     █████│          "), (30.0, 10.0...50.0, "          │──█──     "),
        ] as [(Double, ClosedRange<Double>?, String)])
    func divergingBarGrowsFromTheAxis(
        value: Double, interval: ClosedRange<Double>?, expected: String
    ) {
        #expect(DivergingBar(value, interval: interval).render(width: 21) == expected)
    }

    @Test func anIntervalThatCoversZeroCrossesTheAxis() {
        let bar = DivergingBar(40, interval: -20...60)
        #expect(bar.render(width: 21) == "        ──┼───█──    ")
        #expect(bar.render(width: 21, style: .ascii) == "        --+---#--    ")
        #expect(
            DivergingBar(-100, interval: -100...(-90)).render(width: 21).hasPrefix("██") == false)
    }

    @Test func divergingBarHasItsWidthWhateverTheValue() {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let width = Int.random(in: 0...40, using: &generator)
            let value = generator.double()
            let interval = min(-1, value.isNaN ? 0 : value)...max(1, value.isNaN ? 0 : value)
            let bar = DivergingBar(value, interval: interval).render(width: width)
            #expect(DisplayWidth.of(bar) == width, "seed \(seed): \(value)")
            let plain = Bar(share: value).render(width: width)
            #expect(DisplayWidth.of(plain) == width, "seed \(seed): \(value)")
        }
    }
}
