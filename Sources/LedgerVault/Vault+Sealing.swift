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
