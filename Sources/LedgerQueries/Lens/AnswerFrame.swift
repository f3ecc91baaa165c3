import LedgerCore
import NPSBySegmentProjection
import NPSStatistics

/// The lens that an answer was made with, as every answer states it.
public struct AnswerFrame: Sendable {
    /// The lens, its position and window looked up.
    public let lens: Lens
    /// The model whose judgements count; nil where none was active.
    public let model: ModelVersion?
    /// Number of the threshold set; nil where the standard ones hold.
    public let thresholdsID: UInt32?
    /// The cut-offs.
    public let thresholds: Thresholds
    /// How intervals are computed.
    public let interval: IntervalMethod
    /// Confidence of the intervals, in percent.
    public let confidence: Double
    /// When the last event before the position was recorded.
    public let recordedAt: Microseconds?
    /// The two that are compared, where the question is about them instead of the lens's one.
    public package(set) var models: [ModelVersion] = []

    /// Confidence of the intervals, as a share.
    public var confidenceShare: Double { confidence / 100 }

    package init(_ resolved: ResolvedLens, _ request: LensRequest, recordedAt: Microseconds?) {
        lens = resolved.lens
        model = resolved.model
        thresholdsID = resolved.thresholdsID
        thresholds = resolved.thresholds
        interval = request.interval
        confidence = request.confidence
        self.recordedAt = recordedAt
    }

    /// The interval of a score.
    public func interval(of counts: NPSCounts) -> Interval? {
        counts.interval(interval, confidence: confidenceShare)
    }
}
