/// Personal data as it is kept beside an entry: sealed under the key of one subject.
public struct SealedPart: Hashable, Sendable {
    /// Number of the subject's key.
    public let subject: UInt64
    /// Nonce, ciphertext and tag.
    public let bytes: [UInt8]

    /// A sealed part.
    public init(subject: UInt64, bytes: [UInt8]) {
        self.subject = subject
        self.bytes = bytes
    }
}
