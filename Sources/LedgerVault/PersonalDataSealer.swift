import Crypto
import Foundation
import LedgerCore

/// Seals the personal data of many events, one after another: working memory and random nonces are
/// had once for all of them.
///
/// What is sealed is what `Vault.seal(_:subject:key:)` seals, from bytes that lie elsewhere.
public struct PersonalDataSealer: Sendable {
    /// Random bytes are asked for so many at a time, as one system call gives: with one for each
    /// nonce, a third of the time that sealing takes would be theirs.
    private static let nonceBytesAtOnce = 12 * 21
    private static let nonceBytes = 12

    private var plaintext = CBORWriter(reservingBytes: 1024)
    private var nonces: [UInt8] = []
    /// Of `nonces`; each is used once.
    private var used = 0

    /// A sealer; each thread has its own.
    public init() {}

    /// Appends the sealed part of an event to `target`: nonce, ciphertext and tag.
    ///
    /// - Parameters:
    ///   - row: the source row as it came.
    ///   - text: the respondent's comment in UTF-8.
    ///   - respondent: the respondent's identifier in UTF-8.
    /// - Throws: `VaultError` with code `sealing`; nothing is appended then.
    public mutating func seal(
        row: UnsafeRawBufferPointer, text: UnsafeRawBufferPointer?,
        respondent: UnsafeRawBufferPointer?, subject: UInt64, key: SymmetricKey,
        to target: inout [UInt8]
    ) throws(VaultError) {
        plaintext.bytes.removeAll(keepingCapacity: true)
        PersonalData.write(
            row: row, text: text, reason: nil, respondent: respondent, to: &plaintext
        ) { $0.text(utf8: $1) }
        do {
            let nonce = try nextNonce()
            let box = try plaintext.bytes.withUnsafeBytes { plaintext in
                try withUnsafeBytes(of: subject.bigEndian) { context in
                    try AES.GCM.seal(
                        plaintext, using: key, nonce: nonce, authenticating: context)
                }
            }
            guard let combined = box.combined else { throw CryptoKitError.incorrectParameterSize }
            combined.withUnsafeBytes { target.append(contentsOf: $0) }
        } catch {
            throw VaultError(.sealing, "personal data could not be sealed: \(error)")
        }
    }

    private mutating func nextNonce() throws -> AES.GCM.Nonce {
        if used == nonces.count {
            nonces = [UInt8](repeating: 0, count: Self.nonceBytesAtOnce)
            try nonces.withUnsafeMutableBytes { try SecretBytes.fillRandomly($0) }
            used = 0
        }
        defer { used += Self.nonceBytes }
        return try nonces.withUnsafeBytes { bytes in
            try AES.GCM.Nonce(
                data: UnsafeRawBufferPointer(rebasing: bytes[used..<(used + Self.nonceBytes)]))
        }
    }
}
