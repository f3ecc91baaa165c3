/// Corrections for testing many hypotheses at once.
///
/// Both take p-values in any order and return adjusted ones in the same order: compare those with
/// the usual 0.05. A p that is not a number counts as 1 and others are brought into [0, 1].
public enum MultipleComparisons {
    /// Benjamini and Hochberg (1995): the false discovery rate, the default.
    ///
    /// q₍ᵢ₎ = min over j ≥ i of m·p₍ⱼ₎/j. Of the hypotheses with q < 0.05, at most 5 % are
    /// expected to be false alarms, if the tests are independent or positively dependent.
    public static func benjaminiHochberg(_ pValues: [Double]) -> [Double] {
        let values = pValues.map(sanitised)
        let order = ascending(values)
        let count = Double(values.count)
        var adjusted = values
        var smallest = 1.0
        for (rank, index) in order.enumerated().reversed() {
            // The ratio first: it is exactly 1 for the largest, so q never falls below p.
            smallest = min(smallest, values[index] * (count / Double(rank + 1)))
            adjusted[index] = smallest
        }
        return adjusted
    }

    /// Holm (1979): the family-wise error rate, for any dependence; stricter.
    ///
    /// max over j ≤ i of (m − j + 1)·p₍ⱼ₎. The chance of even one false alarm stays below 5 %.
    public static func holm(_ pValues: [Double]) -> [Double] {
        let values = pValues.map(sanitised)
        let order = ascending(values)
        var adjusted = values
        var largest = 0.0
        for (rank, index) in order.enumerated() {
            largest = max(largest, min(Double(values.count - rank) * values[index], 1))
            adjusted[index] = largest
        }
        return adjusted
    }

    /// The confidence at which to show the intervals of those that were selected, so that of the
    /// intervals shown no more miss than promised.
    ///
    /// The false coverage rate: 1 − R·q/m for R selected of m, where q = 1 − confidence. Intervals
    /// at the usual level miss more often where only what stands out is shown. Benjamini and
    /// Yekutieli, "False discovery rate–adjusted multiple confidence intervals for selected
    /// parameters", Journal of the American Statistical Association 100 (2005), for selection by
    /// ``benjaminiHochberg(_:)`` at q; then an interval excludes 0 wherever its row was selected,
    /// if both rest on the same test.
    /// - Returns: `nil` unless 0 < confidence < 1 and 1 ≤ `selected` ≤ `compared`.
    public static func confidenceOfSelected(
        _ selected: Int, of compared: Int, confidence: Double = 0.95
    ) -> Double? {
        guard confidence > 0, confidence < 1, selected >= 1, selected <= compared else {
            return nil
        }
        return 1 - (1 - confidence) * (Double(selected) / Double(compared))
    }

    private static func sanitised(_ p: Double) -> Double {
        p.isNaN ? 1 : min(max(p, 0), 1)
    }

    /// Indices by value; equal values keep their order, so that the result is reproducible.
    private static func ascending(_ values: [Double]) -> [Int] {
        values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    }
}
