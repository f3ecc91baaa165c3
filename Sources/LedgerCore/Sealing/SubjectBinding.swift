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
