import Encoders
import LedgerQueries

/// An encoder that models read vectors of, whole and tried.
public struct EncoderInstallation: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// SHA-256 over all that decides its vectors, in lower-case hexadecimal.
    public let digest: String
    /// Numbers in a vector.
    public let dimensions: Int
    /// The layer whose output is taken.
    public let layer: Int
    /// What runs it.
    public let runtime: String
    /// How texts become vectors.
    public let recipe: String
    /// Where it is.
    public let directory: String
    /// The directory of all encoders that it is in.
    public let store: String
    /// Whether it came now; else it was there, whole.
    public let isNew: Bool

    /// Names of the encoders that can be fetched.
    public static let known = [MiniLMEncoder.shortName]

    /// Gets all-MiniLM-L6-v2, unless it is there, and tries it.
    ///
    /// - Parameter directory: what it is kept below; nil for the user's cache.
    /// - Throws: `EncoderFetchError` where it cannot be had, `EncoderError` where it does not work.
    public static func minilm(
        below directory: String? = nil, observer: any LedgerObserver = SilentObserver()
    ) throws -> EncoderInstallation {
        let store = directory.map { EncoderStore(directory: $0 + "/encoders") } ?? .user()
        let fetched = try EncoderFetch.minilm(into: store) { observer.notice(.fetching($0)) }
        let encoder = try MiniLMEncoder(directory: fetched.directory)
        return EncoderInstallation(
            name: encoder.name, digest: encoder.digestText, dimensions: encoder.dimensions,
            layer: encoder.layer, runtime: MiniLMEncoder.runtime, recipe: MiniLMEncoder.recipe,
            directory: fetched.directory, store: store.directory, isNew: fetched.isNew)
    }
}
