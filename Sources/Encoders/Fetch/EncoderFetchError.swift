/// Why an encoder was not fetched, and what to do about it.
public struct EncoderFetchError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What sort of failure it is.
    public struct Code: Sendable, Hashable {
        private let name: String

        private init(_ name: String) { self.name = name }

        /// Python, pip, or a library for this kind of machine is missing.
        public static let missingTool = Code("missingTool")
        /// The registry could not be reached, or the disk is full or fails.
        public static let inputOutput = Code("inputOutput")
        /// What came has other bytes than it must have.
        public static let mismatch = Code("mismatch")
        /// The store cannot be created.
        public static let cannotCreate = Code("cannotCreate")
        /// Anything else.
        public static let failed = Code("failed")

        /// What a status of the script means.
        init(status: Int32) {
            switch status {
            case 65: self = .mismatch
            case 66: self = .missingTool
            case 73: self = .cannotCreate
            case 74: self = .inputOutput
            default: self = .failed
            }
        }
    }

    /// What sort of failure it is.
    public let code: Code
    /// What is wrong and what to do next.
    public let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
