extension Array where Element == UInt8 {
    /// The array's bytes in place, with typed throws (the standard library's own method rethrows
    /// untyped).
    @inlinable
    public func withBytes<R, E: Error>(
        _ body: (UnsafeRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        try span.bytes.withUnsafeBytes(body)
    }
}
