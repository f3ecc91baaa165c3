/// Microseconds since 1970-01-01T00:00:00Z.
public typealias Microseconds = Int64

/// 0-based index of an entry in the log, and of its leaf in the Merkle tree. There are no gaps.
public typealias Position = UInt64

/// Number of a registered model, counted from 1 in the order of registration.
public typealias ModelVersion = UInt32

/// The canonical bytes of an event: what is stored, hashed and exported.
///
/// A CBOR array of nine items: format version, event name, event version, recorded-at,
/// occurred-at, actor, cause, payload map, sealed commitment. `LogFormat.cddl` describes it.
public enum Entry {
    /// The envelope version written by this software and the newest it reads.
    public static let formatVersion: UInt64 = 1

    /// Largest entry: the tile format counts an entry's bytes in 16 bits.
    public static let bytesMax = 65_535

    /// Size of a sealed commitment (SHA-256).
    public static let commitmentBytes = 32

    /// Earliest time an entry may carry: from here on a time takes nine bytes in CBOR, so that the
    /// recorded-at can be stamped in place.
    public static let timeMin: Microseconds = 0x1_0000_0000

    /// Latest time an entry may carry: 9999-12-31T23:59:59.999999Z, the last RFC 3339 can write.
    public static let timeMax: Microseconds = 253_402_300_799_999_999

    /// Encodes an entry whose recorded-at is still to be stamped.
    ///
    /// - Precondition: a commitment has `commitmentBytes` bytes.
    /// - Returns: the bytes, and the offset of the eight bytes of recorded-at within them.
    public static func encode(
        _ draft: EventDraft, sealedCommitment: [UInt8]?
    ) throws(EntryError) -> (bytes: [UInt8], recordedAtOffset: Int) {
        precondition(sealedCommitment.map { $0.count == commitmentBytes } ?? true)
        guard (timeMin...timeMax).contains(draft.occurredAt) else {
            throw EntryError.timeOutOfRange(draft.occurredAt)
        }
        var writer = CBORWriter(reservingBytes: draft.payload.count + 160)
        writer.array(9)
        writer.unsigned(formatVersion)
        writer.text(draft.name.rawValue)
        writer.unsigned(UInt64(draft.version))
        let offset = writer.bytes.count + 1
        writer.unsigned(UInt64(timeMax))
        writer.unsigned(UInt64(draft.occurredAt))
        writer.text(draft.actor.name)
        if let cause = draft.cause { writer.unsigned(cause) } else { writer.null() }
        writer.encoded(draft.payload)
        if let sealedCommitment {
            writer.byteString(sealedCommitment)
        } else {
            writer.null()
        }
        guard writer.bytes.count <= bytesMax else {
            throw EntryError.tooLarge(bytes: writer.bytes.count)
        }
        return (writer.bytes, offset)
    }

    /// Writes recorded-at into an encoded entry.
    @inlinable
    public static func stamp(
        _ bytes: UnsafeMutableRawBufferPointer, at offset: Int, recordedAt: Microseconds
    ) {
        precondition(recordedAt >= timeMin && recordedAt <= timeMax && offset + 8 <= bytes.count)
        bytes.storeBytes(
            of: UInt64(recordedAt).bigEndian, toByteOffset: offset, as: UInt64.self)
    }
}
