import Foundation
import Testing

@testable import Classification

struct CalibrationTests {
    /// Labels are drawn from margins with known factors: the fit finds the factors again.
    @Test func knownFactorsAreFound() {
        var random = SeededTexts(seed: 21)
        func uniform() -> Double { Double(random.next() >> 11) / 9_007_199_254_740_992 }
        var margins: [Double] = []
        var labels: [UInt8] = []
        for _ in 0..<20_000 {
            let margin = uniform() * 4 - 2
            margins.append(margin)
            labels.append(uniform() < 1 / (1 + exp(-(2.5 * margin - 0.7))) ? 1 : 0)
        }
        let fitted = Calibration.fitted(width: 1, inputs: 1, margins: margins, labels: labels)
        #expect(abs(fitted.coefficients[0] - 2.5) < 0.1)
        #expect(abs(fitted.coefficients[1] + 0.7) < 0.07)
    }

    @Test func threeClassesBecomeBelievable() {
        var random = SeededTexts(seed: 22)
        func uniform() -> Double { Double(random.next() >> 11) / 9_007_199_254_740_992 }
        var margins: [Double] = []
        var labels: [UInt8] = []
        for _ in 0..<10_000 {
            let row = (0..<3).map { _ in uniform() * 2 - 1 }
            let weights = zip(row, [0.4, 0, -0.2]).map { exp(3 * $0 + $1) }
            var draw = uniform() * weights.reduce(0, +)
            var label: UInt8 = 0
            while label < 2, draw > weights[Int(label)] {
                draw -= weights[Int(label)]
                label += 1
            }
            margins += row
            labels.append(label)
        }
        let fitted = Calibration.fitted(width: 3, inputs: 3, margins: margins, labels: labels)
        var sums = [0.0, 0, 0]
        for index in labels.indices {
            let given = fitted.probabilities(margins[index * 3..<index * 3 + 3])
            #expect(abs(given.reduce(0, +) - 1) < 1e-12)
            for label in 0..<3 { sums[label] += given[label] }
        }
        // A maximum-likelihood fit with constants gives each label its observed frequency.
        for label in 0..<3 {
            let held = Double(labels.count { $0 == label })
            #expect(abs(sums[label] - held) < 5)
        }
    }

    /// A second model that knows the truth where the first guesses gets the weight.
    @Test func theBetterOfTwoModelsIsTrusted() {
        var random = SeededTexts(seed: 23)
        var margins: [Double] = []
        var labels: [UInt8] = []
        for _ in 0..<2000 {
            let label = UInt8(random.below(2))
            margins.append(Double(random.below(2000)) / 1000 - 1)
            margins.append((label == 1 ? 1 : -1) * (random.below(10) == 0 ? -1 : 1))
            labels.append(label)
        }
        let fitted = Calibration.fitted(width: 1, inputs: 2, margins: margins, labels: labels)
        #expect(abs(fitted.coefficients[0]) < 0.3)
        // Right in nine of ten: ln 9.
        #expect(abs(fitted.coefficients[1] - 2.2) < 0.3)
    }

    @Test func separableMarginsStayFinite() {
        let fitted = Calibration.fitted(
            width: 1, inputs: 1, margins: [-2, -1, 1, 2], labels: [0, 0, 1, 1])
        #expect(fitted.coefficients.allSatisfy { $0.isFinite && abs($0) < 50 })
    }

    @Test func singularSystemsHaveNoSolution() {
        #expect(LinearSystem.solve([1, 2, 2, 4], [1, 1]) == nil)
        #expect(LinearSystem.solve([0, 2, 4, 0], [6, 8]) == [2, 3])
    }
}
