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

/// From what a model version was trained: enough to find the same responses again, to check that
/// they are the same, and to train the same way on others.
public struct TrainingEvidence: Hashable, Sendable {
    /// Size of the log that it learnt from.
    public var asOf: Position
    /// Root of the tree over that prefix.
    public var root: [UInt8]
    /// Which responses of it were selected, as canonical JSON: `from`, `to`, `window` and `where`.
    public var selection: String
    /// What decided the folds.
    public var seed: UInt64
    /// Responses it learnt from.
    public var examples: UInt64
    /// Of those, labels that came from people's decisions.
    public var reviewed: UInt64
    /// Responses that were selected and whose text was erased by then.
    public var erased: UInt64
    /// SHA-256 over the ascending positions of the responses selected, erased ones included, eight
    /// bytes each, the highest byte first.
    public var positions: [UInt8]
    /// Files of labelled texts it learnt from beside the ledger.
    public var files: [LabelFile]
    /// SHA-256 of the topics that texts could be about; nil where none were learnt.
    public var taxonomy: [UInt8]?

    /// A file of labelled texts, none of which the ledger holds.
    public struct LabelFile: Hashable, Sendable {
        /// SHA-256 of the file's bytes.
        public var digest: [UInt8]
        /// Texts learnt from.
        public var examples: UInt64

        /// A file.
        public init(digest: [UInt8], examples: UInt64) {
            self.digest = digest
            self.examples = examples
        }
    }

    /// Most files of one training: with them all, the event fits an entry.
    public static let filesMax = 64

    /// Evidence.
    public init(
        asOf: Position, root: [UInt8], selection: String, seed: UInt64, examples: UInt64,
        reviewed: UInt64, erased: UInt64, positions: [UInt8], files: [LabelFile] = [],
        taxonomy: [UInt8]? = nil
    ) {
        self.asOf = asOf
        self.root = root
        self.selection = selection
        self.seed = seed
        self.examples = examples
        self.reviewed = reviewed
        self.erased = erased
        self.positions = positions
        self.files = files
        self.taxonomy = taxonomy
    }

    /// The evidence as a map.
    var encoded: CBORValue {
        var map: [String: CBORValue] = [
            "asOf": .unsigned(asOf), "root": .bytes(root), "selection": .text(selection),
            "seed": .unsigned(seed), "examples": .unsigned(examples),
            "reviewed": .unsigned(reviewed), "erased": .unsigned(erased),
            "positions": .bytes(positions),
        ]
        if !files.isEmpty {
            map["files"] = .array(
                files.map {
                    .map(["digest": .bytes($0.digest), "examples": .unsigned($0.examples)])
                })
        }
        if let taxonomy { map["taxonomy"] = .bytes(taxonomy) }
        return .map(map)
    }

    /// Reads a map.
    init(_ value: CBORValue) throws(CBORError) {
        let fields = EventFields(value)
        asOf = try fields.unsigned("asOf")
        root = try fields.digest("root")
        selection = try fields.text("selection")
        seed = try fields.unsigned("seed")
        examples = try fields.unsigned("examples")
        reviewed = try fields.unsigned("reviewed")
        erased = try fields.unsigned("erased")
        positions = try fields.digest("positions")
        taxonomy = fields["taxonomy"] == nil ? nil : try fields.digest("taxonomy")
        files = []
        guard let value = fields["files"] else { return }
        guard let items = value.arrayValue, (1...Self.filesMax).contains(items.count) else {
            throw CBORError(.invalidField, offset: 0, field: "files")
        }
        for item in items {
            let fields = EventFields(item)
            files.append(
                LabelFile(
                    digest: try fields.digest("digest"), examples: try fields.unsigned("examples")))
        }
    }
}
