import CLinear

/// L2-regularised logistic regression of one label, by LIBLINEAR's trust-region Newton method.
///
/// `L2R_LR` uses no randomness and one thread: equal input gives equal bits on one machine. The
/// sums go through the system's BLAS and `exp`, so another kind of processor may differ in the
/// last bits of a weight before it is rounded to eight.
enum LogisticRegression {
    /// LIBLINEAR's stopping tolerance relative to the gradient at the start.
    static let tolerance = 0.01

    /// LIBLINEAR prints progress to standard output, which belongs to results.
    private static let silence: Void = set_print_string_function { _ in }

    /// The weights that tell `positives` from the others, one per column.
    ///
    /// - Parameter balanced: whether both sides weigh the same together, however few the positives.
    static func weights(
        rows: [UnsafeMutablePointer<feature_node>], positives: [Bool], dimension: Int, cost: Double,
        balanced: Bool = false
    ) -> [Double] {
        _ = silence
        var targets = positives.map { $0 ? 1.0 : -1.0 }
        var rows: [UnsafeMutablePointer<feature_node>?] = rows
        // With a single label LIBLINEAR would give a model of another shape.
        guard positives.contains(true), positives.contains(false) else {
            return .init(repeating: 0, count: dimension)
        }
        var parameter = parameter()
        parameter.solver_type = Int32(L2R_LR)
        parameter.C = cost
        parameter.eps = tolerance
        var sides: [Int32] = [1, -1]
        let held = Double(positives.count { $0 })
        let half = Double(positives.count) / 2
        var factors = [half / held, half / (Double(positives.count) - held)]
        return withSides(&sides, &factors, balanced, &parameter) { parameter in
            fitted(&targets, &rows, dimension, &parameter)
        }
    }

    /// Calls `body` with the weights of the two sides in `parameter`, if they are wanted.
    private static func withSides(
        _ sides: inout [Int32], _ factors: inout [Double], _ balanced: Bool,
        _ parameter: inout parameter, _ body: (inout parameter) -> [Double]
    ) -> [Double] {
        guard balanced else { return body(&parameter) }
        return sides.withUnsafeMutableBufferPointer { sides in
            factors.withUnsafeMutableBufferPointer { factors in
                parameter.nr_weight = Int32(sides.count)
                parameter.weight_label = sides.baseAddress
                parameter.weight = factors.baseAddress
                return body(&parameter)
            }
        }
    }

    private static func fitted(
        _ targets: inout [Double], _ rows: inout [UnsafeMutablePointer<feature_node>?],
        _ dimension: Int, _ parameter: inout parameter
    ) -> [Double] {
        targets.withUnsafeMutableBufferPointer { targets in
            rows.withUnsafeMutableBufferPointer { rows in
                var problem = problem(
                    l: Int32(rows.count), n: Int32(dimension), y: targets.baseAddress,
                    x: rows.baseAddress, bias: 1)
                var model = train(&problem, &parameter)
                defer { free_and_destroy_model(&model) }
                guard let trained = model, let learned = trained.pointee.w else {
                    return .init(repeating: 0, count: dimension)
                }
                // The weights speak for the label that stands first in the model.
                let sign = trained.pointee.label[0] == 1 ? 1.0 : -1.0
                return (0..<dimension).map { sign * learned[$0] }
            }
        }
    }

    /// The margin of a row under `weights`, summed in the row's order.
    static func margin(_ row: UnsafeMutablePointer<feature_node>, _ weights: [Double]) -> Double {
        var sum = 0.0
        var node = row
        while node.pointee.index > 0 {
            sum += weights[Int(node.pointee.index) - 1] * node.pointee.value
            node += 1
        }
        return sum
    }
}

/// Small dense systems of linear equations.
enum LinearSystem {
    /// The solution of matrix · x = vector by elimination with pivoting; nil if it is singular.
    static func solve(_ matrix: [Double], _ vector: [Double]) -> [Double]? {
        let count = vector.count
        var a = matrix
        var x = vector
        for column in 0..<count {
            var pivot = column
            for row in column..<count
            where abs(a[row * count + column]) > abs(a[pivot * count + column]) {
                pivot = row
            }
            guard abs(a[pivot * count + column]) > 1e-12 else { return nil }
            if pivot != column {
                for index in 0..<count {
                    a.swapAt(pivot * count + index, column * count + index)
                }
                x.swapAt(pivot, column)
            }
            for row in (column + 1)..<max(count, column + 1) {
                let factor = a[row * count + column] / a[column * count + column]
                guard factor != 0 else { continue }
                for index in column..<count {
                    a[row * count + index] -= factor * a[column * count + index]
                }
                x[row] -= factor * x[column]
            }
        }
        for row in stride(from: count - 1, through: 0, by: -1) {
            for index in (row + 1)..<max(count, row + 1) {
                x[row] -= a[row * count + index] * x[index]
            }
            x[row] /= a[row * count + row]
        }
        return x
    }
}
