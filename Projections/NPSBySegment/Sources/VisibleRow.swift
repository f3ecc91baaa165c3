import LedgerCore

/// One response as a lens sees it.
public struct VisibleRow {
    /// Position of its `response.recorded`.
    public let position: Position
    /// Response time.
    public let occurredAt: Microseconds
    /// Number of the respondent's key.
    public let subject: UInt64
    /// Number of its segment tuple.
    public let tuple: UInt32
    /// Stated score in hundredths; `RowChunk.noScore` where there is none.
    let rawScore: UInt16
    /// Whether it has a text.
    public let hasText: Bool
    /// Whether the lens's model judged it.
    public let isJudged: Bool
    /// Probability of detractor in basis points, where judged.
    public let detractor: UInt16
    /// Probability of promoter in basis points, where judged.
    public let promoter: UInt16
    /// What a person decided that its text counts as; nil where nobody did, or where the lens does
    /// not ask.
    public let decision: NPSClass?

    /// Stated score in hundredths.
    public var score: UInt16? { rawScore == RowChunk.noScore ? nil : rawScore }

    /// The same as if nobody had decided.
    var undecided: VisibleRow {
        VisibleRow(
            position: position, occurredAt: occurredAt, subject: subject, tuple: tuple,
            rawScore: rawScore, hasText: hasText, isJudged: isJudged, detractor: detractor,
            promoter: promoter, decision: nil)
    }

    /// What the response counts as under a basis and thresholds; nil where it does not count.
    @inline(__always)
    public func npsClass(_ basis: Lens.Basis, _ thresholds: Thresholds) -> NPSClass? {
        if basis != .inferred, rawScore != RowChunk.noScore {
            return thresholds.classify(score: rawScore)
        }
        if basis == .stated { return nil }
        if let decision { return decision }
        if !isJudged { return nil }
        return thresholds.classify(detractor: detractor, promoter: promoter)
    }

    @inline(__always)
    func count(
        into tally: inout RawTally, _ basis: Lens.Basis, _ thresholds: Thresholds
    ) {
        if basis != .inferred, rawScore != RowChunk.noScore {
            tally.add(stated: thresholds.classify(score: rawScore))
        } else if basis != .stated, let decision {
            tally.add(decided: decision)
        } else if basis != .stated, isJudged,
            let read = thresholds.classify(detractor: detractor, promoter: promoter)
        {
            tally.add(inferred: read, detractor: detractor, promoter: promoter)
        } else if basis != .stated, hasText {
            tally.uncounted += 1
        }
    }
}
