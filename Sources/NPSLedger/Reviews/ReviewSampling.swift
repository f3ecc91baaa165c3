import LedgerCore
import NPSStatistics

/// Draws by hash: which texts are drawn follows from the seed and their positions alone, so that
/// anyone can draw the same sample from the same prefix of the log.
public struct ReviewSampling: Sendable {
    /// A text that was drawn, with what is recorded of it.
    public struct Drawn: Hashable, Sendable {
        /// The text.
        public let text: ReviewText
        /// Probability of the model's likeliest class, in basis points.
        public let confidence: UInt16
        let rank: UInt64
    }

    /// What decides.
    public let seed: UInt64
    /// How many are drawn.
    public let size: Int
    /// How many there were to draw from so far.
    public private(set) var population = 0
    /// Candidates; kept to twice the size, whatever the population.
    private var candidates: [Drawn] = []

    /// A sample of at most `size` texts.
    ///
    /// - Precondition: `size` > 0.
    public init(seed: UInt64, size: Int) {
        precondition(size > 0, "a sample has a size")
        self.seed = seed
        self.size = size
    }

    /// Takes in a text of the population.
    public mutating func add(_ text: ReviewText, confidence: UInt16) {
        population += 1
        candidates.append(
            Drawn(
                text: text, confidence: confidence,
                rank: Self.hash(seed, text.response)))
        if candidates.count >= 2 * size + 64 { cut() }
    }

    private mutating func cut() {
        candidates.sort { ($0.rank, $0.text.response) < ($1.rank, $1.text.response) }
        candidates.removeLast(max(0, candidates.count - size))
    }

    /// The sample, in log order.
    public var drawn: [Drawn] {
        var whole = self
        whole.cut()
        return whole.candidates.sorted { $0.text.response < $1.text.response }
    }

    /// Whether a response is in a share of `percent`, by another hash than draws it.
    public static func isShared(_ response: Position, percent: Int, seed: UInt64) -> Bool {
        Int(hash(~seed, response) % 100) < percent
    }

    /// A well-mixed number of a seed and a position.
    public static func hash(_ seed: UInt64, _ position: Position) -> UInt64 {
        var first = SplitMix64(state: seed)
        var second = SplitMix64(state: first.next() ^ position)
        return second.next()
    }
}

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
    /// The model that is classified.
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
