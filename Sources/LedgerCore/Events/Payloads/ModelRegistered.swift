/// `model.registered`: a model version exists, with what it was made from.
public struct ModelRegistered: EventPayload {
    /// `model.registered`
    public static let name = EventName.modelRegistered
    /// 2
    public static let version: UInt32 = 2
    /// Most topics of a model.
    public static let topicsMax = 64

    /// The version number, counted from 1.
    public var model: ModelVersion
    /// The kind of artefact, such as `ngram-1`.
    public var kind: String
    /// SHA-256 of the artefact.
    public var digest: [UInt8]
    /// Where it came from: `embedded`, `trained` or `file`.
    public var provenance: String
    /// What the artefact says of itself as canonical JSON: features, options, figures. In version 1
    /// also what is `training` now.
    public var card: String
    /// The program that registered it, such as `npsledger 0.2.0`. Since version 2, as all below.
    public var program: String?
    /// SHA-256 of the encoder whose vectors it reads; nil where it reads none.
    public var encoder: [UInt8]?
    /// From what it was trained on this ledger; nil where it was not.
    public var training: TrainingEvidence?
    /// What it can find a text to be about; `topics.recorded` counts along these.
    public var topics: [String]
    /// Position of the `retraining.requested` that it was made for.
    public var request: Position?

    /// A payload.
    public init(
        model: ModelVersion, kind: String, digest: [UInt8], provenance: String, card: String,
        program: String? = nil, encoder: [UInt8]? = nil, training: TrainingEvidence? = nil,
        topics: [String] = [], request: Position? = nil
    ) {
        self.model = model
        self.kind = kind
        self.digest = digest
        self.provenance = provenance
        self.card = card
        self.program = program
        self.encoder = encoder
        self.training = training
        self.topics = topics
        self.request = request
    }

    /// The deterministic CBOR map.
    public var encodedPayload: [UInt8] {
        var map: [String: CBORValue] = [
            "model": .unsigned(UInt64(model)), "kind": .text(kind), "digest": .bytes(digest),
            "provenance": .text(provenance), "card": .text(card),
        ]
        if let program { map["program"] = .text(program) }
        if let encoder { map["encoder"] = .bytes(encoder) }
        if let training { map["training"] = training.encoded }
        if !topics.isEmpty { map["topics"] = .array(topics.map { .text($0) }) }
        if let request { map["request"] = .unsigned(request) }
        return CBORValue.map(map).encoded
    }

    private static let firstNames: Set = ["card", "digest", "kind", "model", "provenance"]
    private static let fieldNames = firstNames.union([
        "encoder", "program", "request", "topics", "training",
    ])

    /// Reads version 2.
    public init(fields: EventFields) throws(CBORError) {
        // An older version is not held against its own encoding, so what it may hold is asked here.
        guard fields.values.keys.allSatisfy(Self.fieldNames.contains) else {
            throw CBORError(.invalidField, offset: 0, field: "payload")
        }
        model = try fields.number("model")
        kind = try fields.text("kind")
        digest = try fields.digest("digest")
        provenance = try fields.text("provenance")
        card = try fields.text("card")
        program = try fields.optionalText("program")
        encoder = fields["encoder"] == nil ? nil : try fields.digest("encoder")
        training = if let value = fields["training"] { try TrainingEvidence(value) } else { nil }
        request = try fields.optionalNumber("request")
        topics = []
        guard let value = fields["topics"] else { return }
        let names = value.arrayValue?.compactMap(\.textValue) ?? []
        guard (1...Self.topicsMax).contains(names.count), names.count == value.arrayValue?.count
        else { throw CBORError(.invalidField, offset: 0, field: "topics") }
        topics = names
    }

    /// Version 1 knew neither program nor encoder, and its card said what it was trained from.
    public static func upcast(_ fields: EventFields, from version: UInt32) -> EventFields? {
        guard version == 1 else { return nil }
        var next = fields
        // What no version takes: a field of this name was not one of version 1.
        for name in next.values.keys where !firstNames.contains(name) { next[name] = .null }
        return next
    }
}
