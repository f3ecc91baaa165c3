extension SeededGenerator {
    /// How many of `trials` succeed when each does so with chance `numerator` / `denominator`.
    ///
    /// Exact, and integers only. All trials are compared with the chance at once, one binary
    /// digit at a time: a trial whose random digit is below the chance's digit succeeds, one above
    /// fails, an equal one goes on to the next digit. Each digit costs one random bit per trial
    /// left, so a million trials take about thirty thousand words rather than a million draws.
    /// - Precondition: 0 ≤ `numerator` ≤ `denominator`, `denominator` ≥ 1, `trials` ≥ 0.
    public mutating func binomial(trials: Int, numerator: Int, denominator: Int) -> Int {
        precondition(trials >= 0, "a number of trials is not negative")
        precondition(
            denominator >= 1 && numerator >= 0 && numerator <= denominator,
            "a chance lies between 0 and 1")
        guard numerator < denominator else { return trials }
        var successes = 0
        var undecided = trials
        var rest = UInt64(numerator)
        let whole = UInt64(denominator)
        // A remainder of zero means every further digit is zero: nothing can succeed any more.
        while undecided > 0, rest > 0 {
            rest *= 2
            let zeros = undecided - fairHeads(undecided)
            if rest >= whole {
                rest -= whole
                successes += zeros
                undecided -= zeros
            } else {
                undecided = zeros
            }
        }
        return successes
    }

    /// How many of `flips` fair coins show heads, 64 coins to the word.
    private mutating func fairHeads(_ flips: Int) -> Int {
        var heads = 0
        var left = flips
        while left >= 64 {
            heads += next().nonzeroBitCount
            left -= 64
        }
        if left > 0 { heads += (next() >> UInt64(64 - left)).nonzeroBitCount }
        return heads
    }
}
