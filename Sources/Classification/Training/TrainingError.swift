/// Why a model could not be trained, and what to do.
public struct TrainingError: Error, Hashable, CustomStringConvertible {
    /// Stable code of the reason, for programs; later versions may add codes.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The code's name.
        public let description: String

        private init(_ description: String) { self.description = description }

        /// There are fewer examples with a score than needed.
        public static let tooFewExamples = Code("tooFewExamples")
        /// A class has no example, or fewer than needed.
        public static let missingClass = Code("missingClass")
        /// An example's label is out of range.
        public static let invalidLabel = Code("invalidLabel")
        /// An option is out of range.
        public static let invalidOption = Code("invalidOption")
    }

    /// The reason.
    public let code: Code
    /// What was found and what is needed, in a sentence.
    public let detail: String

    /// One line.
    public var description: String { "there is no training a model on this: \(detail)" }
}
