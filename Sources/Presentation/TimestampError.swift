/// Says why a text is not an instant.
public struct TimestampError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The text as given.
    public let text: String
    /// Where in its UTF-8 the reader stopped, from 0.
    public let offsetBytes: Int
    /// What is wrong there.
    public let reason: String

    /// One line for a person, with the form that would be accepted.
    public var description: String {
        let shown = TerminalText.sanitized(DisplayWidth.truncated(text, to: 60))
        return "'\(shown)' is not a time: \(reason) (at byte \(offsetBytes)); "
            + "write it like 2024-03-03T10:00:00Z or 2024-03-03"
    }
}
