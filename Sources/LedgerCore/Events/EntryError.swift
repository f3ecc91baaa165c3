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
