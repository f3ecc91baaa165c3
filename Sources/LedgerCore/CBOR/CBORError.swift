/// Why bytes are not the CBOR that was expected.
public struct CBORError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public enum Reason: String, Sendable {
        /// The bytes end inside an item.
        case truncated
        /// Another kind of item stands here.
        case unexpectedType
        /// A head is longer than it needs to be, or a length is indefinite.
        case notShortest
        /// Map keys are repeated or not in bytewise order.
        case keyOrder
        /// A text string is not UTF-8.
        case invalidText
        /// Bytes follow the end of the item.
        case trailingBytes
        /// Items are nested deeper than `CBORCursor.nestingMax`.
        case tooDeep
        /// A float, a tag or a simple value the log does not use.
        case unsupported
        /// A field is missing or holds a value outside its range.
        case invalidField
    }

    /// What is wrong.
    public let reason: Reason
    /// Byte offset from the start of what was being read.
    public let offset: Int
    /// The field concerned, when known.
    public let field: String?

    /// A failure at a byte offset.
    public init(_ reason: Reason, offset: Int, field: String? = nil) {
        self.reason = reason
        self.offset = offset
        self.field = field
    }

    /// Reason, field and offset in one line.
    public var description: String {
        let name = field.map { " in field “\($0)”" } ?? ""
        return "CBOR \(reason.rawValue)\(name) at byte \(offset)"
    }
}
