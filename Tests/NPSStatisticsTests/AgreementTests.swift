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

    /// Coefficient and 95 % interval by irrCAC 0.4.4 (Python), kappa by statsmodels 0.15.0. The first
    /// table is Gwet's own, of abstractors.
    @Test(
        "Gwet's AC1 beside kappa, reckoned elsewhere",
        arguments: [
            (
                [[13, 0, 0], [0, 20, 7], [0, 4, 56]], 0.849330548231, 0.76357772, 0.93508338,
                0.7964094021839719
            ),
            (
                [[20, 5, 1], [10, 15, 4], [2, 6, 17]], 0.475992748114, 0.31731003, 0.63467547,
                0.4746716697936211
            ),
            (
                [[1, 1, 0], [1, 2, 1], [1, 2, 91]], 0.935744692244, 0.8833971, 0.98809228,
                0.547511312217194
            ),
            (
                [[2, 3, 4], [5, 1, 6], [3, 7, 2]], -0.269666781175, -0.45866642, -0.08066714,
                -0.27800829875518673
            ),
            ([[0, 0, 0], [0, 9, 2], [0, 1, 8]], 0.800166527893, 0.57744875, 1, 0.7),
        ] as [([[Int]], Double, Double, Double, Double)])
    func gwet(
        _ cells: [[Int]], _ value: Double, _ low: Double, _ high: Double, _ kappa: Double
    ) throws {
        let matrix = matrix(cells)
        #expect(isClose(matrix.gwetAC1 ?? .nan, value, absolute: 1e-11))
        #expect(isClose(matrix.kappa ?? .nan, kappa, absolute: 1e-12))
        let interval = try #require(matrix.gwetInterval())
        #expect(isClose(interval.low, low, absolute: 1e-7))
        #expect(isClose(interval.high, high, absolute: 1e-7))
    }

    @Test("AC1 at the ends")
    func gwetEnds() throws {
        // One class throughout: no kappa, and full agreement all the same.
        #expect(matrix([[5, 0], [0, 0]]).gwetAC1 == 1)
        let few = try #require(matrix([[3, 0], [0, 3]]).gwetInterval())
        #expect(few.high == 1 && few.low < 0.3)
        #expect(ConfusionMatrix(classCount: 3).gwetAC1 == nil)
        #expect(matrix([[1, 0], [0, 0]]).gwetInterval() == nil)
        #expect(matrix([[3, 1], [0, 6]]).commonest?.index == 1)
        #expect(matrix([[3, 1], [0, 6]]).commonest?.share == 0.65)
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
