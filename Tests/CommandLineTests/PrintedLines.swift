import Foundation

/// Compares what a page shows with what was printed.
///
/// Lines are the same if they are equal but for what cannot be the same twice:
///
/// - times of recording, as dates or in microseconds since 1970: another may be shown, but only where
///   the one that was printed lies within the run. Times of a survey are compared like any other word;
/// - digests: the 64 hexadecimal digits of a SHA-256, its first 16 or more before an ellipsis, and the
///   32 of a row's id that is made with the ledger's key. A digest that is shown twice must have been
///   printed twice, and two that differ must differ.
struct PrintedLines {
    let started: Date
    let ended: Date
    /// The beginnings of digests that were printed, by those of the digests shown in their place.
    private var printedDigests: [Substring: Substring] = [:]
    /// The other way round, with as much of the digest as was shown.
    private var shownDigests: [Substring: Substring] = [:]

    init(started: Date, ended: Date) {
        self.started = started
        self.ended = ended
    }

    /// What stands for any number of lines that a page leaves out.
    static let leftOut = "…"

    /// Compares, and remembers which digest stands for which.
    ///
    /// - Returns: lines of a difference, empty where there is none, and what the page should show.
    mutating func compare(
        shown: [String], printed: [String]
    ) -> (difference: [String], corrected: [String]) {
        guard let pairs = align(shown, printed) else {
            return (difference(shown, printed), corrected(shown, printed))
        }
        var difference: [String] = []
        for (shown, printed) in pairs {
            difference += strayDigests(shown: shown, printed: printed)
        }
        return (difference, difference.isEmpty ? shown : corrected([], printed))
    }

    // MARK: - Words that cannot be the same twice

    private enum Kind {
        case digest, time, microseconds
    }

    private typealias Word = (kind: Kind, text: Substring)

    /// A line as the text between such words, and the words.
    private static func split(_ line: String) -> (text: [Substring], words: [Word]) {
        let pattern =
            #/
            \b (?: (?<digest> [0-9a-f]{64}\b | [0-9a-f]{32}\b | [0-9a-f]{16,63}(?=…) )
                | (?<time> \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d (?:\.\d+)? Z)
                | \d{16}\b )
            /#
        var (text, words): ([Substring], [Word]) = ([], [])
        var end = line.startIndex
        for match in line.matches(of: pattern) {
            text.append(line[end..<match.range.lowerBound])
            let kind: Kind =
                match.digest != nil ? .digest : match.time != nil ? .time : .microseconds
            words.append((kind, match.output.0))
            end = match.range.upperBound
        }
        return (text + [line[end...]], words)
    }

    private func areAlike(_ shown: String, _ printed: String) -> Bool {
        if shown == printed { return true }
        let (left, right) = (Self.split(shown), Self.split(printed))
        return left.text == right.text
            && zip(left.words, right.words).allSatisfy { shown, printed in
                guard shown.kind == printed.kind else { return false }
                if shown.text == printed.text { return true }
                // Zeros at the end of a fraction are not written, so times differ in length.
                return printed.kind == .digest
                    ? shown.text.count == printed.text.count : isOfThisRun(printed)
            }
    }

    private func isOfThisRun(_ word: Word) -> Bool {
        let date =
            if word.kind == .microseconds {
                Double(word.text).map { Date(timeIntervalSince1970: $0 / 1e6) }
            } else {
                try? Date(
                    String(word.text.prefix { $0 != "." && $0 != "Z" } + "Z"), strategy: .iso8601)
            }
        guard let date else { return false }
        return date >= started.addingTimeInterval(-1) && date <= ended
    }

    private mutating func strayDigests(shown: String, printed: String) -> [String] {
        let pairs = zip(Self.split(shown).words, Self.split(printed).words)
        return pairs.filter { $0.0.kind == .digest }.flatMap { left, right -> [String] in
            let (shown, printed) = (left.text.prefix(16), right.text.prefix(16))
            let longest = shownDigests[printed] ?? left.text
            guard printedDigests[shown] ?? printed == printed, longest.prefix(16) == shown else {
                return ["- \(shown)… is not the digest that stands for it elsewhere on the page"]
            }
            printedDigests[shown] = printed
            shownDigests[printed] = longest.count > left.text.count ? longest : left.text
            return []
        }
    }

    // MARK: - Lines

    /// Pairs of lines that are alike, or nil where the two do not match.
    private func align(_ shown: [String], _ printed: [String]) -> [(String, String)]? {
        var pairs: [(String, String)] = []
        var (left, right) = (0, 0)
        var lastLeftOut: (left: Int, right: Int, pairs: Int)?
        while right < printed.count {
            if left < shown.count, shown[left] == Self.leftOut {
                left += 1
                lastLeftOut = (left, right, pairs.count)
            } else if left < shown.count, areAlike(shown[left], printed[right]) {
                pairs.append((shown[left], printed[right]))
                (left, right) = (left + 1, right + 1)
            } else if let from = lastLeftOut {
                // One more line is left out there.
                pairs.removeSubrange(from.pairs...)
                (left, right) = (from.left, from.right + 1)
                lastLeftOut = (from.left, from.right + 1, from.pairs)
            } else {
                return nil
            }
        }
        return shown[left...].allSatisfy { $0 == Self.leftOut } ? pairs : nil
    }

    private func difference(_ shown: [String], _ printed: [String]) -> [String] {
        let changes = printed.difference(from: shown) { areAlike($0, $1) }
        let numbered = changes.map { change -> (at: Int, line: String) in
            switch change {
            case .remove(let offset, let line, _): (offset, "- \(line)")
            case .insert(let offset, let line, _): (offset, "+ \(line)")
            }
        }
        return numbered.enumerated().sorted {
            ($0.element.at, $0.offset) < ($1.element.at, $1.offset)
        }
        .map(\.element.line)
    }

    /// What was printed, with lines and digests as the page had them where they still hold.
    private mutating func corrected(_ shown: [String], _ printed: [String]) -> [String] {
        var kept: [Int: String] = [:]
        var left = shown[...]
        for (index, line) in printed.enumerated() {
            guard let found = left.firstIndex(where: { areAlike($0, line) }) else { continue }
            if strayDigests(shown: left[found], printed: line).isEmpty { kept[index] = left[found] }
            left = left[(found + 1)...]
        }
        return printed.enumerated().map { index, line in
            if let line = kept[index] { return line }
            var line = line
            for word in Self.split(line).words.reversed() where word.kind == .digest {
                guard let digest = shownDigests[word.text.prefix(16)] else {
                    // From here on the page shows this one.
                    printedDigests[word.text.prefix(16)] = word.text.prefix(16)
                    shownDigests[word.text.prefix(16)] = word.text
                    continue
                }
                let known = digest.prefix(word.text.count)
                line.replaceSubrange(
                    word.text.startIndex..<line.index(word.text.startIndex, offsetBy: known.count),
                    with: known)
            }
            return line
        }
    }
}
