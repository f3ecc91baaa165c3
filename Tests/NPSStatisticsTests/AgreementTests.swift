import NPSStatistics
import Testing

@Suite("Agreement of two people, and shares")
struct AgreementTests {
    private func matrix(_ cells: [[Int]]) -> ConfusionMatrix {
        var matrix = ConfusionMatrix(classCount: cells.count)
        for (row, counts) in cells.enumerated() {
            for (column, count) in counts.enumerated() {
                matrix.add(actual: row, predicted: column, count: count)
            }
        }
        return matrix
    }

    /// Kappa of shares, for derivatives.
    private func kappa(_ shares: [[Double]]) -> Double {
        let total = shares.joined().reduce(0, +)
        let rows = shares.map { $0.reduce(0, +) / total }
        let columns = shares.indices.map { index in
            shares.reduce(0) { $0 + $1[index] } / total
        }
        let chance = zip(rows, columns).reduce(0) { $0 + $1.0 * $1.1 }
        let observed = shares.indices.reduce(0) { $0 + shares[$1][$1] / total }
        return (observed - chance) / (1 - chance)
    }

    @Test(
        "kappa's interval is that of the delta method, by differences",
        arguments: [
            [[20, 5], [10, 15]], [[22, 2, 2], [5, 7, 14], [0, 2, 36]], [[1, 2], [3, 4]],
            [[88, 14, 18], [10, 40, 10], [2, 6, 12]],
        ])
    func delta(cells: [[Int]]) throws {
        let found = try #require(matrix(cells).kappaInterval(confidence: 0.95))
        let size = Double(cells.joined().reduce(0, +))
        let shares = cells.map { $0.map { Double($0) / size } }
        // Variance of a smooth function of multinomial shares: that of its gradient over them.
        let step = 1e-6
        var (mean, square) = (0.0, 0.0)
        for row in shares.indices {
            for column in shares.indices {
                var (up, down) = (shares, shares)
                up[row][column] += step
                down[row][column] -= step
                let slope = (kappa(up) - kappa(down)) / (2 * step)
                mean += shares[row][column] * slope
                square += shares[row][column] * slope * slope
            }
        }
        let error = ((square - mean * mean) / size).squareRoot()
        let middle = kappa(shares)
        #expect(abs(found.low - max(-1, middle - 1.959964 * error)) < 1e-5)
        #expect(abs(found.high - min(1, middle + 1.959964 * error)) < 1e-5)
    }

    @Test("full agreement on a few cases is not certainty")
    func perfect() throws {
        let few = try #require(matrix([[3, 0], [0, 3]]).kappaInterval())
        let many = try #require(matrix([[300, 0], [0, 300]]).kappaInterval())
        #expect(few.high == 1 && many.high == 1)
        #expect(few.low < 0.3)
        #expect(many.low > 0.95)
        #expect(matrix([[5, 0], [0, 0]]).kappaInterval() == nil, "one class is no agreement")
        #expect(ConfusionMatrix(classCount: 3).kappaInterval() == nil)
    }

    @Test("Wilson's interval")
    func wilson() throws {
        // Newcombe (1998), table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
        for (count, total, low, high) in [
            (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ] {
            let found = try #require(Proportion(count, of: total).interval())
            #expect(abs(found.low - low) < 0.00006, "\(count) of \(total)")
            #expect(abs(found.high - high) < 0.00006, "\(count) of \(total)")
        }
        #expect(try #require(Proportion(20, of: 20).interval()).high == 1)
        #expect(Proportion(0, of: 0).interval() == nil)
        #expect(Proportion(1, of: 2).interval(confidence: 1) == nil)
    }
}
