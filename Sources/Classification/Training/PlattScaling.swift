import Foundation

/// Makes a probability of one label's margin: 1 / (1 + e^−(a·margin + b)) (Platt 1999).
///
/// What `Calibration` does for one label and one model, without its general matrices: of topics
/// there are up to 64.
struct PlattScaling: Sendable, Hashable {
    var factor = 1.0
    var offset = 0.0

    func logit(_ margin: Double) -> Double { factor * margin + offset }

    /// In basis points, as the classifier says it.
    func points(_ margin: Double) -> Int {
        Int((10_000 / (1 + exp(-logit(margin)))).rounded())
    }

    /// Fits by Newton's method, with the ridge of `Calibration` towards the margin as it is.
    static func fitted(_ margins: [Double], _ holds: [Bool]) -> PlattScaling {
        var best = PlattScaling()
        var loss = best.loss(margins, holds)
        for _ in 0..<Calibration.stepsMax {
            let step = best.step(margins, holds)
            var fraction = 1.0
            var next = best
            var nextLoss = Double.infinity
            while fraction > 1e-4 {
                next.factor = best.factor - fraction * step.0
                next.offset = best.offset - fraction * step.1
                nextLoss = next.loss(margins, holds)
                if nextLoss <= loss { break }
                fraction /= 2
            }
            guard nextLoss <= loss else { break }
            let gain = loss - nextLoss
            best = next
            loss = nextLoss
            if gain < 1e-9 * (1 + loss) { break }
        }
        return best
    }

    private func loss(_ margins: [Double], _ holds: [Bool]) -> Double {
        let (a, b) = (factor - 1, offset)
        var sum = Calibration.ridge / 2 * (a * a + b * b)
        for index in margins.indices {
            let x = holds[index] ? -logit(margins[index]) : logit(margins[index])
            // ln(1 + e^x) without leaving the range of Double.
            sum += max(x, 0) + log1p(exp(-abs(x)))
        }
        return sum
    }

    /// Hessian⁻¹ · gradient; the ridge keeps the Hessian from being singular.
    private func step(_ margins: [Double], _ holds: [Bool]) -> (Double, Double) {
        var (ga, gb) = (Calibration.ridge * (factor - 1), Calibration.ridge * offset)
        var (haa, hab, hbb) = (Calibration.ridge, 0.0, Calibration.ridge)
        for index in margins.indices {
            let margin = margins[index]
            let given = 1 / (1 + exp(-logit(margin)))
            let difference = given - (holds[index] ? 1 : 0)
            let curvature = given * (1 - given)
            ga += difference * margin
            gb += difference
            haa += curvature * margin * margin
            hab += curvature * margin
            hbb += curvature
        }
        let determinant = haa * hbb - hab * hab
        return ((hbb * ga - hab * gb) / determinant, (haa * gb - hab * ga) / determinant)
    }
}
