/// The language a comment is written in; the raw value is its ISO 639-1 code.
public enum CommentLanguage: String, Sendable, Hashable, CaseIterable {
    /// English.
    case english = "en"
    /// French.
    case french = "fr"
}
