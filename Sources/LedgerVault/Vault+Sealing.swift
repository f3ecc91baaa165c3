import Crypto
import Foundation
import LedgerCore

extension Vault {
    /// Seals personal data under a subject's key: AES-256-GCM, random nonce, the subject's number
    /// authenticated.
    public static func seal(
        _ data: PersonalData, subject: UInt64, key: SymmetricKey
    ) throws(VaultError) -> SealedPart {
        do {
            let box = try AES.GCM.seal(
                data.encoded, using: key, authenticating: context(subject: subject))
            guard let combined = box.combined else { throw CryptoKitError.incorrectParameterSize }
            return SealedPart(subject: subject, bytes: [UInt8](combined))
        } catch {
            throw VaultError(.sealing, "personal data could not be sealed: \(error)")
        }
    }

    /// Opens a sealed part; nil where the subject's key was destroyed.
    public func open(_ sealed: SealedPart) throws -> PersonalData? {
        try sealed.bytes.withUnsafeBytes { try open($0, subject: sealed.subject) }
    }

    /// Opens what is sealed for a subject where it lies; nil where the subject's key was destroyed.
    public func open(
        _ sealed: UnsafeRawBufferPointer, subject: UInt64
    ) throws -> PersonalData? {
        guard let key = try key(of: subject) else { return nil }
        return try Self.open(sealed, subject: subject, key: key)
    }

    /// Opens what is sealed for a subject under a key, where it lies.
    public static func open(
        _ sealed: UnsafeRawBufferPointer, subject: UInt64, key: SymmetricKey
    ) throws(VaultError) -> PersonalData {
        do {
            let plaintext = try plaintext(
                of: sealed, key: key, authenticating: context(subject: subject))
            return try plaintext.withUnsafeBytes { try PersonalData(unsafe: $0) }
        } catch {
            throw VaultError(
                .corrupt,
                "the sealed part of subject \(subject) does not open (\(error)): "
                    + "it was changed, or belongs to another ledger")
        }
    }

    static func plaintext(
        of sealed: UnsafeRawBufferPointer, key: SymmetricKey, authenticating place: [UInt8]
    ) throws -> Data {
        guard let start = UnsafeMutableRawPointer(mutating: sealed.baseAddress) else {
            throw CryptoKitError.incorrectParameterSize
        }
        // Data, and not an array: it is what the library works on, in place, and what it returns.
        let box = try AES.GCM.SealedBox(
            combined: Data(bytesNoCopy: start, count: sealed.count, deallocator: .none))
        return try AES.GCM.open(box, using: key, authenticating: place)
    }

    private static func context(subject: UInt64) -> [UInt8] {
        withUnsafeBytes(of: subject.bigEndian) { [UInt8]($0) }
    }
}

/// Fresh subject numbers with their keys, reserved from the vault and used one after another.
///
/// A number that is reserved and never used is skipped; numbers mean nothing but themselves.
public struct SubjectKeys: Sendable {
    /// The numbers that are left.
    public private(set) var range: Range<UInt64>
    private let first: UInt64
    private let keys: [SymmetricKey]

    init(first: UInt64, keys: [SymmetricKey]) {
        self.first = first
        self.keys = keys
        range = first..<(first + UInt64(keys.count))
    }

    /// The next number and its key, or nil when all are used.
    public mutating func next() -> (subject: UInt64, key: SymmetricKey)? {
        guard let subject = range.first else { return nil }
        range = (subject + 1)..<range.upperBound
        return (subject, keys[Int(subject - first)])
    }
}

/// HMAC-SHA-256 for one purpose (RFC 2104), with key and purpose taken in once for all contents.
///
/// The library's own type reaches the hash through protocols that no optimiser sees through, which
/// takes longer than hashing a row does.
struct KeyedHash: Sendable {
    /// SHA-256 as it stands after the key's inner pad and the purpose.
    private let inner: SHA256
    /// SHA-256 as it stands after the key's outer pad.
    private let outer: SHA256

    /// - Parameter key: shorter than a block, as all keys here are.
    init(key: SymmetricKey, purpose: String) {
        func keyed(_ pad: UInt8) -> SHA256 {
            precondition(key.bitCount / 8 <= SHA256.blockByteCount, "longer keys are hashed first")
            var hash = SHA256()
            var block = [UInt8](repeating: pad, count: SHA256.blockByteCount)
            key.withUnsafeBytes { bytes in
                for (index, byte) in bytes.enumerated() { block[index] ^= byte }
            }
            block.withUnsafeBytes { hash.update(bufferPointer: $0) }
            block.withUnsafeMutableBytes { SecretBytes.wipe($0) }
            return hash
        }
        var inner = keyed(0x36)
        var purpose = [UInt8](purpose.utf8)
        purpose.append(0)
        purpose.withUnsafeBytes { inner.update(bufferPointer: $0) }
        self.inner = inner
        outer = keyed(0x5C)
    }

    /// The first 128 bits of the content's code.
    func code(of content: UnsafeRawBufferPointer) -> Hash128 {
        var (inner, outer) = (inner, outer)
        inner.update(bufferPointer: content)
        inner.finalize().withUnsafeBytes { outer.update(bufferPointer: $0) }
        return outer.finalize().withUnsafeBytes { code in
            Hash128(
                high: UInt64(bigEndian: code.loadUnaligned(as: UInt64.self)),
                low: UInt64(bigEndian: code.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
        }
    }
}
