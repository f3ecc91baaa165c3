/// A projection whose state can say what it holds about any prefix of the log.
///
/// That is what finds the first event about which two states differ: the log is halved until one
/// event is left. It takes states that keep positions beside all values.
public protocol DescribedProjection: Projection {
    /// Calls `body` with everything the state says about the log's first `position` events, piece
    /// by piece in one canonical order.
    ///
    /// Two states agree about a prefix exactly where the pieces, joined, are equal bytes. A state
    /// folded further says about the prefix what the state folded to its end says.
    /// - Throws: where the state holds bytes that the fold never writes, or what `body` throws.
    static func describe(
        _ state: some StateReader, asOf position: Position,
        _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws
}
