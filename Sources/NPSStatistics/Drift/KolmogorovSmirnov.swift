/// The outcome of a two-sample Kolmogorov–Smirnov test.
public struct KolmogorovSmirnov: Sendable, Hashable {
    /// The largest gap between the two cumulative shares, 0 to 1.
    public let statistic: Double
    /// The chance of a gap at least this large if both came from one distribution.
    ///
    /// From the limit distribution of √(nm/(n+m))·D; rough below about 30 in either sample.
    public let pValue: Double

    init(statistic: Double, firstCount n: Double, secondCount m: Double) {
        self.statistic = statistic
        pValue = Kolmogorov.survival((n * m / (n + m)).squareRoot() * statistic)
    }
}
