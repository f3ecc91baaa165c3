/// `model.shadowed`: from here on a version reads every text that comes in and counts for nothing,
/// or it reads no more.
///
/// A version that is active reads everything already: its activation ends its shadow, and no
/// rollback brings that back.
public struct ModelShadowed: EventPayload {
    /// `model.shadowed`
    public static let name = EventName.modelShadowed
    /// 1
    public static let version: UInt32 = 1

    /// The version that reads.
    public var model: ModelVersion
    /// Whether the shadow ends here instead of beginning.
    public var ends: Bool

    /// A payload.
    public init(model: ModelVersion, ends: Bool = false) {
        self.model = model
        self.ends = ends
    }

    /// The deterministic CBOR map.
    public var encodedPayload: [UInt8] {
        var map: [String: CBORValue] = ["model": .unsigned(UInt64(model))]
        if ends { map["ends"] = .bool(true) }
        return CBORValue.map(map).encoded
    }

    /// Reads version 1.
    public init(fields: EventFields) throws(CBORError) {
        model = try fields.number("model")
        ends = try fields.flag("ends")
    }
}
