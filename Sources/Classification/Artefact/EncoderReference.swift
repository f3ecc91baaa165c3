/// The encoder that a model's heads were trained on, without which it cannot be used.
public struct EncoderReference: Sendable, Hashable, CustomStringConvertible {
    /// Its name, such as `minilm`: what a person is told to get.
    public var name: String
    /// SHA-256 over all that decides its vectors, as the encoder says itself.
    public var digest: [UInt8]
    /// Numbers in a vector.
    public var dimensions: Int

    /// A reference.
    public init(name: String, digest: [UInt8], dimensions: Int) {
        self.name = name
        self.digest = digest
        self.dimensions = dimensions
    }

    /// The name, and the digest in hexadecimal.
    public var description: String {
        let digits = Array("0123456789abcdef")
        return name + " " + String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    static let nameBytes = 1...64
    static let dimensionsRange = 1...4096
}
