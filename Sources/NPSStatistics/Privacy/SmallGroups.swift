/// Which rows of a table a reader without special rights may see.
///
/// A row with 1 to `minimum` − 1 responses is suppressed, count and all. Then further rows are
/// suppressed until no group that small can be computed from what is left: not parent minus
/// children, not window minus window, not by adding and subtracting across both directions of a
/// table. A row without responses is shown; it says nothing about anybody.
///
/// What it protects: given the relations, no suppressed small row, no small remainder of a
/// whole, and no set of them with fewer than `minimum` responses together is determined by the
/// rows shown. (Sets are searched, small ones first, as far as a fixed budget goes: with the
/// usual minimum completely, while up to a hundred rows of one response hang together.) What it does not: relations it was not told of, what a reader knows from elsewhere
/// or saw earlier (an export of yesterday is another window), bounds (a hidden count may still be
/// narrowed to a range), and a group of `minimum` or more who all answered alike.
public enum SmallGroups {
    /// The usual minimum.
    public static let minimumDefault = 5

    /// Decides about every row.
    ///
    /// Pure and reproducible: the same rows and relations give the same decisions. Of the rows
    /// that would do, the one with the fewest responses is suppressed, the first of equals; none is
    /// suppressed needlessly: showing any one of them would give a small group away. Work grows
    /// with the cube of the number of suppressed rows that hang together through relations.
    /// - Parameters:
    ///   - counts: n of each row.
    ///   - relations: how rows add up to other rows; see ``SuppressionRelation``.
    ///   - minimum: the smallest n that may be shown; 1 or less shows everything.
    /// - Returns: one decision a row, in the order of `counts`.
    public static func decisions(
        counts: [Int], relations: [SuppressionRelation], minimum: Int = minimumDefault
    ) throws(SuppressionError) -> [SuppressionDecision] {
        var solver = try SuppressionSolver(counts: counts, relations: relations, minimum: minimum)
        solver.protect()
        return counts.indices.map { row in
            if !solver.isHidden(row) { return .shown }
            return counts[row] < minimum ? .small : .complementary
        }
    }

    /// Decides about the rows of a hierarchy, such as all, region, country.
    ///
    /// - Parameters:
    ///   - counts: n of each row.
    ///   - parents: the index of the row each one is part of; `nil` at the top. Siblings are
    ///     disjoint and need not add up to their parent.
    ///   - minimum: the smallest n that may be shown.
    /// - Returns: one decision a row, in the order of `counts`.
    public static func decisions(
        counts: [Int], parents: [Int?], minimum: Int = minimumDefault
    ) throws(SuppressionError) -> [SuppressionDecision] {
        var children = [[Int]](repeating: [], count: counts.count)
        for (row, parent) in parents.enumerated() {
            guard let parent else { continue }
            guard counts.indices.contains(row), counts.indices.contains(parent), parent != row
            else { throw SuppressionError(.invalidRelation, at: row) }
            children[parent].append(row)
        }
        var relations: [SuppressionRelation] = []
        for (parent, parts) in children.enumerated() where !parts.isEmpty {
            relations.append(SuppressionRelation(whole: parent, parts: parts))
        }
        return try decisions(counts: counts, relations: relations, minimum: minimum)
    }
}
