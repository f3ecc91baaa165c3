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
