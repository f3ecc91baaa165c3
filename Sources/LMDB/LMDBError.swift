/// A failure of the store: what failed, in which environment, and what to do next.
public struct LMDBError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure it is; stable, to be compared by callers.
    public let code: Code
    /// The status LMDB answered with: negative for LMDB's own, positive for an `errno`.
    public let status: Int32
    /// What was being done, for example `put` or `commit`.
    public let operation: String
    /// The environment's directory, or the file that was at fault.
    public let path: String

    /// What happened, without where, the code, and what to do.
    package let detail: String

    /// Describes a failure.
    ///
    /// `detail` replaces the text LMDB or the C library has for `status`.
    public init(
        code: Code, status: Int32, operation: String, path: String, detail: String? = nil
    ) {
        self.code = code
        self.status = status
        self.operation = operation
        self.path = path
        self.detail = detail ?? Self.text(of: status)
    }

    init(status: Int32, operation: String, path: String, detail: String? = nil) {
        self.init(
            code: Code(status: status), status: status, operation: operation, path: path,
            detail: detail)
    }

    /// One sentence on what failed where, and one on what to do about it.
    public var description: String {
        let failure = "\(operation) failed in \(path): \(detail) (\(code.rawValue), \(status))."
        guard let advice = code.advice else { return failure }
        return "\(failure) \(advice)"
    }

    /// Whether it says that something cannot be written, which can be read all the same.
    public var isRefusal: Bool {
        [.permissionDenied, .readOnlyFileSystem, .diskFull, .writerBusy, .lockReplaced].contains(
            code)
    }

    /// The kind of a failure; open, so that a new one breaks no caller.
    public struct Code: RawRepresentable, Sendable, Hashable {
        /// The stable name, in camel case.
        public let rawValue: String

        /// Names a kind of failure.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }
    }
}
