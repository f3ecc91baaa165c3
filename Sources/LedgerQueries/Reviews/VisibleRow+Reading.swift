import LedgerCore
import NPSBySegmentProjection
import NPSLedger

extension VisibleRow {
    /// The class that the model reads, however unsure it is; nil where it has not read the text.
    package var likeliestClass: NPSClass? {
        isJudged ? ClassifierQuality.likeliest(detractor: detractor, promoter: promoter) : nil
    }

    /// Whether a response contradicts itself: by its score it is a promoter and by its text a
    /// detractor, or the reverse.
    ///
    /// The one rule, for whoever is told of it and for whoever is asked to read it. What the score
    /// says depends on the thresholds; what the text says is what a person decided, else what the
    /// model finds likeliest. How sure it is decides whether the text counts, not whether it is
    /// worth a look: where a guess speaks against a score a person is to say which is right.
    package func contradictsItself(under thresholds: Thresholds) -> Bool {
        guard let score else { return false }
        switch (thresholds.classify(score: score), decision ?? likeliestClass) {
        case (.promoter, .detractor?), (.detractor, .promoter?): return true
        default: return false
        }
    }
}

extension ResponseText {
    /// The class that the model reads, however unsure it is; nil where it has not read the text.
    package var likeliest: NPSClass? { row.likeliestClass }

    /// Probability of that class, in basis points.
    package var confidence: UInt16 {
        let passive = 10_000 - Int(row.detractor) - Int(row.promoter)
        return UInt16(clamping: max(Int(row.detractor), passive, Int(row.promoter)))
    }
}
