import Crypto
import Foundation
import Glibc
import LedgerCore

/// The administrator's token: written once, and readable for its owner alone.
struct TokenFile: Sendable {
    private static let tokenBytes = 32
    /// Longest file that is read as a token.
    private static let fileBytesMax = 1024

    private let digest: SHA256Digest

    /// Reads the token of a file, or writes a new one where there is none.
    ///
    /// - Throws: `LedgerError` with code `permission` for a file that others can read or that is
    ///   somebody else's, `cannotCreate` where none can be written, `invalid` for one that holds none.
    init(_ path: String) throws(LedgerError) {
        let fresh = (0..<Self.tokenBytes).map { _ in UInt8.random(in: .min ... .max) }
        let text = Data(fresh).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        let new = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if new >= 0 {
            defer { close(new) }
            let line = Array((text + "\n").utf8)
            guard fchmod(new, 0o600) == 0, write(new, line, line.count) == line.count,
                fsync(new) == 0
            else {
                unlink(path)
                throw LedgerError(
                    .cannotCreate, "the token cannot be written to \(path): \(Self.reason)")
            }
            digest = SHA256.hash(data: Array(text.utf8))
            return
        }
        guard errno == EEXIST else {
            throw LedgerError(
                .cannotCreate, "the token cannot be written to \(path): \(Self.reason)")
        }
        digest = SHA256.hash(data: Array(try Self.read(path).utf8))
    }

    private static var reason: String { String(cString: strerror(errno)) }

    private static func read(_ path: String) throws(LedgerError) -> String {
        // A pipe in its place is not waited for.
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            throw LedgerError(.permission, "the token file \(path) cannot be read: \(reason)")
        }
        defer { close(file) }
        var state = stat()
        guard fstat(file, &state) == 0, state.st_mode & S_IFMT == S_IFREG else {
            throw LedgerError(.invalid, "the token file \(path) is no file")
        }
        guard state.st_uid == geteuid(), state.st_mode & 0o077 == 0 else {
            throw LedgerError(
                .permission,
                "the token file \(path) can be read by others, or is theirs: make it yours alone "
                    + "(chmod 600), or remove it, and a new token is written")
        }
        var bytes = [UInt8](repeating: 0, count: fileBytesMax)
        let count = Glibc.read(file, &bytes, bytes.count)
        let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        guard text.utf8.count >= 32, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw LedgerError(
                .invalid,
                "\(path) holds no token: remove it, and a new one is written, or name another file")
        }
        return text
    }

    /// Whether this is the token. How long it takes says nothing of where it differs.
    func matches(_ token: Substring) -> Bool {
        // Digests are compared in constant time.
        SHA256.hash(data: Array(token.utf8)) == digest
    }
}
