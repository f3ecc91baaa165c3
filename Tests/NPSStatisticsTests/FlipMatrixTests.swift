import Testing

@testable import NPSStatistics

@Suite struct FlipMatrixTests {
    private func example() throws -> FlipMatrix {
        try #require(FlipMatrix(rows: [[40, 6, 1], [3, 50, 12], [0, 4, 84]]))
    }

    @Test func margins() throws {
        let matrix = try example()
        #expect(matrix.total == 200)
        #expect(matrix.flipped == 26)
        #expect(matrix.before == NPSCounts(detractors: 47, passives: 65, promoters: 88))
        #expect(matrix.after == NPSCounts(detractors: 43, passives: 60, promoters: 97))
        #expect(matrix[from: 1, to: 2] == 12)
    }

    @Test func change() throws {
        let change = try #require(try example().change)
        #expect(isClose(change.estimate, 0.065))
        #expect(isClose(change.standardError, 0.026530642660893083))
        #expect(isClose(change.pValue, 0.014285732909127088, relative: 1e-10))
    }

    @Test func exactP() throws {
        #expect(isClose(try example().exactPValue, 0.02368128299713135))
        // Five flips, all up: 2/2⁵.
        var up = FlipMatrix()
        up.add(from: 0, to: 1, count: 5)
        #expect(isClose(up.exactPValue, 0.0625))
        #expect(FlipMatrix().exactPValue == 1)
        // Two jumps up across two classes, and one step down: |S| ≥ 3 in 4 of 8 sign patterns.
        let mixed = try #require(FlipMatrix(rows: [[9, 0, 2], [1, 0, 0], [0, 0, 0]]))
        #expect(isClose(mixed.exactPValue, 0.5))
    }

    @Test func agreement() throws {
        let matrix = try example()
        #expect(isClose(matrix.agreement, 0.87))
        #expect(isClose(matrix.kappa, 0.7964217202364641))
        #expect(isClose(matrix.quadraticWeightedKappa, 0.8853120303725381))
    }

    @Test func nothingFlipped() throws {
        let matrix = try #require(FlipMatrix(rows: [[3, 0, 0], [0, 4, 0], [0, 0, 5]]))
        let change = try #require(matrix.change)
        #expect(change.estimate == 0 && change.pValue == 1 && matrix.exactPValue == 1)
        #expect(matrix.kappa == 1 && matrix.quadraticWeightedKappa == 1)
        #expect(FlipMatrix().change == nil)
        #expect(FlipMatrix().kappa == nil)
        let one = try #require(FlipMatrix(rows: [[3, 0, 0], [0, 0, 0], [0, 0, 0]]))
        #expect(one.kappa == nil, "no chance of disagreement, so no kappa")
    }

    @Test func badShapes() {
        #expect(FlipMatrix(rows: []) == nil)
        #expect(FlipMatrix(rows: [[1, 2, 3], [1, 2, 3]]) == nil)
        #expect(FlipMatrix(rows: [[1, 2, 3], [1, 2], [1, 2, 3]]) == nil)
        #expect(FlipMatrix(rows: [[1, 2, 3], [1, -2, 3], [1, 2, 3]]) == nil)
    }

    /// Every sign pattern of up to ten flips, one by one.
    @Test(arguments: seeds)
    func exactPByEnumeration(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<20 {
            var matrix = FlipMatrix()
            var sizes: [Int] = []
            var net = 0
            for _ in 0..<(1 + generator.next(below: 10)) {
                let from = generator.next(below: 3)
                let to = (from + 1 + generator.next(below: 2)) % 3
                matrix.add(from: from, to: to)
                sizes.append(abs(to - from))
                net += to - from
            }
            var extreme = 0
            for pattern in 0..<(1 << sizes.count) {
                let sum = sizes.indices.reduce(0) {
                    $0 + (pattern & (1 << $1) == 0 ? sizes[$1] : -sizes[$1])
                }
                if abs(sum) >= abs(net) { extreme += 1 }
            }
            let expected = Double(extreme) / Double(1 << sizes.count)
            #expect(isClose(matrix.exactPValue, expected), "seed \(seed): \(matrix)")
        }
    }

    @Test(arguments: seeds)
    func properties(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<80 {
            let rows = (0..<3).map { _ in (0..<3).map { _ in generator.next(below: 12) } }
            let matrix = try #require(FlipMatrix(rows: rows))
            guard let change = matrix.change else { continue }
            let before = try #require(matrix.before.score)
            let after = try #require(matrix.after.score)
            #expect(isClose(change.estimate, after - before, absolute: 1e-13))
            #expect(matrix.before.total == matrix.total && matrix.after.total == matrix.total)
            let turned = try #require(
                FlipMatrix(rows: (0..<3).map { row in (0..<3).map { rows[$0][row] } }))
            #expect(isClose(turned.change?.estimate, -change.estimate, absolute: 1e-15))
            #expect(turned.exactPValue == matrix.exactPValue)
            #expect(isClose(turned.kappa, try #require(matrix.kappa), absolute: 1e-14))
            #expect(matrix.exactPValue > 0 && matrix.exactPValue <= 1)
            // The normal p follows the exact one; the latter is discrete, hence the slack.
            if matrix.flipped > 30, change.pValue < 0.2 {
                #expect((matrix.exactPValue - change.pValue).magnitude < 0.08)
            }
            #expect((matrix + turned).change?.estimate == 0)
        }
    }
}
