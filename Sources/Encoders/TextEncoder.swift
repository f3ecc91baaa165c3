/// Turns texts into vectors that a head can be trained on.
///
/// A conformer is pure: the same bytes give the same vector, whatever the batch and the number of
/// threads. Input that is no valid UTF-8, empty or huge is answered, never refused.
public protocol TextEncoder: Sendable {
    /// SHA-256 over all that decides its vectors: weights, vocabulary, how long texts are cut.
    var digest: [UInt8] { get }
    /// Numbers in a vector.
    var dimensions: Int { get }

    /// The vectors of `texts`, in their order, computed on at most `threads` threads.
    ///
    /// - Throws: `EncoderError` where what computes them fails.
    func encode(batch texts: [[UInt8]], threads: Int) throws(EncoderError) -> [Embedding]
}

/// A text's vector, as whole numbers.
///
/// A transformer's last bits differ between kinds of processors. Rounding them away here makes a
/// head's sums exact, and the vector half as large.
public struct Embedding: Sendable, Hashable {
    /// What a component of one is stored as.
    public static let one: Int16 = 32_767

    /// The components, each in 1/32,767.
    public var components: [Int16]

    /// A vector of stored components.
    public init(components: [Int16]) {
        self.components = components
    }

    /// A vector rounded from components in -1…1; what is beyond them is cut off.
    public init(rounding components: [Double]) {
        self.components = components.map { value in
            Int16((min(1, max(-1, value)) * Double(Self.one)).rounded())
        }
    }
}

/// Why an encoder cannot be used.
public struct EncoderError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What sort of failure it is.
    public enum Code: Sendable, Hashable {
        /// Runtime or weights are not there.
        case missing
        /// They are there, of a version or with bytes that are not the expected ones.
        case mismatch
        /// The runtime failed at work.
        case failed
    }

    /// What sort of failure it is.
    public let code: Code
    /// What is wrong.
    public let description: String
    /// Whether it helps to fetch the published encoder, for the first time or anew.
    public let fetchHelps: Bool

    /// An error.
    ///
    /// - Parameter fetchHelps: unless said otherwise, where something is missing or not as expected.
    public init(_ code: Code, _ description: String, fetchHelps: Bool? = nil) {
        self.code = code
        self.description = description
        self.fetchHelps = fetchHelps ?? (code != .failed)
    }
}
