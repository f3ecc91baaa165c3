/// `mapping.edited`: how a source's columns become fields, as a fact responses point to.
public struct MappingEdited: EventPayload {
    /// `mapping.edited`
    public static let name = EventName.mappingEdited
    /// 1
    public static let version: UInt32 = 1

    /// The source the mapping is for.
    public var source: String
    /// The mapping, as the deterministic JSON that `--mapping FILE` reads.
    public var mapping: String

    /// A payload.
    public init(source: String, mapping: String) {
        self.source = source
        self.mapping = mapping
    }

    /// The deterministic CBOR map.
    public var encodedPayload: [UInt8] {
        CBORValue.map(["source": .text(source), "mapping": .text(mapping)]).encoded
    }

    /// Reads version 1.
    public init(fields: EventFields) throws(CBORError) {
        source = try fields.text("source")
        mapping = try fields.text("mapping")
    }
}
