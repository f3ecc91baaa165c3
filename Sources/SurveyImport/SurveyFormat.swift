/// How the rows of a file are written.
public enum SurveyFormat: String, Sendable, Hashable, CaseIterable {
    /// Seen from the first bytes: "{" is JSON Lines, all else is separated values.
    case auto
    /// Separated values after RFC 4180; the separator is found in the header unless stated.
    case csv
    /// Separated by tabs.
    case tsv
    /// One JSON object a line.
    case jsonLines = "jsonl"
}
