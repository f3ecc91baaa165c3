extension ImportError {
    /// A stable name for a fault of a file; open, so that a new one breaks nobody.
    public struct Code: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
        /// The name as it is written in JSON and messages.
        public let rawValue: String

        /// Wraps a name.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// The name.
        public var description: String { rawValue }

        /// The path names nothing.
        public static let noSuchFile = Code(rawValue: "no-such-file")
        /// The path names a directory.
        public static let isDirectory = Code(rawValue: "is-directory")
        /// The file may not be read by this user.
        public static let unreadable = Code(rawValue: "unreadable")
        /// The system failed to read.
        public static let readFailed = Code(rawValue: "read-failed")
        /// The file holds no text.
        public static let binaryFile = Code(rawValue: "binary-file")
        /// The file holds not even a header.
        public static let emptyFile = Code(rawValue: "empty-file")
        /// The gzip data is cut short or damaged.
        public static let corruptGzip = Code(rawValue: "corrupt-gzip")
        /// A mapped column is not in the header.
        public static let missingColumn = Code(rawValue: "missing-column")
        /// A mapped column stands more than once in the header.
        public static let duplicateColumn = Code(rawValue: "duplicate-column")
        /// The header is longer than a row may be.
        public static let rowTooLong = Code(rawValue: "row-too-long")
        /// A quoted field is never closed.
        public static let unclosedQuote = Code(rawValue: "unclosed-quote")
        /// The mapping contradicts itself, or cannot be read.
        public static let badMapping = Code(rawValue: "bad-mapping")
        /// An option is out of its range, or contradicts another.
        public static let badOption = Code(rawValue: "bad-option")
        /// The stated encoding is not the one the file declares.
        public static let encodingMismatch = Code(rawValue: "encoding-mismatch")
        /// The header is not text in the stated encoding.
        public static let invalidEncoding = Code(rawValue: "invalid-encoding")
        /// The file is JSON, but not one object a line.
        public static let notJSONLines = Code(rawValue: "not-json-lines")

        /// Which exit status this fault calls for; bad data where nothing else is known.
        public var exitClass: ExitClass {
            switch self {
            case .noSuchFile, .isDirectory: .noInput
            case .readFailed: .inputOutput
            case .badMapping, .badOption, .encodingMismatch: .usage
            case .unreadable: .notPermitted
            default: .badData
            }
        }
    }

    /// The families of exit status, after sysexits.h.
    public enum ExitClass: Sendable, Hashable, CaseIterable {
        /// 65: the input is wrong.
        case badData
        /// 66: there is no such input.
        case noInput
        /// 74: reading failed.
        case inputOutput
        /// 64: the command is wrong.
        case usage
        /// 77: the input may not be read.
        case notPermitted

        /// The exit status.
        public var status: Int32 {
            switch self {
            case .badData: 65
            case .noInput: 66
            case .inputOutput: 74
            case .usage: 64
            case .notPermitted: 77
            }
        }
    }
}
