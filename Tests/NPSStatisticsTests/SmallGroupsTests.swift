import Testing

@testable import NPSStatistics

@Suite struct SmallGroupsTests {
    private func shown(_ decisions: [SuppressionDecision]) -> [Bool] {
        decisions.map { $0 == .shown }
    }

    @Test func plainListLosesOnlySmallRows() throws {
        let decisions = try SmallGroups.decisions(counts: [3, 5, 0, 100, 4], relations: [])
        #expect(decisions == [.small, .shown, .shown, .shown, .small])
    }

    @Test func parentMinusChildren() throws {
        // Total 100 = 60 + 37 + 3: the 3 would follow from the rest, so 37 goes too.
        let decisions = try SmallGroups.decisions(
            counts: [100, 60, 37, 3], parents: [nil, 0, 0, 0])
        #expect(decisions == [.shown, .shown, .complementary, .small])
    }

    @Test func twoSmallOnesTogetherAreStillSmall() throws {
        // 2 + 2 hidden leaves a sum of 4 to be computed: one more has to go.
        let few = try SmallGroups.decisions(
            counts: [100, 60, 36, 2, 2], parents: [nil, 0, 0, 0, 0])
        #expect(few == [.shown, .shown, .complementary, .small, .small])
        // 3 + 3 is a group of six: nothing more is needed.
        let enough = try SmallGroups.decisions(
            counts: [100, 60, 34, 3, 3], parents: [nil, 0, 0, 0, 0])
        #expect(enough == [.shown, .shown, .shown, .small, .small])
    }

    @Test func onlyChildren() throws {
        // The only child differs from its parent by two responses.
        let decisions = try SmallGroups.decisions(counts: [50, 48], parents: [nil, 0])
        #expect(decisions == [.shown, .complementary])
        let same = try SmallGroups.decisions(counts: [50, 50], parents: [nil, 0])
        #expect(same == [.shown, .shown])
        let small = try SmallGroups.decisions(counts: [3, 3], parents: [nil, 0])
        #expect(small == [.small, .small])
    }

    @Test func windowMinusWindow() throws {
        // 30 days of 200 responses; the last 29 of them hold 198.
        let decisions = try SmallGroups.decisions(
            counts: [200, 198], relations: [SuppressionRelation(whole: 0, parts: [1])])
        #expect(decisions == [.shown, .complementary])
    }

    @Test func hiddenParentsDoNotReappearAsSums() throws {
        // Region A (4) is small. B must go with it, and then B's countries may not add up to B.
        let decisions = try SmallGroups.decisions(
            counts: [100, 4, 40, 56, 20, 20], parents: [nil, 0, 0, 0, 2, 2])
        #expect(decisions[1] == .small)
        // Either C goes, or B and one of its countries: never B alone.
        let region = decisions[3] == .complementary
        let country = decisions[4] == .complementary || decisions[5] == .complementary
        #expect(region || (decisions[2] == .complementary && country))
    }

    @Test func bothDirectionsOfATable() throws {
        // 3 × 3 cells, then row totals, column totals, all.
        let cells = [[2, 30, 40], [25, 35, 45], [22, 33, 44]]
        let (counts, relations) = table(cells)
        let decisions = try SmallGroups.decisions(counts: counts, relations: relations)
        #expect(decisions[0] == .small)
        // A rectangle of four is the least that protects one cell.
        #expect(decisions.filter { $0 == .complementary }.count == 3)
    }

    @Test func nothingToProtect() throws {
        let decisions = try SmallGroups.decisions(
            counts: [3, 1, 2], parents: [nil, 0, 0], minimum: 1)
        #expect(decisions == [.shown, .shown, .shown])
        #expect(try SmallGroups.decisions(counts: [], relations: []).isEmpty)
    }

