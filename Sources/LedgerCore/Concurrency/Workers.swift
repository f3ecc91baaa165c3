/// Who does work that can be done in parts: the caller alone, or several threads at once.
///
/// A pure module says what can be done apart; whoever calls it says by whom.
public struct Workers: Sendable {
    /// How many parts are worth making.
    public let count: Int
    private let perform: @Sendable (Int, @Sendable (Int) -> Void) -> Void

    /// The caller's own thread.
    public static let caller = Workers(count: 1) { count, body in
        for index in 0..<count { body(index) }
    }

    /// Workers.
    ///
    /// - Parameter perform: calls its second argument with each number below the first, on any
    ///   threads, and returns when all calls have.
    public init(
        count: Int, perform: @escaping @Sendable (Int, @Sendable (Int) -> Void) -> Void
    ) {
        precondition(count > 0, "somebody must do the work")
        self.count = count
        self.perform = perform
    }

    /// Cuts a range into one part for each worker; the results are in the order of the parts.
    ///
    /// - Parameter leastPart: a part is not made shorter than this.
    public func map<Output: Sendable>(
        _ range: Range<Int>, leastPart: Int, _ body: @Sendable (Range<Int>) throws -> Output
    ) throws -> [Output] {
        let parts = max(1, min(count, range.count / max(1, leastPart)))
        guard parts > 1 else { return [try body(range)] }
        var results = [Result<Output, any Error>?](repeating: nil, count: parts)
        results.withUnsafeMutableBufferPointer { buffer in
            // SAFETY: each call writes a place of its own, and all have returned afterwards.
            nonisolated(unsafe) let results = buffer
            perform(parts) { part in
                let first = range.lowerBound + range.count * part / parts
                let last = range.lowerBound + range.count * (part + 1) / parts
                results[part] = Result { try body(first..<last) }
            }
        }
        return try results.compactMap { try $0?.get() }
    }
}
