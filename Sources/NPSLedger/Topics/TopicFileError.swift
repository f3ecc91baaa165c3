/// A file that does not say what a taxonomy is.
public struct TopicFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line of the file, counted from 1.
    public let line: Int
    /// The member concerned, such as `topics[2].name`; nil where the text is no JSON.
    public let place: String?
    /// What is wrong and what would be right.
    public let reason: String

    /// Where, and what.
    public var description: String { "line \(line): " + (place.map { "\($0): " } ?? "") + reason }
}
