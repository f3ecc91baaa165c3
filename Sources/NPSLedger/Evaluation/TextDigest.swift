import Crypto
import Foundation

/// Tells whether two texts are the same but for what a copy may change: SHA-256 of the text in
/// lower case, in Unicode's compatibility form, with every run of white space as one space.
public struct TextDigest: Hashable, Sendable {
    private let digest: SHA256Digest

    /// The 32 bytes.
    var bytes: [UInt8] { [UInt8](digest) }

    /// The digest of a text.
    public init(_ text: String) {
        let folded = text.precomposedStringWithCompatibilityMapping.lowercased()
        let words = folded.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        digest = SHA256.hash(data: Data(words.utf8))
    }
}
