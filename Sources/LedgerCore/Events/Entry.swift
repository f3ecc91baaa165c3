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
///
/// In format 2 recorded-at is a pair: the time that keeps the log in order, and what the clock said.
/// It is written only where the two differ, which is where the clock was wrong once. It stays nine
/// items, so that a program from before it says “newer format” and not “damaged”.
public enum Entry {
    /// The envelope version of an entry that was recorded when the clock said.
    public static let formatVersion: UInt64 = 1

    /// The envelope version of an entry with the clock's time beside recorded-at, and the newest
    /// that this software reads.
    public static let formatVersionCarried: UInt64 = 2

    /// Largest entry: the tile format counts an entry's bytes in 16 bits.
    public static let bytesMax = 65_535

    /// What format 2 adds: the head of a pair, and a time.
    public static let carriedBytes = 10

    /// Largest entry as it is first encoded: whether the clock's time must stand beside recorded-at
    /// is only known when it is recorded, and it must fit then.
    public static let draftBytesMax = bytesMax - carriedBytes

    /// How far the clock may be behind recorded-at before it is written beside it. Clocks are
    /// corrected by fractions of a second all the time, and that is nobody's concern.
    public static let clockSlack: Microseconds = 1_000_000

    /// How far a response may be dated after its recording: clocks of two machines differ by
    /// minutes. What is dated later has a wrong date, or was given in another zone.
    public static let datedAheadMax: Microseconds = 5 * 60 * 1_000_000

    /// Whether a time of a response cannot be when it was given: it was recorded before.
    @inlinable
    public static func isDatedAhead(
        _ occurredAt: Microseconds, recordedAt: Microseconds
    ) -> Bool {
        // Times of entries are far from where this would overflow.
        occurredAt - recordedAt > datedAheadMax
    }

    /// Size of a sealed commitment (SHA-256).
    public static let commitmentBytes = 32

    /// Earliest time an entry may carry: from here on a time takes nine bytes in CBOR, so that the
    /// recorded-at can be stamped in place.
    public static let timeMin: Microseconds = 0x1_0000_0000

    /// Latest time an entry may carry: 9999-12-31T23:59:59.999999Z, the last RFC 3339 can write.
    public static let timeMax: Microseconds = 253_402_300_799_999_999

    /// Encodes an entry whose recorded-at is still to be stamped.
    ///
    /// - Returns: the bytes, and the offset of the eight bytes of recorded-at within them.
    public static func encode(
        _ draft: EventDraft, sealedCommitment: [UInt8]?
    ) throws(EntryError) -> (bytes: [UInt8], recordedAtOffset: Int) {
        var writer = CBORWriter(reservingBytes: draft.payload.count + 160)
        let offset = try append(draft, sealedCommitment: sealedCommitment, to: &writer)
        return (writer.bytes, offset)
    }

    /// Encodes an entry at the end of `writer`; where it throws, the writer is as it was.
    ///
    /// - Returns: the offset of the eight bytes of recorded-at, counted from the entry's start.
    public static func append(
        _ draft: EventDraft, sealedCommitment: [UInt8]?, to writer: inout CBORWriter
    ) throws(EntryError) -> Int {
        var commitment: CommitmentBytes?
        if let sealedCommitment {
            precondition(sealedCommitment.count == commitmentBytes, "a commitment is a SHA-256")
            commitment = sealedCommitment.withUnsafeBytes {
                $0.loadUnaligned(as: CommitmentBytes.self)
            }
        }
        return try append(
            draft.name, version: draft.version, occurredAt: draft.occurredAt, actor: draft.actor,
            cause: draft.cause, sealedCommitment: commitment, to: &writer
        ) { $0.encoded(draft.payload) }
    }

    /// A sealed commitment as it is handed on without an array.
    public typealias CommitmentBytes = (UInt64, UInt64, UInt64, UInt64)

