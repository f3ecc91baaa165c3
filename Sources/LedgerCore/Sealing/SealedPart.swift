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

/// Binds a respondent's identifier (hashed under the vault's secret) to a subject number.
public struct SubjectBinding: Hashable, Sendable {
    /// The hashed identifier.
    public let identifier: Hash128
    /// The subject's number.
    public let subject: UInt64

    /// A binding.
    public init(identifier: Hash128, subject: UInt64) {
        self.identifier = identifier
        self.subject = subject
    }
}
