import LedgerCore

/// A response with the text that it has: what a person decides on.
public struct ReviewText: Hashable, Sendable {
    /// Position of the response.
    public let response: Position
    /// Position of the event whose text it has.
    public let text: Position
    /// Number of the respondent's key.
    public let subject: UInt64

    /// A text.
    public init(response: Position, text: Position, subject: UInt64) {
        self.response = response
        self.text = text
        self.subject = subject
    }
}
