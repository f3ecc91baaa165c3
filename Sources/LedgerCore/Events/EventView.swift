/// An entry decoded in place: nothing is copied, nothing but the envelope is read.
///
/// Valid only inside the closure that hands it out; whatever must outlive it is copied by taking
/// owned values from it.
public struct EventView {
    /// Where the entry stands in the log.
    public let position: Position
    /// The event type.
    public let name: EventName
    /// The version of the payload's layout.
    public let version: UInt32
    /// When the log took it in; never before its predecessor, whatever the clock said.
    public let recordedAt: Microseconds
    /// When it happened.
    public let occurredAt: Microseconds
    /// The actor's name in UTF-8.
    public let actor: UnsafeRawBufferPointer
    /// The event that led to it.
    public let cause: Position?
    /// The payload map in CBOR.
    public let payload: UnsafeRawBufferPointer
    /// The whole entry's bytes.
    public let entry: UnsafeRawBufferPointer
    /// SHA-256 of the sealed bytes kept beside the entry, or nil where there are none.
    public let sealedCommitment: UnsafeRawBufferPointer?

    /// Decodes the envelope of `entry`, which must outlive the view, and walks over its payload.
    @inlinable
    public init(unsafe entry: UnsafeRawBufferPointer, position: Position) throws(EntryError) {
        try self.init(unsafe: entry, position: position, skims: false)
    }

    /// Decodes the envelope without walking over the payload: for whoever reads it to its end at
    /// once, as a fold does. A payload that is no well-formed item is only noticed by its reader.
    @inlinable
    public init(
        unsafeSkimming entry: UnsafeRawBufferPointer, position: Position
    ) throws(EntryError) {
        try self.init(unsafe: entry, position: position, skims: true)
    }

    @inlinable
    init(
        unsafe entry: UnsafeRawBufferPointer, position: Position, skims: Bool
    ) throws(EntryError) {
        self.position = position
        self.entry = entry
        do {
            var cursor = CBORCursor(unsafe: entry)
            guard try cursor.array() == 9 else {
                throw CBORError(.unexpectedType, offset: 0, field: "envelope")
            }
            let format = try cursor.unsigned()
            guard format == Entry.formatVersion || format == Entry.formatVersionCarried else {
                throw EntryError.newerFormat(format)
            }
            let wire = try cursor.unsafeText()
            guard let known = EventName.matching(wire) else {
                throw EntryError.unknownEvent(String(decoding: wire, as: UTF8.self))
            }
            name = known
            let wireVersion = try cursor.unsigned()
            guard let narrow = UInt32(exactly: wireVersion) else {
                throw EntryError.unknownVersion(known, wireVersion)
            }
            version = narrow
            recordedAt =
                format == Entry.formatVersion
                ? try cursor.integer() : try Self.carriedTime(&cursor)
            occurredAt = try cursor.integer()
            actor = try cursor.unsafeText()
            cause = cursor.takeNull() ? nil : try cursor.unsigned()
            let start = cursor.offset
            if skims, let end = Self.payloadEnd(entry), end > start {
                cursor.offset = end
            } else {
                try cursor.skip()
            }
            payload = cursor.bytes(from: start)
            sealedCommitment = cursor.takeNull() ? nil : try cursor.unsafeByteString()
            guard cursor.isAtEnd else {
                throw CBORError(.trailingBytes, offset: cursor.offset)
            }
        } catch let error as CBORError {
            throw .malformed(error)
        } catch let error as EntryError {
            throw error
        } catch {
            throw .malformed(CBORError(.unsupported, offset: 0))
        }
    }

    /// Reads recorded-at with the clock's time beside it.
    @usableFromInline
    static func carriedTime(_ cursor: inout CBORCursor) throws(CBORError) -> Microseconds {
        let start = cursor.offset
        guard try cursor.array() == 2 else {
            throw CBORError(.unexpectedType, offset: start, field: "recorded-at")
        }
        let time = try cursor.integer()
        _ = try cursor.integer()
        return time
    }

    /// What the clock said when the entry was recorded, where that is not `recordedAt`: the clock,
    /// now or before, was wrong, and recorded-at never goes backwards. Nil for nearly every entry.
    public var clock: Microseconds? {
        // It is read again rather than kept: no fold asks for it, and every view would carry it.
        guard entry.count > 1, entry[1] == UInt8(Entry.formatVersionCarried) else { return nil }
        var cursor = CBORCursor(unsafe: entry)
        cursor.offset = 2
        do {
            try cursor.skip()
            try cursor.skip()
            _ = try cursor.array()
            _ = try cursor.integer()
            return try cursor.integer()
        } catch {
            return nil
        }
    }

    /// Where the payload ends, told from what stands behind it; nil where that could be either a
    /// null or a commitment.
    @inlinable
    static func payloadEnd(_ entry: UnsafeRawBufferPointer) -> Int? {
        let commitment = entry.count - Entry.commitmentBytes - 2
        guard commitment > 0 else { return nil }
        let isNull = entry[entry.count - 1] == 0xF6
        let isCommitment = entry[commitment] == 0x58 && entry[commitment + 1] == 0x20
        guard isNull != isCommitment else { return nil }
        return isNull ? entry.count - 1 : commitment
    }

    /// The actor's name as an owned String.
    public var actorName: String { String(decoding: actor, as: UTF8.self) }

    /// Checks owned entry bytes as `CheckedEvent` does.
    public static func validate(_ bytes: [UInt8], position: Position) throws(EntryError) {
        try bytes.withBytes { (raw) throws(EntryError) in
            _ = try CheckedEvent(unsafe: raw, position: position)
        }
    }
}
