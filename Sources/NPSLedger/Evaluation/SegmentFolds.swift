/// Parts the values of a dimension into folds, so that a model can be tested on segments it never
/// saw: one value a fold where there are few, several where there are many.
public struct SegmentFolds: Hashable, Sendable {
    /// The values of each fold, sorted; no fold is empty.
    public let folds: [[String]]
    private let foldOfValue: [String: Int]

    /// Parts values into at most `count` folds of about as many responses each: the largest value
    /// first, each into what is the smallest fold by then.
    ///
    /// - Parameter responses: responses by value.
    /// - Precondition: `count` ≥ 1.
    public init(_ responses: [String: Int], count: Int) {
        precondition(count >= 1, "a fold is needed")
        var folds = [(values: [String], responses: Int)](
            repeating: ([], 0), count: min(count, responses.count))
        let ordered = responses.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        for (value, responses) in ordered {
            guard
                let smallest = folds.indices.min(by: { folds[$0].responses < folds[$1].responses })
            else { continue }
            folds[smallest].values.append(value)
            folds[smallest].responses += responses
        }
        self.folds = folds.map { $0.values.sorted() }
        foldOfValue = Dictionary(
            self.folds.enumerated().flatMap { fold, values in values.map { ($0, fold) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// The fold of a value; nil for one that was not there.
    public func fold(of value: String) -> Int? { foldOfValue[value] }
}
