/// Whether texts may leave the process for a model outside it. The raw values are those of the log.
public enum ExternalModelPolicy: String, CaseIterable, Sendable {
    /// No text leaves.
    case none
    /// Texts leave without what identifies people by its shape, such as addresses and long numbers.
    case redacted
    /// Texts leave as they are.
    case full
}
