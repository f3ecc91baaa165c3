/// Why a model artefact was refused, and where.
public struct ArtefactError: Error, Hashable, CustomStringConvertible {
    /// Stable code of the reason; later versions may add codes.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The code as it is printed and stored.
        public let description: String

        private init(_ description: String) { self.description = description }

        /// The bytes do not begin as a model artefact does.
        public static let notAnArtefact = Code("notAnArtefact")
        /// The format is newer than this program.
        public static let unsupportedVersion = Code("unsupportedVersion")
        /// The artefact ends before its content does.
        public static let truncated = Code("truncated")
        /// The checksum does not match: a byte was changed.
        public static let damaged = Code("damaged")
        /// The artefact was made for other features than this program computes.
        public static let featureSetMismatch = Code("featureSetMismatch")
        /// Heads or labels are not the ones this program knows.
        public static let labelMismatch = Code("labelMismatch")
        /// The model reads vectors of an encoder, and was opened without one.
        public static let needsEncoder = Code("needsEncoder")
        /// A value lies outside its bounds.
        public static let invalidValue = Code("invalidValue")
    }

    /// The reason.
    public let code: Code
    /// Byte of the artefact at which it was found.
    public let offset: Int
    /// What was found there, in a sentence.
    public let detail: String

    /// One line: code, byte and detail.
    public var description: String {
        "model artefact refused (\(code), byte \(offset)): \(detail)"
    }
}
