/// Hides rows until no small group follows from the rest.
///
/// Every hidden row and every remainder is an unknown; every relation is a linear equation between
/// unknowns and shown rows. ``LinearDisclosure`` says which unknowns the equations give away.
struct SuppressionSolver {
    /// Rows first, then one remainder for each relation whose parts leave some of the whole.
    private let counts: [Int]
    private let rowCount: Int
    private let minimum: Int
    /// The whole and its parts, remainder included, of each relation.
    private let wholes: [Int]
    private let parts: [[Int]]
    private var hidden: [Bool]

    init(
        counts: [Int], relations: [SuppressionRelation], minimum: Int
    ) throws(SuppressionError) {
        if let row = counts.firstIndex(where: { $0 < 0 }) {
            throw SuppressionError(.negativeCount, at: row)
        }
        var extended = counts
        var parts: [[Int]] = []
        for (index, relation) in relations.enumerated() {
            let members = [relation.whole] + relation.parts
            guard
                members.allSatisfy(counts.indices.contains), Set(members).count == members.count
            else { throw SuppressionError(.invalidRelation, at: index) }
            let rest = relation.parts.reduce(counts[relation.whole]) { $0 - counts[$1] }
            guard rest >= 0 else { throw SuppressionError(.partsExceedWhole, at: index) }
            if rest > 0 {
                parts.append(relation.parts + [extended.count])
                extended.append(rest)
            } else {
                parts.append(relation.parts)
            }
        }
        self.counts = extended
        rowCount = counts.count
        self.minimum = minimum
        wholes = relations.map(\.whole)
        self.parts = parts
        hidden = extended.indices.map { index in
            index >= counts.count || (extended[index] > 0 && extended[index] < minimum)
        }
    }

    func isHidden(_ row: Int) -> Bool { hidden[row] }

    /// Hides one more row per exposed group until there is none, then shows again what turned
    /// out not to be needed.
    mutating func protect() {
        guard minimum > 1 else { return }
        var added: [Int] = []
        while true {
            let before = added.count
            for component in components() {
                guard let exposed = exposedGroup(in: component) else { continue }
                guard let row = nextToHide(around: exposed, in: component) else { continue }
                hidden[row] = true
                added.append(row)
            }
            if added.count == before { break }
        }
        // One at a time, the largest first: what remains hidden is needed, every row of it.
        for row in added.sorted(by: { (counts[$1], $0) < (counts[$0], $1) }) {
            hidden[row] = false
            if components().contains(where: { exposedGroup(in: $0) != nil }) { hidden[row] = true }
        }
    }

    /// Unknowns, empty ones left out: a remainder or row without responses is no secret.
    private func isUnknown(_ index: Int) -> Bool { hidden[index] && counts[index] > 0 }

    private func members(_ relation: Int) -> [Int] { [wholes[relation]] + parts[relation] }

    /// Relations that share unknowns, directly or through others; each list ascending.
    private func components() -> [[Int]] {
        var relationsOf = [[Int]](repeating: [], count: counts.count)
        for relation in wholes.indices {
            for member in members(relation) where isUnknown(member) {
                relationsOf[member].append(relation)
            }
        }
        var seen = [Bool](repeating: false, count: wholes.count)
        var components: [[Int]] = []
        for start in wholes.indices where !seen[start] {
            seen[start] = true
            var component = [start]
            var next = 0
            while next < component.count {
                for member in members(component[next]) where isUnknown(member) {
                    for relation in relationsOf[member] where !seen[relation] {
                        seen[relation] = true
                        component.append(relation)
                    }
                }
                next += 1
            }
            components.append(component.sorted())
        }
        return components
    }

    /// A small group that the shown rows give away, as indices; `nil` if there is none.
    private func exposedGroup(in component: [Int]) -> [Int]? {
        let unknowns = Set(component.flatMap { members($0) }.filter(isUnknown)).sorted()
        guard unknowns.contains(where: { counts[$0] < minimum }) else { return nil }
        var column: [Int: Int] = [:]
        for (position, unknown) in unknowns.enumerated() { column[unknown] = position }
        let equations = component.map { relation in
            var equation = LinearDisclosure.Equation()
            if let position = column[wholes[relation]] { equation.positive.append(position) }
            equation.negative = parts[relation].compactMap { column[$0] }
            return equation
        }
        let disclosure = LinearDisclosure(unknownCount: unknowns.count, equations: equations)
        let group = disclosure.exposedGroup(sizes: unknowns.map { counts[$0] }, below: minimum)
        return group.map { positions in positions.map { unknowns[$0] } }
    }

    /// The smallest shown row that shares a relation with the group, else any of the component.
    private func nextToHide(around group: [Int], in component: [Int]) -> Int? {
        let near = component.filter { relation in members(relation).contains(where: group.contains)
        }
        return smallestShown(in: near) ?? smallestShown(in: component)
    }

    private func smallestShown(in relations: [Int]) -> Int? {
        relations.flatMap { members($0) }
            .filter { $0 < rowCount && !hidden[$0] && counts[$0] > 0 }
            .min { (counts[$0], $0) < (counts[$1], $1) }
    }
}
