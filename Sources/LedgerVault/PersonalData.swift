import Crypto
import Foundation
import LedgerCore

/// What is sealed beside an entry: everything of an event that a person must be able to take back.
public struct PersonalData: Hashable, Sendable {
    /// The respondent's comment.
    public var text: String?
    /// The respondent's identifier as the source gave it.
    public var respondent: String?
    /// The source row as it came.
    public var row: [UInt8]?
    /// The rationale of a governance act.
    public var reason: String?

    /// Personal data.
    public init(
        text: String? = nil, respondent: String? = nil, row: [UInt8]? = nil, reason: String? = nil
    ) {
        self.text = text
        self.respondent = respondent
        self.row = row
        self.reason = reason
    }

    /// The deterministic CBOR that is sealed.
    public var encoded: [UInt8] {
        var writer = CBORWriter(
            reservingBytes: 32 + (text?.utf8.count ?? 0) + (row?.count ?? 0))
        Self.write(row: row, text: text, reason: reason, respondent: respondent, to: &writer) {
            $0.text($1)
        }
        return writer.bytes
    }

    /// Writes what is sealed, wherever it lies.
    ///
    /// - Parameter put: writes one of the texts.
    static func write<Text>(
        row: (some Collection<UInt8>)?, text: Text?, reason: Text?, respondent: Text?,
        to writer: inout CBORWriter, _ put: (inout CBORWriter, Text) -> Void
    ) {
        let texts = (text == nil ? 0 : 1) + (reason == nil ? 0 : 1) + (respondent == nil ? 0 : 1)
        writer.map(texts + (row == nil ? 0 : 1))
        if let row {
            writer.text("row")
            writer.byteString(row)
        }
        if let text {
            writer.text("text")
            put(&writer, text)
        }
        if let reason {
            writer.text("reason")
            put(&writer, reason)
        }
        if let respondent {
            writer.text("respondent")
            put(&writer, respondent)
        }
    }

    /// Reads what `encoded` wrote.
    public init(decoding bytes: [UInt8]) throws(CBORError) {
        self = try bytes.withBytes { (raw) throws(CBORError) in try PersonalData(unsafe: raw) }
    }

    /// Reads what `encoded` wrote, from bytes that stay where they are meanwhile.
    public init(unsafe bytes: UnsafeRawBufferPointer) throws(CBORError) {
        var cursor = CBORCursor(unsafe: bytes)
        let count = try cursor.map()
        // In the order in which they are written; whatever else stands there is left over.
        if cursor.takesKey("row") { row = [UInt8](try cursor.unsafeByteString()) }
        if cursor.takesKey("text") { text = try cursor.text() }
        if cursor.takesKey("reason") { reason = try cursor.text() }
        if cursor.takesKey("respondent") { respondent = try cursor.text() }
        let found = [row != nil, text != nil, reason != nil, respondent != nil].count { $0 }
        guard found == count, cursor.isAtEnd else {
            throw CBORError(.invalidField, offset: cursor.offset)
        }
    }
}

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
