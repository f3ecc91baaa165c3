import Crypto
import Foundation
import Glibc
import Synchronization

/// A directory of encoders, each in a directory named by its digest.
public struct EncoderStore: Sendable, Hashable {
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
                "the encoder \(Hexadecimal.text(digest).prefix(16))… is not in \(directory)"
                    // This program fetches one; others are somebody's.
                    + (digest == MiniLMEncoder.publishedDigest
                        ? ""
                        : ", and is another than the published one: copy its directory there from "
                            + "where it was made, or train a model on the published one"),
                fetchHelps: digest == MiniLMEncoder.publishedDigest)
        }
        return try MiniLMEncoder(directory: path, expecting: digest)
    }
}

/// A file of an encoder, read as a whole.
enum EncoderFile {
    /// - Parameter bytesMax: beyond this it is refused unread.
    /// - Throws: `EncoderError`: `missing` where it cannot be read, `mismatch` where it is no plain
    ///   file or too long.
    static func read(_ path: String, bytesMax: Int) throws(EncoderError) -> [UInt8] {
        // Not waiting: a pipe in a file's place must not stop the program.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw unreadable(path, errno) }
        defer { close(descriptor) }
        var about = stat()
        guard fstat(descriptor, &about) == 0 else { throw unreadable(path, errno) }
        guard about.st_mode & S_IFMT == S_IFREG, about.st_size <= bytesMax else {
            throw EncoderError(
                .mismatch,
                "\(path) is no file of at most \(bytesMax) bytes")
        }
        var failure: Int32 = 0
        let size = Int(about.st_size)
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let got = Glibc.read(
                    descriptor, buffer.baseAddress?.advanced(by: count), size - count)
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = errno }
                // Shorter than it was a moment ago: what there is will not have the digest.
                if got <= 0 { return }
                count += got
            }
        }
        guard failure == 0 else { throw unreadable(path, failure) }
        return bytes
    }

    /// Reads a file whose SHA-256 is known.
    static func read(
        _ path: String, bytesMax: Int, digest: String
    ) throws(EncoderError) -> [UInt8] {
        let bytes = try read(path, bytesMax: bytesMax)
        let found = Hexadecimal.text(SHA256.hash(data: bytes))
        guard found == digest else {
            throw EncoderError(
                .mismatch,
                "\(path) is damaged or another file: its SHA-256 is \(found.prefix(16))… and must "
                    + "be \(digest.prefix(16))…")
        }
        return bytes
    }

    private static func unreadable(_ path: String, _ number: Int32) -> EncoderError {
        EncoderError(
            .missing,
            "\(path) cannot be read (\(String(cString: strerror(number))))")
    }
}

/// Encoders of a store that are opened once, when they are first asked for, and stay open: opening
/// one takes half a second, and each that is open has its weights in memory.
public final class OpenEncoders: Sendable {
    /// Where they are.
    public let store: EncoderStore
    private let opened = Mutex<[[UInt8]: MiniLMEncoder]>([:])

    /// None open yet.
    public init(_ store: EncoderStore = .user()) {
        self.store = store
    }

    /// The encoder with a digest. Who asks while another opens it waits and gets the same.
    ///
    /// - Throws: as ``EncoderStore/encoder(_:)`` does; the next call tries again.
    public func encoder(_ digest: [UInt8]) throws(EncoderError) -> MiniLMEncoder {
        try opened.withLock { opened throws(EncoderError) in
            if let encoder = opened[digest] { return encoder }
            let encoder = try store.encoder(digest)
            opened[digest] = encoder
            return encoder
        }
    }
}
