/// What training gives.
public struct TrainedModel: Sendable {
    /// The model's bytes: the same examples in the same order and the same options give the same.
    public let artefact: [UInt8]
    /// What the class head measured out of fold.
    public let metrics: TrainingMetrics
    /// What every head measured, the class head first.
    public let heads: [TrainingMetrics]
    /// Out-of-fold class probabilities of the examples used: index of the example and basis points.
    public let outOfFold: [(example: Int, detractor: UInt16, passive: UInt16, promoter: UInt16)]
}
