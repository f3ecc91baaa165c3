import Crypto
import Foundation

extension Vault {
    /// Seals what was reckoned from a subject's texts and may live only as long as they do:
    /// AES-256-GCM under the subject's key, random nonce, its place authenticated.
    ///
    /// - Parameter place: what it is, whose, and where it is kept, so that it opens there alone;
    ///   longer than the eight bytes that stand for this with personal data.
    public static func seal(
        derived content: [UInt8], key: SymmetricKey, place: [UInt8]
    ) throws(VaultError) -> [UInt8] {
        precondition(place.count > 8, "a place is not taken for that of personal data")
        do {
            let box = try AES.GCM.seal(content, using: key, authenticating: place)
            guard let combined = box.combined else { throw CryptoKitError.incorrectParameterSize }
            return [UInt8](combined)
        } catch {
            throw VaultError(.sealing, "what was derived could not be sealed: \(error)")
        }
    }

    /// Opens what `seal(derived:…)` sealed; nil where it does not open: it was changed or cut, or
    /// belongs elsewhere. What is derived can be reckoned again.
    public static func open(
        derived sealed: UnsafeRawBufferPointer, key: SymmetricKey, place: [UInt8]
    ) -> Data? {
        try? plaintext(of: sealed, key: key, authenticating: place)
    }
}
