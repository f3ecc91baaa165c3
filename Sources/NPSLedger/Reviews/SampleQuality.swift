import LedgerCore
import NPSStatistics

/// What a random sample says of a model: its accuracy on the texts that were drawn, by the decisions
/// that stand.
///
/// Drawn at random from all texts that the model had read, the sample knows nothing of where the
/// model is unsure, and so the share that it reads right is an unbiased estimate of that of all of
/// them, provided that those not decided yet are like the others. What the model has learnt from
/// is left out; the rest of a sample stands for the texts that it has not learnt from.
public struct SampleQuality: Sendable {
    /// The sample.
    public let sample: ReviewSample
    /// The model that is judged.
    public let model: ModelVersion
    /// Decided class by the class that the model reads.
    public private(set) var matrix = ConfusionMatrix(classCount: NPSClass.allCases.count)
    /// Drawn and not decided yet.
    public private(set) var undecided = 0
    /// Drawn, and out of the estimate: excluded, given another text, or not read by the model.
    public private(set) var lost = 0

    /// Drawn, and out of the estimate: the model has learnt from them.
    public private(set) var learnt = 0

    /// Nothing counted.
    public init(_ sample: ReviewSample, model: ModelVersion) {
        self.sample = sample
        self.model = model
    }

    /// Takes in a member of the sample.
    ///
    /// - Parameters:
    ///   - decided: the class that people decided on.
    ///   - read: the class that the model reads.
    ///   - isLearnt: whether the model has learnt from the text: on its own examples it is at home.
    public mutating func add(decided: NPSClass?, read: NPSClass?, isLearnt: Bool = false) {
        guard !isLearnt else {
            learnt += 1
            return
        }
        guard let read else {
            lost += 1
            return
        }
        guard let decided else {
            undecided += 1
            return
        }
        matrix.add(actual: Int(decided.rawValue), predicted: Int(read.rawValue))
    }

    /// The share that the model reads as people do.
    public var accuracy: Proportion {
        let right = NPSClass.allCases.reduce(0) {
            $0 + matrix[actual: Int($1.rawValue), predicted: Int($1.rawValue)]
        }
        return Proportion(right, of: matrix.total)
    }
}
