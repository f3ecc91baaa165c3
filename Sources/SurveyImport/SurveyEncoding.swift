/// How the characters of a file are written.
public enum SurveyEncoding: String, Sendable, Hashable, CaseIterable {
    /// By the byte-order mark; else UTF-8, with fields that are not valid UTF-8 read as
    /// Windows-1252 and counted in a notice.
    case auto
    /// UTF-8 alone; a row that is not valid is rejected.
    case utf8
    /// Windows-1252; a row with one of its five unassigned bytes is rejected.
    case windows1252
    /// ISO 8859-1.
    case latin1
    /// UTF-16, little end first.
    case utf16LE = "utf16le"
    /// UTF-16, big end first.
    case utf16BE = "utf16be"
}
