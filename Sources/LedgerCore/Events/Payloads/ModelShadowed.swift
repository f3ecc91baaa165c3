/// `model.shadowed`: from here on a version reads every text that comes in, or a share of them, and
/// counts for nothing; or it reads no more.
///
/// A version that is active reads everything already: its activation ends its shadow, and no
/// rollback brings that back.
public struct ModelShadowed: EventPayload {
    /// `model.shadowed`
    public static let name = EventName.modelShadowed
    /// 2
    public static let version: UInt32 = 2

    /// The version that reads.
    public var model: ModelVersion
    /// Whether the shadow ends here instead of beginning.
    public var ends: Bool
    /// Of what comes in, the share it reads, in basis points below the whole; nil for all of it.
    /// Since version 2.
    public var share: UInt16?

    /// A payload.
    public init(model: ModelVersion, ends: Bool = false, share: UInt16? = nil) {
        self.model = model
        self.ends = ends
        self.share = share
    }

    /// The deterministic CBOR map.
    public var encodedPayload: [UInt8] {
        var map: [String: CBORValue] = ["model": .unsigned(UInt64(model))]
        if ends { map["ends"] = .bool(true) }
        if let share { map["share"] = .unsigned(UInt64(share)) }
        return CBORValue.map(map).encoded
    }

    private static let fieldNames: Set = ["ends", "model", "share"]

    /// Reads version 2.
    public init(fields: EventFields) throws(CBORError) {
        // An older version is not held against its own encoding, so what it may hold is asked here.
        guard fields.values.keys.allSatisfy(Self.fieldNames.contains) else {
            throw CBORError(.invalidField, offset: 0, field: "payload")
        }
        model = try fields.number("model")
        ends = try fields.flag("ends")
        share = try fields.optionalNumber("share")
        if let share, ends || !(1..<10_000).contains(share) {
            throw CBORError(.invalidField, offset: 0, field: "share")
        }
    }

    /// Version 1 read everything.
    public static func upcast(_ fields: EventFields, from version: UInt32) -> EventFields? {
        guard version == 1 else { return nil }
        var next = fields
        // What no version takes: a field of this name was not one of version 1.
        if next["share"] != nil { next["share"] = .null }
        return next
    }
}
