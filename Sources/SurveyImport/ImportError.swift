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
