/// The number of heads in fair coin flips.
enum FairBinomial {
    /// The probability of each number of heads, 0 … `flips`.
    ///
    /// Grown from the middle outwards and normalised at the end, so that it neither underflows
    /// nor needs factorials, however many flips there are.
    static func probabilities(flips: Int) -> [Double] {
        var weights = [Double](repeating: 0, count: flips + 1)
        let mode = flips / 2
        weights[mode] = 1
        for heads in stride(from: mode, to: 0, by: -1) {
            weights[heads - 1] = weights[heads] * Double(heads) / Double(flips - heads + 1)
        }
        for heads in mode..<max(flips, mode) {
            weights[heads + 1] = weights[heads] * Double(flips - heads) / Double(heads + 1)
        }
        let sum = weights.reduce(0, +)
        return weights.map { $0 / sum }
    }
}