    /// Encodes an entry at the end of `writer`, its payload with it; where it throws, the writer is
    /// as it was.
    ///
    /// - Parameter payload: writes the payload's deterministic CBOR map.
    /// - Returns: the offset of the eight bytes of recorded-at, counted from the entry's start.
    public static func append(
        _ name: EventName, version: UInt32, occurredAt: Microseconds, actor: Actor,
        cause: Position?, sealedCommitment: CommitmentBytes?, to writer: inout CBORWriter,
        payload: (inout CBORWriter) -> Void
    ) throws(EntryError) -> Int {
        guard (timeMin...timeMax).contains(occurredAt) else {
            throw EntryError.timeOutOfRange(occurredAt)
        }
        let start = writer.bytes.count
        writer.array(9)
        writer.unsigned(formatVersion)
        writer.text(name.rawValue)
        writer.unsigned(UInt64(version))
        let offset = writer.bytes.count + 1 - start
        writer.unsigned(UInt64(timeMax))
        writer.unsigned(UInt64(occurredAt))
        writer.text(actor.name)
        if let cause { writer.unsigned(cause) } else { writer.null() }
        payload(&writer)
        if let sealedCommitment {
            withUnsafeBytes(of: sealedCommitment) { writer.byteString($0) }
        } else {
            writer.null()
        }
        let count = writer.bytes.count - start
        guard count <= draftBytesMax else {
            writer.bytes.removeLast(count)
            throw EntryError.tooLarge(bytes: count)
        }
        return offset
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

    /// Encodes an entry of format 1 anew in format 2, with both times still to be stamped.
    ///
    /// - Parameter offset: that of the eight bytes of recorded-at, from the entry's start.
    /// - Returns: the same for the new entry; those of the clock's time are `clockDistance` further.
    public static func appendCarried(
        _ entry: UnsafeRawBufferPointer, recordedAtOffset offset: Int, to writer: inout CBORWriter
    ) -> Int {
        let start = writer.bytes.count
        writer.array(9)
        writer.unsigned(formatVersionCarried)
        // The array's head and the format took a byte each.
        writer.encoded(UnsafeRawBufferPointer(rebasing: entry[2..<(offset - 1)]))
        writer.array(2)
        let carriedOffset = writer.bytes.count + 1 - start
        writer.unsigned(UInt64(timeMax))
        writer.unsigned(UInt64(timeMax))
        writer.encoded(UnsafeRawBufferPointer(rebasing: entry[(offset + 8)...]))
        return carriedOffset
    }

    /// From the eight bytes of recorded-at to those of the clock's time: a head is between them.
    public static let clockDistance = 9
}

/// Why an event cannot become an entry, or bytes are not an entry.
public enum EntryError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The entry would exceed `Entry.bytesMax`.
    case tooLarge(bytes: Int)
    /// A time lies outside `Entry.timeMin ... Entry.timeMax`.
    case timeOutOfRange(Microseconds)
    /// The bytes are not the CBOR of an envelope.
    case malformed(CBORError)
    /// The envelope's format is newer than this software.
    case newerFormat(UInt64)
    /// No event type of this name is known.
    case unknownEvent(String)
    /// The event type is known, this version of it is not.
    case unknownVersion(EventName, UInt64)

    /// What is wrong and what to do.
    public var description: String {
        switch self {
        case .tooLarge(let bytes):
            "the event takes \(bytes) bytes, at most \(Entry.draftBytesMax) fit: shorten its fields"
        case .timeOutOfRange(let time):
            "the time \(time) µs lies outside 1970–9999: check its unit and its zone"
        case .malformed(let error):
            "the entry is damaged: \(error)"
        case .newerFormat(let version):
            "the entry has format \(version), this program reads up to "
                + "\(Entry.formatVersionCarried): "
                + "update npsledger"
        case .unknownEvent(let name):
            "the event “\(name)” is not known to this program: update npsledger"
        case .unknownVersion(let name, let version):
            "version \(version) of “\(name.rawValue)” is not known to this program: "
                + "update npsledger"
        }
    }
}
