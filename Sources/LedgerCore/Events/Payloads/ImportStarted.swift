/// `import.started`: responses of a source begin to come in under one mapping.
public struct ImportStarted: EventPayload {
    /// `import.started`
    public static let name = EventName.importStarted
    /// 1
    public static let version: UInt32 = 1

    /// How responses come in.
    public enum Kind: String, CaseIterable, Sendable {
        /// Files that somebody hands over.
        case files
        /// Deliveries of a survey tool.
        case deliveries
        /// Requests to record responses.
        case requests
    }

    /// The number of the import, from 1.
    public var number: UInt64
    /// The source.
    public var source: String
    /// The `mapping.edited` by which its responses are read.
    public var mapping: Position
    /// How they come in.
    public var kind: Kind
    /// By which deliveries prove who sent them; `unsigned` is somebody's choice. Nil where there are
    /// none.
    public var scheme: String?

    /// A payload.
    public init(
        number: UInt64, source: String, mapping: Position, kind: Kind, scheme: String? = nil
    ) {
        self.number = number
        self.source = source
        self.mapping = mapping
        self.kind = kind
        self.scheme = scheme
    }

    /// The deterministic CBOR map.
    public var encodedPayload: [UInt8] {
        var map: [String: CBORValue] = [
            "import": .unsigned(number), "source": .text(source), "mapping": .unsigned(mapping),
            "kind": .text(kind.rawValue),
        ]
        if let scheme { map["scheme"] = .text(scheme) }
        return CBORValue.map(map).encoded
    }

    /// Reads version 1.
    public init(fields: EventFields) throws(CBORError) {
        number = try fields.unsigned("import")
        source = try fields.text("source")
        mapping = try fields.unsigned("mapping")
        guard number > 0 else { throw CBORError(.invalidField, offset: 0, field: "import") }
        guard let kind = Kind(rawValue: try fields.text("kind")) else {
            throw CBORError(.invalidField, offset: 0, field: "kind")
        }
        self.kind = kind
        scheme = try fields.optionalText("scheme")
    }
}
