/// How often each class was taken for each: counts by actual (row) and predicted (column) class.
public struct ConfusionMatrix: Sendable, Hashable {
    /// How many classes there are; they are numbered from 0.
    public let classCount: Int
    /// Row by row.
    private var cells: [Int]

    /// An empty matrix.
    ///
    /// - Precondition: `classCount` ≥ 1.
    public init(classCount: Int) {
        precondition(classCount >= 1, "a confusion matrix needs at least one class")
        self.classCount = classCount
        cells = [Int](repeating: 0, count: classCount * classCount)
    }

    /// The matrix of paired labels.
    ///
    /// - Returns: `nil` for arrays of different length, a label out of range, or no class.
    public init?(actual: [Int], predicted: [Int], classCount: Int) {
        guard classCount >= 1, actual.count == predicted.count else { return nil }
        let range = 0..<classCount
        guard actual.allSatisfy(range.contains), predicted.allSatisfy(range.contains) else {
            return nil
        }
        self.init(classCount: classCount)
        for (truth, guess) in zip(actual, predicted) { add(actual: truth, predicted: guess) }
    }

    /// How many of class `actual` were taken for class `predicted`.
    ///
    /// - Precondition: both are classes of this matrix.
    public subscript(actual actual: Int, predicted predicted: Int) -> Int {
        cells[cell(actual, predicted)]
    }

    /// Adds `count` cases.
    ///
    /// - Precondition: both are classes of this matrix and `count` ≥ 0.
    public mutating func add(actual: Int, predicted: Int, count: Int = 1) {
        precondition(count >= 0, "a count is not negative")
        cells[cell(actual, predicted)] += count
    }

    /// All cases.
    public var total: Int { cells.reduce(0, +) }

    /// The cases that are of class `index`: a row's sum.
    public func actualCount(_ index: Int) -> Int {
        (0..<classCount).reduce(0) { $0 + self[actual: index, predicted: $1] }
    }

    /// The cases taken for class `index`: a column's sum.
    public func predictedCount(_ index: Int) -> Int {
        (0..<classCount).reduce(0) { $0 + self[actual: $1, predicted: index] }
    }

    private func cell(_ actual: Int, _ predicted: Int) -> Int {
        precondition(
            (0..<classCount).contains(actual) && (0..<classCount).contains(predicted),
            "a class outside the matrix")
        return actual * classCount + predicted
    }
}
