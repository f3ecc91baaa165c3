/// `projection.committed`: what a projection's state was when it was folded exactly so far. Whoever
/// replays the log with the same version must come to the same digest.
public struct ProjectionCommitted: EventPayload {
    /// `projection.committed`
    public static let name = EventName.projectionCommitted
    /// 1
    public static let version: UInt32 = 1
    /// SHA-256.
    public static let digestBytes = 32

    /// The projection's id.
    public var projection: String
    /// Version of the projection: another one may keep the same facts in other bytes.
    public var projectionVersion: UInt32
    /// How many events were folded; at most the position of this event itself.
    public var upTo: Position
    /// SHA-256 over all pairs of the state in key order, each with its lengths.
    public var digest: [UInt8]

    /// A payload.
    public init(
        projection: String, projectionVersion: UInt32, upTo: Position, digest: [UInt8]
    ) {
        self.projection = projection
        self.projectionVersion = projectionVersion
        self.upTo = upTo
        self.digest = digest
    }

    /// The deterministic CBOR map.
    public var encodedPayload: [UInt8] {
        CBORValue.map([
            "projection": .text(projection), "version": .unsigned(UInt64(projectionVersion)),
            "upTo": .unsigned(upTo), "digest": .bytes(digest),
        ]).encoded
    }

    /// Reads version 1.
    public init(fields: EventFields) throws(CBORError) {
        projection = try fields.text("projection")
        projectionVersion = try fields.number("version")
        upTo = try fields.unsigned("upTo")
        digest = try fields.bytes("digest")
        guard digest.count == Self.digestBytes else {
            throw CBORError(.invalidField, offset: 0, field: "digest")
        }
    }
}
