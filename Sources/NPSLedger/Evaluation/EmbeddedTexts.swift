import CEmbeddedModel

/// Which texts that people wrote the embedded model has learnt from, so that nobody is shown how it
/// fares on one of them.
///
/// The texts are of two public data sets and are not shipped. Kept are the first 40 bits of the
/// digest of each (see ``TextDigest``): of 27 million texts that it has never seen, one is taken for
/// one that it has. `train-embedded-model --texts` makes the table.
///
/// The comments that the project's phrase book composed for the training are not among them: the
/// same book writes simulated answers, and what is measured on those tells of no survey anyway.
public struct EmbeddedTexts: Sendable {
    /// Bytes kept of a digest.
    static let digestBytes = 5

    /// The first bytes of digests as numbers, ascending, each once.
    private let digests: [UInt64]

    /// The table that ships inside the program.
    public static let shipped = EmbeddedTexts(
        bytes: UnsafeBufferPointer(
            start: nps_embedded_texts_bytes(), count: nps_embedded_texts_length()))

    /// A table of some texts.
    public init(_ texts: some Sequence<String>) {
        digests = Set(texts.lazy.map { Self.start(of: TextDigest($0)) }).sorted()
    }

    init(bytes: UnsafeBufferPointer<UInt8>) {
        precondition(bytes.count.isMultiple(of: Self.digestBytes))
        digests = stride(from: 0, to: bytes.count, by: Self.digestBytes).map { start in
            bytes[start..<start + Self.digestBytes].reduce(0) { $0 << 8 | UInt64($1) }
        }
        // What is searched by halves is found only where it is in order.
        precondition(zip(digests, digests.dropFirst()).allSatisfy { $0 < $1 })
    }

    /// Texts, copies counted once.
    public var count: Int { digests.count }

    /// The table as it is shipped: the digests, most significant byte first.
    public var bytes: [UInt8] {
        digests.flatMap { digest in
            (0..<Self.digestBytes).reversed().map { UInt8(truncatingIfNeeded: digest >> ($0 * 8)) }
        }
    }

    /// Whether the model has learnt from a text, or from one that differs as copies do.
    public func contains(_ text: String) -> Bool {
        let wanted = Self.start(of: TextDigest(text))
        var (low, high) = (0, digests.count)
        while low < high {
            let middle = (low + high) / 2
            if digests[middle] < wanted { low = middle + 1 } else { high = middle }
        }
        return low < digests.count && digests[low] == wanted
    }

    /// Whether so many known texts among others tell that the model has learnt from these.
    ///
    /// One in twenty or fewer are set phrases, "ok" and "nothing to say" among them, which people
    /// write everywhere: to leave them out would bend figures towards those who write more.
    public static func isOverlap(_ known: Int, of count: Int) -> Bool { known * 20 > count }

    private static func start(of digest: TextDigest) -> UInt64 {
        digest.bytes.prefix(digestBytes).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
