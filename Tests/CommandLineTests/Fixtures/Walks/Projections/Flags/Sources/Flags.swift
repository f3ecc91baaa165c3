import LedgerCore

/// Which flags a response carries; that it is out of every score is one.
public struct Flags: Projection {
    /// `flags`, version 1.
    public static let descriptor = ProjectionDescriptor(
        id: "flags", version: 1, consumes: [.responseExcluded, .responseFlagged])

    /// No flags.
    public init() {}

    /// Notes one flag.
    ///
    /// - Throws: `PoisonEvent` where the payload does not decode.
    public mutating func apply(_ event: EventView, to state: some StateWriter) throws {
        do throws(EntryError) {
            guard let (response, flag) = try Self.flag(of: event) else { return }
            let key = Self.key(response) + Self.bytes(event.position)
            written.append((key, [UInt8](flag.utf8)))
        } catch {
            throw PoisonEvent(position: event.position, reason: error.description)
        }
    }

    private var written: [(key: [UInt8], value: [UInt8])] = []

    /// Puts the flags into the store.
    public mutating func flush(to state: some StateWriter) throws {
        for (key, value) in written { try state.put(key, value) }
        written = []
    }

    private static func flag(of event: EventView) throws(EntryError) -> (Position, String)? {
        switch event.name {
        case .responseFlagged:
            let payload = try ResponseFlagged(event)
            return (payload.response, payload.flag)
        case .responseExcluded:
            let payload = try ResponseExcluded(event)
            return (payload.response, payload.reason)
        default: return nil
        }
    }

    /// The flags of a response that were set in the first `position` events, in log order.
    public static func flags(
        of response: Position, asOf position: Position, in state: some StateReader
    ) throws -> [String] {
        var flags: [String] = []
        try state.scan(prefix: key(response)) { key, value in
            let event = UInt64(bigEndian: key.loadUnaligned(fromByteOffset: 9, as: UInt64.self))
            guard event < position else { return false }
            flags.append(String(decoding: value, as: UTF8.self))
            return true
        }
        return flags
    }

    private static func key(_ response: Position) -> [UInt8] {
        [UInt8(ascii: "F")] + bytes(response)
    }

    private static func bytes(_ position: Position) -> [UInt8] {
        withUnsafeBytes(of: position.bigEndian) { [UInt8]($0) }
    }
}
