import LedgerCore

/// Keys of the projection's state.
enum StateKey {
    /// First position of each chunk: how a response's row is found.
    static let directory: [UInt8] = [0x01]
    /// Models that have outputs.
    static let models: [UInt8] = [0x02]
    /// Segment tuple by number.
    static let tuplePrefix: [UInt8] = [0x03]
    /// Rows by chunk.
    static let rowsPrefix: [UInt8] = [0x10]
    /// Activations by position.
    static let activationPrefix: [UInt8] = [0x20]
    /// Threshold sets by number.
    static let thresholdsPrefix: [UInt8] = [0x21]

    static func tuple(_ number: UInt32) -> [UInt8] { tuplePrefix + bigEndian(number) }
    static func rows(_ chunk: Int) -> [UInt8] { rowsPrefix + bigEndian(UInt32(chunk)) }
    static func outputsPrefix(_ model: ModelVersion) -> [UInt8] { [0x11] + bigEndian(model) }
    static func outputs(_ model: ModelVersion, _ chunk: Int) -> [UInt8] {
        outputsPrefix(model) + bigEndian(UInt32(chunk))
    }
    static func activation(_ position: Position) -> [UInt8] {
        activationPrefix + bigEndian(position)
    }
    static func thresholds(_ id: UInt32) -> [UInt8] { thresholdsPrefix + bigEndian(id) }

    static func bigEndian<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { [UInt8]($0) }
    }
}
