/// Which windows are run together: only such of one length, so that none is padded.
///
/// A window's neighbours then have no way into its vectors: every operation has the same rows to
/// work on, whichever texts come with it.
enum WindowBatches {
    /// Tokens that are run at once. More are slower (the numbers between two operations no longer
    /// fit the processor's cache), and memory grows with them.
    static let tokensMax = 512

    /// Groups windows by length, the longest first, so that no thread is left alone with one of
    /// them at the end.
    ///
    /// - Parameter lengths: tokens of each window.
    /// - Returns: numbers of windows, every one once.
    static func plan(lengths: [Int], tokensMax: Int = tokensMax) -> [[Int]] {
        let order = lengths.indices.sorted {
            (-lengths[$0], $0) < (-lengths[$1], $1)
        }
        var batches: [[Int]] = []
        for index in order {
            if let last = batches.last?.last, lengths[last] == lengths[index],
                batches[batches.count - 1].count < max(1, tokensMax / lengths[index])
            {
                batches[batches.count - 1].append(index)
            } else {
                batches.append([index])
            }
        }
        return batches
    }
}
