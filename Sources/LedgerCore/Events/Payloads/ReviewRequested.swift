/// `review.requested`: a person shall read a response's text and say what it counts as.
public struct ReviewRequested: EventPayload {
    /// `review.requested`
    public static let name = EventName.reviewRequested
    /// 1
    public static let version: UInt32 = 1

    /// Position of the `response.recorded`.
    public var response: Position
    /// Position of the event whose text is to be read.
    public var text: Position
    /// Why.
    public var reason: ReviewReason
    /// The model whose reading led to the request, or of whose readings the sample is.
    public var model: ModelVersion?
    /// Probability of that model's likeliest class, in basis points.
    public var confidence: UInt16?
    /// The sample it was drawn in; there for `sample` and for no other reason.
    public var sample: ReviewSample?
    /// Whether two people decide, neither knowing what the other says.
    public var wantsSecond: Bool

    /// A payload.
    public init(
        response: Position, text: Position, reason: ReviewReason, model: ModelVersion? = nil,
        confidence: UInt16? = nil, sample: ReviewSample? = nil, wantsSecond: Bool = false
    ) {
        self.response = response
        self.text = text
        self.reason = reason
        self.model = model
        self.confidence = confidence
        self.sample = sample
        self.wantsSecond = wantsSecond
    }

    /// The deterministic CBOR map.
    public var encodedPayload: [UInt8] {
        var map: [String: CBORValue] = [
            "response": .unsigned(response), "text": .unsigned(text),
            "reason": .text(reason.rawValue),
        ]
        if let model { map["model"] = .unsigned(UInt64(model)) }
        if let confidence { map["confidence"] = .unsigned(UInt64(confidence)) }
        if let sample { map["sample"] = sample.encoded }
        if wantsSecond { map["second"] = .bool(true) }
        return CBORValue.map(map).encoded
    }

    /// Reads version 1.
    public init(fields: EventFields) throws(CBORError) {
        response = try fields.unsigned("response")
        text = try fields.unsigned("text")
        guard let reason = ReviewReason(rawValue: try fields.text("reason")) else {
            throw CBORError(.invalidField, offset: 0, field: "reason")
        }
        self.reason = reason
        model = try fields.optionalNumber("model")
        confidence = try fields.optionalNumber("confidence")
        sample = if let value = fields["sample"] { try ReviewSample(value) } else { nil }
        wantsSecond = try fields.flag("second")
        if let confidence, confidence > 10_000 {
            throw CBORError(.invalidField, offset: 0, field: "confidence")
        }
        guard (sample != nil) == (reason == .sample) else {
            throw CBORError(.invalidField, offset: 0, field: "sample")
        }
    }
}

/// Why a person is asked to read a response. The raw values are the wire's and permanent.
public enum ReviewReason: String, CaseIterable, Sendable {
    /// The model's likeliest class is not likely enough.
    case lowConfidence
    /// The stated score and what the model reads in the text contradict each other.
    case textAgainstScore
    /// It was drawn at random, so that the model's quality can be estimated without bias.
    case sample
    /// Somebody asked for it.
    case asked
}

/// The random sample that a request belongs to, so that anyone can draw it again.
public struct ReviewSample: Hashable, Sendable {
    /// Number of the sample in its ledger, counted from 1.
    public var round: UInt32
    /// What decided which responses were drawn.
    public var seed: UInt64
    /// How many were drawn.
    public var size: UInt64
    /// How many there were to draw from.
    public var population: UInt64

    /// A sample.
    public init(round: UInt32, seed: UInt64, size: UInt64, population: UInt64) {
        self.round = round
        self.seed = seed
        self.size = size
        self.population = population
    }

    /// The map within a payload.
    var encoded: CBORValue {
        .map([
            "round": .unsigned(UInt64(round)), "seed": .unsigned(seed), "size": .unsigned(size),
            "population": .unsigned(population),
        ])
    }

    private static let fieldNames: Set = ["population", "round", "seed", "size"]

    /// Reads the map.
    init(_ value: CBORValue) throws(CBORError) {
        let fields = EventFields(value)
        round = try fields.number("round")
        seed = try fields.unsigned("seed")
        size = try fields.unsigned("size")
        population = try fields.unsigned("population")
        guard fields.values.keys.allSatisfy(Self.fieldNames.contains), round > 0, size > 0,
            size <= population
        else { throw CBORError(.invalidField, offset: 0, field: "sample") }
    }
}
