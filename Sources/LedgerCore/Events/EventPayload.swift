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
    /// Whether the current version says what an older one says in the same bytes: it only adds.
    static func extends(_ version: UInt32) -> Bool
}

extension EventPayload {
    /// A type with one version has nothing to upcast.
    public static func upcast(_ fields: EventFields, from version: UInt32) -> EventFields? { nil }

    /// A layout that changed is another one.
    public static func extends(_ version: UInt32) -> Bool { false }

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

/// An event as its author states it, before the log gives it a position and a recorded-at.
public struct EventDraft: Hashable, Sendable {
    /// Which type of event.
    public var name: EventName
    /// Version of the payload's layout.
    public var version: UInt32
    /// When it happened, by its author's word.
    public var occurredAt: Microseconds
    /// Who caused it.
    public var actor: Actor
    /// The event that led to it.
    public var cause: Position?
    /// The payload's deterministic CBOR map.
    public var payload: [UInt8]

    /// A draft of a typed payload.
    public init(
        _ payload: some EventPayload, occurredAt: Microseconds, actor: Actor,
        cause: Position? = nil
    ) {
        name = type(of: payload).name
        version = type(of: payload).version
        self.occurredAt = occurredAt
        self.actor = actor
        self.cause = cause
        self.payload = payload.encodedPayload
    }
}

/// Who caused an event: a person's or a program's name within the organisation.
public struct Actor: Hashable, Sendable, CustomStringConvertible {
    /// Longest name in UTF-8 bytes; long enough for an address, short enough for every entry.
    public static let nameBytesMax = 128

    /// The name.
    public let name: String

    /// An actor, or nil where the name is empty, too long, or holds control characters
    /// (U+0000–001F and U+007F–009F: a terminal obeys both ranges).
    public init?(_ name: String) {
        guard !name.isEmpty, name.utf8.count <= Self.nameBytesMax,
            !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { return nil }
        self.name = name
    }

    private init(trusted name: String) { self.name = name }

    /// The ledger software itself, acting by rule.
    public static let system = Actor(trusted: "system")

    /// The name.
    public var description: String { name }
}
