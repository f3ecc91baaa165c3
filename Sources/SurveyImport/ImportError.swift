/// Why a whole file could not be read: what failed, where, and what to do next.
///
/// A fault of one row is no `ImportError`: the reader answers it as a ``RejectedRow`` and goes on.
/// Fields that do not apply are nil. Line and row numbers start at 1; offsets at 0.
public struct ImportError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The stable code of the fault.
    public var code: Code
    /// What failed, in one clause without a full stop.
    public var problem: String
    /// The file as the caller named it; "-" is standard input.
    public var file: String?
    /// The data row at fault, the header not counted.
    public var row: Int?
    /// The physical line at fault.
    public var line: Int?
    /// The column (or the mapped field) at fault.
    public var column: String?
    /// The position in the file as it is stored (compressed, where it is), in bytes.
    public var offsetBytes: Int64?
    /// What was found there, cut to ``valueCharactersMax`` characters.
    public var value: String?
    /// What should have stood there.
    public var expected: String?
    /// What to do next, as a sentence.
    public var advice: String

    /// The most characters of an offending value that a message carries: enough to recognise it,
    /// too few to flood a terminal.
    public static let valueCharactersMax = 80

    /// Makes an error; fields left out are nil.
    public init(
        _ code: Code, _ problem: String, file: String? = nil, row: Int? = nil, line: Int? = nil,
        column: String? = nil, offsetBytes: Int64? = nil, value: String? = nil,
        expected: String? = nil, advice: String
    ) {
        self.code = code
        self.problem = problem
        self.file = file
        self.row = row
        self.line = line
        self.column = column
        self.offsetBytes = offsetBytes
        self.value = value.map { shortened($0) }
        self.expected = expected
        self.advice = advice
    }

    /// Which exit status a command line gives this error.
    public var exitClass: ExitClass { code.exitClass }

    /// The error on one line: place, problem, what was expected, advice.
    public var description: String {
        var places: [String] = []
        if let file { places.append(file == "-" ? "standard input" : file) }
        if let line { places.append("line \(line)") }
        if let row { places.append("row \(row)") }
        if let offsetBytes { places.append("byte \(offsetBytes)") }
        if let column { places.append("column \"\(column)\"") }
        var text = places.isEmpty ? problem : places.joined(separator: ", ") + ": " + problem
        if let value { text += ": \"\(value)\"" }
        if let expected { text += "; expected \(expected)" }
        return text + ". " + advice
    }
}

/// `text` cut to the first ``ImportError/valueCharactersMax`` Unicode scalars.
func shortened(_ text: String) -> String {
    guard text.utf8.count > ImportError.valueCharactersMax else { return text }
    return String(
        String.UnicodeScalarView(text.unicodeScalars.prefix(ImportError.valueCharactersMax)))
}

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
