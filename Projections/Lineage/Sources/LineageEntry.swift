import LedgerCore

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
