/// One head of a model: a linear map from features to the logits of its labels.
struct ModelHead: Hashable, Sendable {
    /// Which of the model's outputs it gives.
    enum Kind: UInt8, CaseIterable, Sendable {
        case scoreClass = 0
        case sentiment = 1
        case intents = 2

        var name: String {
            switch self {
            case .scoreClass: "scoreClass"
            case .sentiment: "sentiment"
            case .intents: "intents"
            }
        }

        var labels: [String] {
            switch self {
            case .scoreClass: ["detractor", "passive", "promoter"]
            case .sentiment: ["negative", "neutral", "positive"]
            case .intents: ["praise", "complaint", "request", "question", "leaving"]
            }
        }

        /// Whether exactly one label holds (softmax) or each stands alone (sigmoid).
        var isExclusive: Bool { self != .intents }

        /// Where the head's labels begin in a row of all heads.
        var column: Int {
            switch self {
            case .scoreClass: 0
            case .sentiment: 3
            case .intents: 6
            }
        }
    }

    /// Largest magnitude of a bias: a logit of 64 is certainty.
    static let biasMax: Int32 = 64 << 16
    /// Largest step; with it no product of accumulator and step leaves 64 bits.
    static let stepMax: UInt32 = 1 << 30

    let kind: Kind
    /// Logit at no features, per label, in 1/2^16.
    var biases: [Int32]
    /// What one unit of a weight is worth, per label, in 1/2^24.
    var steps: [UInt32]
    /// Weights by bucket, labels side by side; empty if the head was never trained.
    var weights: [Int8]

    static func untrained(_ kind: Kind) -> ModelHead {
        let count = kind.labels.count
        return ModelHead(
            kind: kind, biases: .init(repeating: 0, count: count),
            steps: .init(repeating: 0, count: count), weights: [])
    }
}
