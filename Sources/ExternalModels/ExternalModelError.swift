/// Why a model outside this process cannot be used, and what to do about it.
public struct ExternalModelError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What sort of failure it is.
    public enum Code: Sendable, Hashable {
        /// The description does not say what a model is.
        case invalid
        /// The program, or a file that the description names, is not there.
        case missing
        /// A file has another SHA-256 than the description says.
        case changed
        /// The run would need more texts than its budget.
        case budget
        /// The program did not answer, or not as agreed.
        case failed
    }

    /// What sort of failure it is.
    public let code: Code
    /// What is wrong and what to do next. Nothing of a text is in it.
    public let description: String

    /// An error.
    public init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
