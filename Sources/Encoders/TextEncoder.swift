/// Turns texts into vectors that a head can be trained on.
///
/// A conformer is pure: the same bytes give the same vector, whatever the batch and the number of
/// threads. Input that is no valid UTF-8, empty or huge is answered, never refused.
public protocol TextEncoder: Sendable {
    /// SHA-256 over all that decides its vectors: weights, vocabulary, how long texts are cut.
    var digest: [UInt8] { get }
    /// Numbers in a vector.
    var dimensions: Int { get }

    /// The vectors of `texts`, in their order, computed on at most `threads` threads.
    ///
    /// - Throws: `EncoderError` where what computes them fails.
    func encode(batch texts: [[UInt8]], threads: Int) throws(EncoderError) -> [Embedding]
}
