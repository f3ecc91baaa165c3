import Foundation
import Testing

@testable import Classification

struct FixedPointTests {
    @Test func exponentialIsClose() {
        for step in 0...20_000 {
            let x = -Int64(step) * 98
            let exact = exp(Double(x) / 65_536)
            let found = Double(FixedPoint.exponential(x)) / 1_073_741_824
            #expect(abs(found - exact) < 2e-8, "x \(x)")
        }
        #expect(FixedPoint.exponential(0) == 1 << 30)
        #expect(FixedPoint.exponential(.min / 4) == 0)
    }

    @Test func exponentialNeverRises() {
        var last = FixedPoint.exponential(0)
        for x in 1...200_000 {
            let next = FixedPoint.exponential(Int64(-x))
            #expect(next <= last + 8)
            last = next
        }
    }

    @Test func dampedCountsFollowTheLogarithm() {
        for count in 1...255 {
            let exact = 256 * (1 + log(Double(count)))
            #expect(abs(Double(FixedPoint.dampedCounts[count]) - exact) <= 0.51, "count \(count)")
        }
        #expect(FixedPoint.dampedCounts[1] == 256)
        #expect(Int(FixedPoint.dampedCounts[255]) == FixedPoint.dampedCountMax)
    }

    @Test func squareRootsAreFloors() {
        var random = SeededTexts(seed: 3)
        for value in [0, 1, 2, 3, 4, 15, 16, 17, 1 << 52, .max, .max - 1] as [UInt64] {
            check(value)
        }
        for _ in 0..<10_000 { check(random.next() >> UInt64(random.below(63))) }
    }

    private func check(_ value: UInt64) {
        let root = FixedPoint.squareRoot(value)
        #expect(root * root <= value)
        let (above, overflow) = (root + 1).multipliedReportingOverflow(by: root + 1)
        #expect(overflow || above > value, "value \(value)")
    }

    @Test func softmaxSumsToTenThousand() {
        var random = SeededTexts(seed: 4)
        for _ in 0..<50_000 {
            let logits = (0..<3).map { _ in Int64(random.below(1 << 23)) - 1 << 22 }
            let points = FixedPoint.softmax(logits[0], logits[1], logits[2])
            let found = [points.0, points.1, points.2]
            #expect(found.reduce(0) { $0 + Int($1) } == 10_000)
            let total = logits.reduce(0.0) { $0 + exp(Double($1) / 65_536) }
            for (logit, point) in zip(logits, found) {
                #expect(abs(exp(Double(logit) / 65_536) / total * 10_000 - Double(point)) < 1.01)
            }
        }
        #expect(FixedPoint.softmax(0, 0, 0) == (3334, 3333, 3333))
    }

    @Test func sigmoidIsSymmetric() {
        for x in stride(from: Int64(-4_000_000), through: 4_000_000, by: 997) {
            let point = FixedPoint.sigmoid(x)
            let exact = 10_000 / (1 + exp(-Double(x) / 65_536))
            #expect(abs(Double(point) - exact) < 0.51)
            #expect(abs(Int(point) + Int(FixedPoint.sigmoid(-x)) - 10_000) <= 1)
        }
    }
}
