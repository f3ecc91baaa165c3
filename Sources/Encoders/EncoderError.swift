/// Why an encoder cannot be used, and what to do about it.
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
    /// What is wrong and what to do next.
    public let description: String

    /// An error.
    public init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
