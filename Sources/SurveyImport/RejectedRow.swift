/// A row set aside, with the reason; nothing of it is lost.
///
/// `value` and `raw` may hold personal data: keep them sealed.
public struct RejectedRow: Sendable, Hashable {
    /// The 1-based data row; header and blank lines are not counted.
    public var rowNumber: Int
    /// The physical line on which the row begins, from 1.
    public var line: Int
    /// Why the row was set aside.
    public var code: RejectionCode
    /// The column at fault, where there is one.
    public var column: String?
    /// What stood there, cut to ``ImportError/valueCharactersMax`` characters. Of a comment or an
    /// identifier that is too long it says only the size.
    public var value: String?
    /// What should have stood there, and what to do.
    public var expected: String
    /// The row as UTF-8, without its line ending; of an unreadable encoding the bytes as they
    /// stood; of a row that is too long the first ``rawPrefixBytes``.
    public var raw: [UInt8]

    /// How much is kept of a row that is too long: enough to find it in the file.
    public static let rawPrefixBytes = 4096

    /// Makes a rejected row.
    public init(
        rowNumber: Int, line: Int, code: RejectionCode, column: String? = nil,
        value: String? = nil, expected: String, raw: [UInt8]
    ) {
        self.rowNumber = rowNumber
        self.line = line
        self.code = code
        self.column = column
        self.value = value
        self.expected = expected
        self.raw = raw
    }
}
