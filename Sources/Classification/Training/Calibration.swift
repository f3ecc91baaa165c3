import Foundation

/// Turns the margins of a head's labels into logits whose softmax (or sigmoid) can be believed.
///
/// Matrix scaling (Guo et al. 2017, "On Calibration of Modern Neural Networks", §4.2): logits are
/// A·margins + b, fitted by Newton's method to out-of-fold margins, with a ridge towards one
/// temperature for all labels. One-against-rest margins need more than a temperature: three
/// separate questions do not make one distribution. For a label that stands alone A and b are
/// numbers (Platt 1999). The margins may come from two models, the new one first: then the fit also
/// decides how far to trust the old one (stacking, Wolpert 1992).
struct Calibration: Sendable, Hashable {
    /// Labels.
    let width: Int
    /// Margins per example: `width`, or more if they come from several models.
    let inputs: Int
    /// By output label: the factors of the margins, then the constant.
    var coefficients: [Double]

    /// Strength of the ridge, in examples.
    static let ridge = 1.0
    static let stepsMax = 50

    init(width: Int, inputs: Int) {
        self.width = width
        self.inputs = inputs
        coefficients = .init(repeating: 0, count: width * (inputs + 1))
        for label in 0..<width { coefficients[label * (inputs + 1) + label] = 1 }
    }

    /// The factors of the margins for one label, then the constant.
    func factors(_ label: Int) -> ArraySlice<Double> {
        coefficients[label * (inputs + 1)..<(label + 1) * (inputs + 1)]
    }

    func logits(_ margins: ArraySlice<Double>) -> [Double] {
        (0..<width).map { label in
            let row = factors(label)
            var sum = row[row.endIndex - 1]
            for (factor, margin) in zip(row, margins) { sum += factor * margin }
            return sum
        }
    }

    func probabilities(_ margins: ArraySlice<Double>) -> [Double] {
        let logits = logits(margins)
        guard width > 1 else { return [1 / (1 + exp(-logits[0]))] }
        let top = logits.max() ?? 0
        let weights = logits.map { exp($0 - top) }
        let total = weights.reduce(0, +)
        return weights.map { $0 / total }
    }

    /// Fits the calibration to `margins` (`inputs` per example) and `labels`.
    ///
    /// With a width of one, label 1 is "holds" and 0 "does not".
    static func fitted(
        width: Int, inputs: Int, margins: [Double], labels: [UInt8]
    ) -> Calibration {
        var calibration = Calibration(width: width, inputs: inputs)
        let start = calibration.coefficients
        var loss = calibration.loss(margins, labels, start)
        for _ in 0..<stepsMax {
            let (gradient, hessian) = calibration.derivatives(margins, labels, start)
            guard let step = LinearSystem.solve(hessian, gradient) else { break }
            var fraction = 1.0
            var next = calibration
            var nextLoss = Double.infinity
            while fraction > 1e-4 {
                next = calibration
                for index in step.indices { next.coefficients[index] -= fraction * step[index] }
                nextLoss = next.loss(margins, labels, start)
                if nextLoss <= loss { break }
                fraction /= 2
            }
            guard nextLoss <= loss else { break }
            let gain = loss - nextLoss
            calibration = next
            loss = nextLoss
            if gain < 1e-9 * (1 + abs(loss)) { break }
        }
        return calibration
    }

    private func loss(_ margins: [Double], _ labels: [UInt8], _ start: [Double]) -> Double {
        var sum = 0.0
        for index in labels.indices {
            let given = probabilities(margins[index * inputs..<(index + 1) * inputs])
            sum -= log(max(1e-300, probability(of: labels[index], given)))
        }
        for index in start.indices {
            let difference = coefficients[index] - start[index]
            sum += Self.ridge / 2 * difference * difference
        }
        return sum
    }

    private func probability(of label: UInt8, _ given: [Double]) -> Double {
        width > 1 ? given[Int(label)] : (label == 1 ? given[0] : 1 - given[0])
    }

    private func derivatives(
        _ margins: [Double], _ labels: [UInt8], _ start: [Double]
    ) -> (gradient: [Double], hessian: [Double]) {
        let columns = inputs + 1
        let count = coefficients.count
        var gradient = [Double](repeating: 0, count: count)
        var hessian = [Double](repeating: 0, count: count * count)
        var row = [Double](repeating: 1, count: columns)
        for index in labels.indices {
            for input in 0..<inputs { row[input] = margins[index * inputs + input] }
            let given = probabilities(margins[index * inputs..<(index + 1) * inputs])
            for a in 0..<width {
                let truth = (width > 1 ? Int(labels[index]) == a : labels[index] == 1) ? 1.0 : 0.0
                for i in 0..<columns { gradient[a * columns + i] += (given[a] - truth) * row[i] }
                for b in 0..<width {
                    let curvature = given[a] * ((a == b ? 1 : 0) - given[b])
                    for i in 0..<columns {
                        let factor = curvature * row[i]
                        let at = (a * columns + i) * count + b * columns
                        for j in 0..<columns { hessian[at + j] += factor * row[j] }
                    }
                }
            }
        }
        for index in 0..<count {
            gradient[index] += Self.ridge * (coefficients[index] - start[index])
            hessian[index * count + index] += Self.ridge
        }
        return (gradient, hessian)
    }
}

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
