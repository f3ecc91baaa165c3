/// The typed payload of one event type at its newest version.
public protocol EventPayload: Hashable, Sendable {
    /// The event type.
    static var name: EventName { get }
    /// The version that `encodedPayload` writes.
    static var version: UInt32 { get }
    /// The deterministic CBOR map.
    var encodedPayload: [UInt8] { get }
    /// Reads a payload of the current version.
    init(fields: EventFields) throws(CBORError)
    /// Turns the fields of an older version into those of the next one; nil where there is none.
    static func upcast(_ fields: EventFields, from version: UInt32) -> EventFields?
}

extension EventPayload {
    /// A type with one version has nothing to upcast.
    public static func upcast(_ fields: EventFields, from version: UInt32) -> EventFields? { nil }

    /// Decodes the payload of an event in place, through the upcasters where it is older.
    public init(_ event: EventView) throws(EntryError) {
        precondition(event.name == Self.name, "decoding \(event.name) as \(Self.name)")
        let fields: EventFields
        do throws(CBORError) {
            var cursor = CBORCursor(unsafe: event.payload)
            fields = EventFields(try cursor.value())
            guard cursor.isAtEnd else { throw CBORError(.trailingBytes, offset: cursor.offset) }
        } catch {
            throw .malformed(error)
        }
        try self.init(fields: fields, version: event.version)
    }

    /// Takes decoded fields of any version, through the upcasters where they are older.
    init(fields decoded: EventFields, version stated: UInt32) throws(EntryError) {
        var fields = decoded
        var version = stated
        do {
            while version != Self.version {
                guard version < Self.version, let next = Self.upcast(fields, from: version) else {
                    throw EntryError.unknownVersion(Self.name, UInt64(stated))
                }
                fields = next
                version += 1
            }
            self = try Self(fields: fields)
        } catch let error as CBORError {
            throw .malformed(error)
        } catch let error as EntryError {
            throw error
        } catch {
            throw .malformed(CBORError(.unsupported, offset: 0))
        }
    }
}
