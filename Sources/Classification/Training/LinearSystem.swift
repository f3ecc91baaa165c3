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
