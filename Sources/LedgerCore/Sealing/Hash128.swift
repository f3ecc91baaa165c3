/// The first 128 bits of a SHA-256: a key that is uniform, so indexes can treat it as a number.
public struct Hash128: Hashable, Comparable, Sendable {
    /// Size in bytes.
    public static let byteCount = 16

    /// The first eight bytes, read big-endian.
    public let high: UInt64
    /// The last eight bytes, read big-endian.
    public let low: UInt64

    /// A hash from its two halves.
    @inlinable
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads sixteen bytes at `pointer`.
    @inlinable
    public init(unsafe pointer: UnsafeRawPointer) {
        high = UInt64(bigEndian: pointer.loadUnaligned(as: UInt64.self))
        low = UInt64(bigEndian: pointer.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }

    /// Truncates a digest of at least sixteen bytes.
    public init(truncating digest: some Sequence<UInt8>) {
        var words: (UInt64, UInt64) = (0, 0)
        for (index, byte) in digest.prefix(16).enumerated() {
            if index < 8 {
                words.0 = words.0 << 8 | UInt64(byte)
            } else {
                words.1 = words.1 << 8 | UInt64(byte)
            }
        }
        self.init(high: words.0, low: words.1)
    }

    /// Writes the sixteen bytes at `pointer`.
    @inlinable
    public func store(to pointer: UnsafeMutableRawPointer) {
        pointer.storeBytes(of: high.bigEndian, as: UInt64.self)
        pointer.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
    }

    /// The sixteen bytes.
    public var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 16) { buffer, count in
            if let base = buffer.baseAddress { store(to: base) }
            count = 16
        }
    }

    /// Feeds one half: either is uniform on its own, and tables of these are asked for every row.
    @inlinable
    public func hash(into hasher: inout Hasher) { hasher.combine(low) }

    /// Numeric order, which is the bytes' order.
    @inlinable
    public static func < (left: Hash128, right: Hash128) -> Bool {
        left.high != right.high ? left.high < right.high : left.low < right.low
    }
}
