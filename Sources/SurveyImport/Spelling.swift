/// Finds the name that was probably meant.
enum Spelling {
    /// Names beyond this are not compared, for the work grows with the square of their length.
    private static let scalarsMax = 64

    /// The name nearest to `word`, letters' case and separators apart, within a third of its
    /// length in edits; the first of equals.
    static func nearest(to word: String, among names: [String]) -> String? {
        let wanted = folded(word)
        guard !wanted.isEmpty, wanted.count <= scalarsMax else { return nil }
        var best: (name: String, distance: Int)?
        for name in names {
            let candidate = folded(name)
            guard !candidate.isEmpty, candidate.count <= scalarsMax else { continue }
            let distance = editDistance(wanted, candidate)
            guard distance <= max(1, wanted.count / 3), distance < best?.distance ?? .max else {
                continue
            }
            best = (name, distance)
        }
        return best?.name
    }

    private static func folded(_ text: String) -> [Unicode.Scalar] {
        text.lowercased().unicodeScalars.filter { !" _-.".unicodeScalars.contains($0) }
    }

    /// Levenshtein's distance, by rows.
    private static func editDistance(_ first: [Unicode.Scalar], _ second: [Unicode.Scalar]) -> Int {
        var row = Array(0...second.count)
        for (i, left) in first.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, right) in second.enumerated() {
                let substituted = diagonal + (left == right ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substituted, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[second.count]
    }
}
