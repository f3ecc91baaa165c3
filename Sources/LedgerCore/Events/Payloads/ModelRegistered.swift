/// `model.registered`: a model version exists, with what it was made from.
public struct ModelRegistered: EventPayload {
    /// `model.registered`
    public static let name = EventName.modelRegistered
    /// 1
    public static let version: UInt32 = 1

    /// The version number, counted from 1.
    public var model: ModelVersion
    /// The kind of artefact, such as `ngram-1`.
    public var kind: String
    /// SHA-256 of the artefact.
    public var digest: [UInt8]
    /// Where it came from: `embedded`, `trained` or `file`.
    public var provenance: String
    /// Training and quality as canonical JSON: positions, seed, options, metrics.
    public var card: String

    /// A payload.
    public init(
        model: ModelVersion, kind: String, digest: [UInt8], provenance: String, card: String
    ) {
        self.model = model
        self.kind = kind
        self.digest = digest
        self.provenance = provenance
        self.card = card
    }

    /// The deterministic CBOR map.
    public var encodedPayload: [UInt8] {
        CBORValue.map([
            "model": .unsigned(UInt64(model)), "kind": .text(kind), "digest": .bytes(digest),
            "provenance": .text(provenance), "card": .text(card),
        ]).encoded
    }

    /// Reads version 1.
    public init(fields: EventFields) throws(CBORError) {
        model = try fields.number("model")
        kind = try fields.text("kind")
        digest = try fields.bytes("digest")
        provenance = try fields.text("provenance")
        card = try fields.text("card")
        guard digest.count == 32 else {
            throw CBORError(.invalidField, offset: 0, field: "digest")
        }
    }
}
