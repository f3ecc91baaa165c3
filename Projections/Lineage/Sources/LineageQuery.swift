import LedgerCore

/// The question to the lineage state: one seek and a walk over the response's own links.
///
/// `asOf` is the log's size at the moment asked about: only events before that position count.
public enum LineageQuery {
    /// The events about `response` in log order; none for a position nothing refers to.
    ///
    /// - Throws: `LineageStateDamage`, or what the store throws.
    public static func events(
        of response: Position, asOf: Position, in state: some StateReader
    ) throws -> [LineageLink] {
        var links: [LineageLink] = []
        try state.scan(prefix: LineageEntry.keyPrefix(of: response)) { key, value in
            guard key.count == LineageEntry.keyBytes else {
                throw LineageStateDamage(
                    response: response, reason: "a key of \(key.count) bytes")
            }
            let position = UInt64(
                bigEndian: key.loadUnaligned(fromByteOffset: 9, as: UInt64.self))
            guard position < asOf else { return false }
            guard value.count == 1, let kind = LineageKind(rawValue: value[0]) else {
                throw LineageStateDamage(
                    response: response, reason: "no kind of link at event \(position)")
            }
            links.append(LineageLink(position: position, kind: kind))
            return true
        }
        return links
    }
}

/// One pair of the state before it is written.
struct LineageEntry {
    /// First byte of every link's key.
    static let keyPrefix = UInt8(ascii: "L")
    /// Prefix and two positions.
    static let keyBytes = 17

    let response: Position
    let event: Position
    let kind: LineageKind

    /// Whether this link's key comes first.
    func precedes(_ other: LineageEntry) -> Bool {
        response != other.response ? response < other.response : event < other.event
    }

    /// Writes the key into `key`, which has `keyBytes` bytes.
    func writeKey(to key: inout [UInt8]) {
        key.withUnsafeMutableBytes { bytes in
            bytes[0] = Self.keyPrefix
            bytes.storeBytes(of: response.bigEndian, toByteOffset: 1, as: UInt64.self)
            bytes.storeBytes(of: event.bigEndian, toByteOffset: 9, as: UInt64.self)
        }
    }

    /// What the keys of all links of a response start with.
    static func keyPrefix(of response: Position) -> [UInt8] {
        [keyPrefix] + withUnsafeBytes(of: response.bigEndian) { [UInt8]($0) }
    }
}

/// One event about a response.
public struct LineageLink: Hashable, Sendable {
    /// Where the event stands.
    public let position: Position
    /// What it did.
    public let kind: LineageKind

    /// A link.
    public init(position: Position, kind: LineageKind) {
        self.position = position
        self.kind = kind
    }
}
