import ArgumentParser
import Classification
import Encoders
import NPSLedger

/// An encoder as people name it: the one that can be fetched, or one of their own by its digest.
enum EncoderName: ExpressibleByArgument {
    case minilm
    /// The first digits of an encoder's SHA-256.
    case own(String)

    /// Digits from which on a digest is told from a word.
    private static let digitsMin = 8

    init?(argument: String) {
        if argument == MiniLMEncoder.shortName {
            self = .minilm
        } else if (Self.digitsMin...64).contains(argument.utf8.count),
            argument.allSatisfy({ $0.isHexDigit && !$0.isUppercase })
        {
            self = .own(argument)
        } else {
            return nil
        }
    }

    /// The encoder, ready to read, under the name that models know it by.
    ///
    /// - Throws: `CommandFailure` where no encoder of the store has such a digest, or several have.
    func open() throws -> (name: String, encoder: any TextEncoder) {
        switch self {
        case .minilm:
            let reference = EncoderReference(
                name: MiniLMEncoder.shortName, digest: MiniLMEncoder.publishedDigest,
                dimensions: MiniLMEncoder.publishedDimensions)
            return (reference.name, try Ledger.encoders.encoder(reference))
        case .own(let digits):
            let store = EncoderStore.user()
            let found = try store.digests(beginningWith: digits)
            guard let digest = found.first, found.count == 1 else {
                throw CommandFailure(
                    ExitStatus.noInput,
                    found.isEmpty
                        ? "no encoder in \(store.directory) has a SHA-256 that begins with \(digits)"
                        : "\(found.count) encoders in \(store.directory) have a SHA-256 that begins "
                            + "with \(digits): give more digits")
            }
            guard digest != MiniLMEncoder.publishedDigest else {
                return try EncoderName.minilm.open()
            }
            return ("tuned-" + Hex.encode(digest.prefix(4)), try store.encoder(digest))
        }
    }
}
