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

    private static func sanitised(_ p: Double) -> Double {
        p.isNaN ? 1 : min(max(p, 0), 1)
    }

    /// Indices by value; equal values keep their order, so that the result is reproducible.
    private static func ascending(_ values: [Double]) -> [Int] {
        values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    }
}
