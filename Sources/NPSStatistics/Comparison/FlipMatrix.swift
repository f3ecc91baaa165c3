/// The same responses classified twice: how many went from each class to each.
///
/// Classes are numbered 0 detractor, 1 passive, 2 promoter. Rows say what a response was before
/// (say, under the active model), columns what it is after (under the candidate).
public struct FlipMatrix: Sendable, Hashable {
    /// Detractor, passive, promoter.
    public static let classCount = 3

    /// Row by row.
    private var cells: [Int]

    /// No responses.
    public init() {
        cells = [Int](repeating: 0, count: Self.classCount * Self.classCount)
    }

    /// A matrix from three rows of three counts.
    ///
    /// - Returns: `nil` for another shape or a negative count.
    public init?(rows: [[Int]]) {
        guard
            rows.count == Self.classCount,
            rows.allSatisfy({ row in
                row.count == Self.classCount && row.allSatisfy { $0 >= 0 }
            })
        else { return nil }
        cells = rows.flatMap { $0 }
    }

    /// How many went from class `from` to class `to`.
    ///
    /// - Precondition: both classes are 0, 1 or 2, and a new value is not negative.
    public subscript(from from: Int, to to: Int) -> Int {
        get { cells[Self.cell(from, to)] }
        set {
            precondition(newValue >= 0, "a count is not negative")
            cells[Self.cell(from, to)] = newValue
        }
    }

    /// Adds `count` responses that went from class `from` to class `to`.
    ///
    /// - Precondition: both classes are 0, 1 or 2, and no cell becomes negative.
    public mutating func add(from: Int, to: Int, count: Int = 1) {
        self[from: from, to: to] += count
    }

    /// All responses.
    public var total: Int { cells.reduce(0, +) }

    /// Responses whose class changed.
    public var flipped: Int {
        var changed = total
        for index in 0..<Self.classCount { changed -= self[from: index, to: index] }
        return changed
    }

    /// The counts before.
    public var before: NPSCounts {
        let sums = (0..<Self.classCount).map { from in
            (0..<Self.classCount).reduce(0) { $0 + self[from: from, to: $1] }
        }
        return NPSCounts(detractors: sums[0], passives: sums[1], promoters: sums[2])
    }

    /// The counts after.
    public var after: NPSCounts {
        let sums = (0..<Self.classCount).map { to in
            (0..<Self.classCount).reduce(0) { $0 + self[from: $1, to: to] }
        }
        return NPSCounts(detractors: sums[0], passives: sums[1], promoters: sums[2])
    }

    /// The same counts as a confusion matrix, for agreement and kappa.
    public var confusion: ConfusionMatrix {
        var matrix = ConfusionMatrix(classCount: Self.classCount)
        for from in 0..<Self.classCount {
            for to in 0..<Self.classCount {
                matrix.add(actual: from, predicted: to, count: self[from: from, to: to])
            }
        }
        return matrix
    }

    /// The share of responses in the same class twice; `nil` without responses.
    public var agreement: Double? { confusion.accuracy }

    /// Cohen's kappa; see ``ConfusionMatrix/kappa``.
    public var kappa: Double? { confusion.kappa }

    /// Cohen's kappa with quadratic weights; see ``ConfusionMatrix/quadraticWeightedKappa``.
    public var quadraticWeightedKappa: Double? { confusion.quadraticWeightedKappa }

    /// Cell by cell.
    public static func + (left: FlipMatrix, right: FlipMatrix) -> FlipMatrix {
        var result = left
        for index in result.cells.indices { result.cells[index] += right.cells[index] }
        return result
    }

    private static func cell(_ from: Int, _ to: Int) -> Int {
        precondition(
            (0..<classCount).contains(from) && (0..<classCount).contains(to),
            "a class is 0 (detractor), 1 (passive) or 2 (promoter)")
        return from * classCount + to
    }
}
