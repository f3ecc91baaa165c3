/// How many rows of one source were rejected for one reason.
public struct AuditRejectionCount: Hashable, Sendable {
    /// The source.
    public let source: String
    /// Why, as a stable code.
    public let code: String
    /// How many.
    public let count: Int

    /// A count.
    public init(source: String, code: String, count: Int) {
        self.source = source
        self.code = code
        self.count = count
    }
}
