import Crypto
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
        guard let key = try key(of: sealed.subject) else { return nil }
        do {
            let box = try AES.GCM.SealedBox(combined: sealed.bytes)
            let plaintext = try AES.GCM.open(
                box, using: key, authenticating: Self.context(subject: sealed.subject))
            return try PersonalData(decoding: [UInt8](plaintext))
        } catch {
            throw VaultError(
                .corrupt,
                "the sealed part of subject \(sealed.subject) does not open (\(error)): "
                    + "it was changed, or belongs to another ledger")
        }
    }

    private static func context(subject: UInt64) -> [UInt8] {
        withUnsafeBytes(of: subject.bigEndian) { [UInt8]($0) }
    }
}
