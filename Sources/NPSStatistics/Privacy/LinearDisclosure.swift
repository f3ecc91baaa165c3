/// Which sums of unknowns a set of linear equations gives away.
///
/// A sum is determined exactly when it vanishes on the null space of the equations. Each unknown
/// gets one number: its coordinates in the null space folded with random weights. A set is
/// determined if its numbers add up to zero; chance makes an undetermined one look so about once
/// in 10¹⁸, and then errs towards hiding. Arithmetic is exact, modulo the prime 2⁶¹ − 1; the
/// weights come from a fixed seed, so the answer is reproducible.
struct LinearDisclosure {
    /// positive unknowns − negative unknowns = something known.
    struct Equation {
        var positive: [Int] = []
        var negative: [Int] = []
    }

    /// Sets tried, the fewest members first, before larger ones are let be: about 10 ms of work.
    ///
    /// With a minimum of 5 that covers every set while up to a hundred rows of one response hang
    /// together. Beyond that, larger sets are left to ``isolated``, which needs no search: hiding
    /// whatever could not be proven safe emptied whole tables.
    private static let setsMax = 200_000

    private let fingerprints: [UInt64]
    private let rank: Int
    /// Plain sums of unknowns that an equation, or a combination found on the way, gives away.
    private let isolated: [[Int]]

    init(unknownCount: Int, equations: [Equation]) {
        var rows = equations.map { equation in
            var row = [UInt64](repeating: 0, count: unknownCount)
            for index in equation.positive { row[index] = 1 }
            for index in equation.negative { row[index] = Field.negate(1) }
            return row
        }
        let pivots = Self.reduce(&rows, columns: unknownCount)
        rank = pivots.count
        // A reduced row begins with 1; if it holds nothing else, it is a sum of unknowns.
        isolated =
            equations.flatMap { equation in
                if equation.negative.isEmpty { return [equation.positive] }
                return equation.positive.isEmpty ? [equation.negative] : []
            }
            + rows.prefix(pivots.count).compactMap { row in
                row.allSatisfy { $0 <= 1 } ? row.indices.filter { row[$0] == 1 } : nil
            }
        var generator = SeededGenerator(seed: 0x5355_5050)
        var numbers = (0..<unknownCount).map { _ in generator.next() % Field.prime }
        let isPivot = Set(pivots)
        for (row, pivot) in pivots.enumerated() {
            var value: UInt64 = 0
            for column in 0..<unknownCount where !isPivot.contains(column) {
                let coefficient = rows[row][column]
                if coefficient == 0 { continue }
                value = Field.add(value, Field.multiply(coefficient, numbers[column]))
            }
            numbers[pivot] = Field.negate(value)
        }
        fingerprints = numbers
    }

    /// A determined set of unknowns whose sizes add up to less than `minimum`; `nil` if none is.
    func exposedGroup(sizes: [Int], below minimum: Int) -> [Int]? {
        for sum in isolated where !sum.isEmpty {
            if sum.reduce(0, { $0 + sizes[$1] }) < minimum { return sum }
        }
        // One equation on its own, the plain list under a total, gives away nothing else.
        if rank <= 1 { return nil }
        let candidates = sizes.indices.filter { sizes[$0] < minimum }
            .sorted { (sizes[$0], $0) < (sizes[$1], $1) }
        var search = Search(
            sizes: sizes, fingerprints: fingerprints, candidates: candidates, minimum: minimum,
            setsLeft: Self.setsMax)
        return search.run()
    }

    /// Gauss and Jordan: brings `rows` to reduced form and returns each row's pivot column.
    private static func reduce(_ rows: inout [[UInt64]], columns: Int) -> [Int] {
        var pivots: [Int] = []
        for column in 0..<columns where pivots.count < rows.count {
            let target = pivots.count
            guard let source = (target..<rows.count).first(where: { rows[$0][column] != 0 })
            else { continue }
            rows.swapAt(source, target)
            let inverse = Field.inverse(rows[target][column])
            for index in column..<columns where rows[target][index] != 0 {
                rows[target][index] = Field.multiply(rows[target][index], inverse)
            }
            let pivotRow = rows[target]
            for row in rows.indices where row != target && rows[row][column] != 0 {
                let factor = Field.negate(rows[row][column])
                for index in column..<columns where pivotRow[index] != 0 {
                    rows[row][index] = Field.add(
                        rows[row][index], Field.multiply(factor, pivotRow[index]))
                }
            }
            pivots.append(column)
        }
        return pivots
    }
}

extension LinearDisclosure {
    /// Depth-first over sets of small unknowns, smallest first, cut off at the minimum.
    ///
    /// The last member is looked up rather than tried: its fingerprint is known in advance.
    private struct Search {
        let sizes: [Int]
        let fingerprints: [UInt64]
        let candidates: [Int]
        let minimum: Int
        var setsLeft: Int
        private let positions: [UInt64: [Int]]
        private var chosen: [Int] = []

        init(
            sizes: [Int], fingerprints: [UInt64], candidates: [Int], minimum: Int, setsLeft: Int
        ) {
            self.sizes = sizes
            self.fingerprints = fingerprints
            self.candidates = candidates
            self.minimum = minimum
            self.setsLeft = setsLeft
            var positions: [UInt64: [Int]] = [:]
            for (position, unknown) in candidates.enumerated() {
                positions[fingerprints[unknown], default: []].append(position)
            }
            self.positions = positions
        }

        /// The exposed set with the fewest members, as far as the search reaches.
        mutating func run() -> [Int]? {
            for members in 1..<max(minimum, 1) {
                if extend(by: members, from: 0, size: 0, sum: 0) { return chosen }
                if setsLeft == 0 { return nil }
            }
            return nil
        }

        private mutating func extend(
            by members: Int, from start: Int, size: Int, sum: UInt64
        ) -> Bool {
            guard setsLeft > 0 else { return false }
            setsLeft -= 1
            // Candidates ascend by size, so the first that completes the set is the smallest.
            if let last = positions[Field.negate(sum)]?.first(where: { $0 >= start }),
                size + sizes[candidates[last]] < minimum
            {
                chosen.append(candidates[last])
                return true
            }
            guard members > 1 else { return false }
            for position in start..<max(candidates.count, start) {
                let unknown = candidates[position]
                let total = size + sizes[unknown]
                // Room for this one and for a last one at least as large; later ones only grow.
                guard total + sizes[unknown] < minimum else { return false }
                chosen.append(unknown)
                let next = Field.add(sum, fingerprints[unknown])
                if extend(by: members - 1, from: position + 1, size: total, sum: next) {
                    return true
                }
                chosen.removeLast()
            }
            return false
        }
    }
}

/// Arithmetic modulo the prime 2⁶¹ − 1; operands are below it.
private enum Field {
    static let prime: UInt64 = (1 << 61) - 1

    static func add(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let sum = left + right
        return sum >= prime ? sum - prime : sum
    }

    static func negate(_ value: UInt64) -> UInt64 {
        value == 0 ? 0 : prime - value
    }

    static func multiply(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        // 2⁶¹ ≡ 1: the bits from 61 up are worth as much as those below.
        let upper = (product.high << 3) | (product.low >> 61)
        return add(product.low & prime, upper)
    }

    /// value^(prime − 2), by Fermat.
    static func inverse(_ value: UInt64) -> UInt64 {
        var result: UInt64 = 1
        var base = value
        var exponent = prime - 2
        while exponent > 0 {
            if exponent & 1 == 1 { result = multiply(result, base) }
            base = multiply(base, base)
            exponent >>= 1
        }
        return result
    }
}