    @Test func contradictions() {
        #expect(throws: SuppressionError(.negativeCount, at: 1)) {
            try SmallGroups.decisions(counts: [1, -1], relations: [])
        }
        #expect(throws: SuppressionError(.partsExceedWhole, at: 0)) {
            try SmallGroups.decisions(counts: [5, 6], parents: [nil, 0])
        }
        #expect(throws: SuppressionError(.invalidRelation, at: 0)) {
            try SmallGroups.decisions(
                counts: [5, 6], relations: [SuppressionRelation(whole: 1, parts: [2])])
        }
        #expect(throws: SuppressionError(.invalidRelation, at: 0)) {
            try SmallGroups.decisions(
                counts: [5, 6], relations: [SuppressionRelation(whole: 1, parts: [0, 0])])
        }
        #expect(throws: SuppressionError(.invalidRelation, at: 1)) {
            try SmallGroups.decisions(counts: [5, 6], parents: [nil, 1])
        }
        #expect(SuppressionError(.partsExceedWhole, at: 3).description.contains("relation 3"))
    }

    @Test func aLongFlatListIsQuick() throws {
        var counts = [Int](repeating: 1, count: 400)
        counts.append(400)
        let parents: [Int?] = [Int?](repeating: 400, count: 400) + [nil]
        let decisions = try SmallGroups.decisions(counts: counts, parents: parents)
        #expect(decisions.last == .shown, "four hundred unknowns under one total give nothing away")
    }

    /// Random tables: no union of hidden cells below the minimum follows from what is shown.
    ///
    /// Checked by brute force over every such union with rational elimination of its own.
    @Test(arguments: seeds)
    func nothingSmallCanBeComputed(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<25 {
            let cells = (0..<3).map { _ in
                (0..<4).map { _ in generator.next(below: 3) == 0 ? generator.next(below: 5) : 20 }
            }
            let (counts, relations) = table(cells)
            let decisions = try SmallGroups.decisions(counts: counts, relations: relations)
            for (row, count) in counts.enumerated() where count > 0 && count < 5 {
                #expect(decisions[row] == .small)
            }
            let atoms = cells.flatMap { $0 }
            let known = decisions.indices.filter { decisions[$0] == .shown }
            #expect(
                exposed(atoms, known: known) == nil, "seed \(seed): \(cells) \(decisions)")
            // Nor is anything hidden in vain: each complementary row, shown, gives one away.
            for row in decisions.indices where decisions[row] == .complementary {
                #expect(
                    exposed(atoms, known: known + [row]) != nil,
                    "seed \(seed): \(cells) needs no \(row)")
            }
        }
    }

    /// A union of small cells that follows from the known rows of a 3 × 4 table.
    private func exposed(_ atoms: [Int], known: [Int]) -> [Int]? {
        // Cells without responses are no secret: they may be added freely.
        let free = atoms.indices.filter { atoms[$0] == 0 }.map { index in
            (0..<atoms.count).map { $0 == index ? 1.0 : 0 }
        }
        let rows = known.map { indicator(of: $0, rows: 3, columns: 4) } + free
        let plain = rank(rows)
        for union in 1..<(1 << atoms.count) {
            let members = atoms.indices.filter { union & (1 << $0) != 0 }
            guard members.allSatisfy({ atoms[$0] > 0 && atoms[$0] < 5 }) else { continue }
            guard members.reduce(0, { $0 + atoms[$1] }) < 5 else { continue }
            var target = [Double](repeating: 0, count: atoms.count)
            for member in members { target[member] = 1 }
            if rank(rows + [target]) == plain { return members }
        }
        return nil
    }

    /// A sparse two-way table of the size a dashboard shows.
    @Test func aSparseTableKeepsMostOfItsRows() throws {
        var generator = SeededGenerator(seed: 6)
        let cells = (0..<12).map { _ in
            (0..<12).map { _ in generator.next(below: 2) == 0 ? 1 : 10 + generator.next(below: 40) }
        }
        let (counts, relations) = table(cells)
        let decisions = try SmallGroups.decisions(counts: counts, relations: relations)
        let small = counts.filter { $0 > 0 && $0 < 5 }.count
        #expect(decisions.filter { $0 == .small }.count == small)
        #expect(decisions.filter { $0 == .complementary }.count <= 6)
    }

    /// The same input always gives the same decisions.
    @Test func reproducible() throws {
        let (counts, relations) = table([[2, 30, 4], [25, 3, 45], [22, 33, 1]])
        let first = try SmallGroups.decisions(counts: counts, relations: relations)
        #expect(try SmallGroups.decisions(counts: counts, relations: relations) == first)
    }

    /// Cells row by row, row totals, column totals, grand total; with all their relations.
    private func table(_ cells: [[Int]]) -> ([Int], [SuppressionRelation]) {
        let rows = cells.count
        let columns = cells[0].count
        var counts = cells.flatMap { $0 }
        counts += cells.map { $0.reduce(0, +) }
        counts += (0..<columns).map { column in cells.reduce(0) { $0 + $1[column] } }
        let grand = counts.count
        counts.append(cells.reduce(0) { $0 + $1.reduce(0, +) })
        let firstRow = rows * columns
        let firstColumn = firstRow + rows
        var relations = (0..<rows).map { row in
            SuppressionRelation(
                whole: firstRow + row, parts: (0..<columns).map { row * columns + $0 })
        }
        relations += (0..<columns).map { column in
            SuppressionRelation(
                whole: firstColumn + column, parts: (0..<rows).map { $0 * columns + column })
        }
        relations.append(
            SuppressionRelation(whole: grand, parts: Array(firstRow..<firstColumn)))
        relations.append(SuppressionRelation(whole: grand, parts: Array(firstColumn..<grand)))
        return (counts, relations)
    }

    /// Which cells a table's row is the sum of.
    private func indicator(of row: Int, rows: Int, columns: Int) -> [Double] {
        (0..<rows * columns).map { cell in
            let firstColumn = rows * columns + rows
            let isIn =
                if row < rows * columns {
                    cell == row
                } else if row < firstColumn {
                    cell / columns == row - rows * columns
                } else if row < firstColumn + columns {
                    cell % columns == row - firstColumn
                } else {
                    true
                }
            return isIn ? 1 : 0
        }
    }

    private func rank(_ matrix: [[Double]]) -> Int {
        var rows = matrix
        var rank = 0
        for column in 0..<(rows.first?.count ?? 0) {
            guard
                let source = (rank..<rows.count).max(by: {
                    rows[$0][column].magnitude < rows[$1][column].magnitude
                }), rows[source][column].magnitude > 1e-9
            else { continue }
            rows.swapAt(source, rank)
            for row in rows.indices where row > rank {
                let factor = rows[row][column] / rows[rank][column]
                if factor == 0 { continue }
                for index in column..<rows[row].count {
                    rows[row][index] -= factor * rows[rank][index]
                }
            }
            rank += 1
        }
        return rank
    }
}
