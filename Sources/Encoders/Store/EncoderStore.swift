import Foundation

/// A directory of encoders, each in a directory named by its digest.
public struct EncoderStore: Sendable, Hashable {
    /// What gets an encoder that is missing or damaged.
    package static let remedy = "`npsledger model fetch minilm` gets it"

    /// What gets the encoder with a digest: this program fetches one, and others are somebody's.
    private static func remedy(_ digest: [UInt8]) -> String {
        if digest == MiniLMEncoder.publishedDigest { return remedy }
        return "it is another than `npsledger model fetch minilm` gets: copy its directory there "
            + "from where it was made, or train a model on the one that is fetched"
    }

    /// Where the encoders are.
    public let directory: String

    /// The encoders in `directory`, which need not exist.
    public init(directory: String) {
        self.directory = directory
    }

    /// The encoders of the user: in `$NPSLEDGER_CACHE/encoders`, else in
    /// `$XDG_CACHE_HOME/npsledger/encoders`, else in `~/.cache/npsledger/encoders`.
    public static func user(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> EncoderStore {
        if let own = environment["NPSLEDGER_CACHE"], !own.isEmpty {
            return EncoderStore(directory: own + "/encoders")
        }
        // A relative path is to be ignored, as the base directory specification says.
        if let shared = environment["XDG_CACHE_HOME"], shared.hasPrefix("/") {
            return EncoderStore(directory: shared + "/npsledger/encoders")
        }
        let home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory()
        return EncoderStore(directory: home + "/.cache/npsledger/encoders")
    }

    /// Where an encoder is, or would be.
    public func path(of digest: [UInt8]) -> String {
        directory + "/" + Hexadecimal.text(digest)
    }

    /// Whether an encoder's directory is there; what is in it is checked when it is opened.
    public func contains(_ digest: [UInt8]) -> Bool {
        FileManager.default.fileExists(atPath: path(of: digest) + "/" + EncoderManifest.file)
    }

    /// The digests of the encoders here that begin with some digits, in ascending order.
    ///
    /// - Throws: what reading the directory does; none that is not there.
    public func digests(beginningWith digits: String) throws -> [[UInt8]] {
        guard FileManager.default.fileExists(atPath: directory) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
            .filter { $0.utf8.count == 64 && $0.hasPrefix(digits) }
            .compactMap(Hexadecimal.bytes)
    }

    /// Opens the encoder ``MiniLMEncoder/publishedDigest``.
    ///
    /// - Throws: as ``MiniLMEncoder/init(directory:)`` does.
    public func minilm() throws(EncoderError) -> MiniLMEncoder {
        try encoder(MiniLMEncoder.publishedDigest)
    }

    /// Opens the encoder with a digest.
    ///
    /// - Throws: as ``MiniLMEncoder/init(directory:)`` does, and `EncoderError` with `mismatch`
    ///   where the directory holds another encoder than its name says.
    public func encoder(_ digest: [UInt8]) throws(EncoderError) -> MiniLMEncoder {
        let path = path(of: digest)
        guard FileManager.default.fileExists(atPath: path) else {
            throw EncoderError(
                .missing,
                "the encoder \(Hexadecimal.text(digest).prefix(16))… is not in \(directory): "
                    + Self.remedy(digest))
        }
        return try MiniLMEncoder(directory: path, expecting: digest)
    }
}
