import LedgerCore
import NPSBySegmentProjection

extension ResponseText {
    /// The class that the model reads, however unsure it is; nil where it has not read the text.
    package var likeliest: NPSClass? {
        guard row.isJudged else { return nil }
        return Thresholds.standard.classify(detractor: row.detractor, promoter: row.promoter)
    }

    /// Probability of that class, in basis points.
    package var confidence: UInt16 {
        let passive = 10_000 - Int(row.detractor) - Int(row.promoter)
        return UInt16(clamping: max(Int(row.detractor), passive, Int(row.promoter)))
    }
}
