import Crypto
import Foundation
import LedgerCore
import LedgerProof
import LedgerStore
import LedgerVault

/// Why two parts of a ledger do not belong together.
public struct PartsMismatch: Error, Hashable, Sendable {
    /// Which part differs from the log.
    public enum Part: String, Sendable {
        /// `ledger.json`
        case manifest
        /// The subjects' keys.
        case vault
    }
    /// The part that differs from the log.
    public let part: Part
    /// What differs.
    public let problem: String
    /// What it would do to go on writing, or to believe it.
    public let effect: String
    /// What to do.
    public let remedy: String

    /// Problem, effect and remedy.
    public var message: String { "\(problem); \(effect). \(remedy)" }
}

/// Log, vault, manifest and master key belong to one ledger, and the vault is as new as the log.
///
/// The log's first entry names the ledger; its leaf hash stands sealed in the vault and in the
/// manifest. Each sealed part bears a subject number that the vault has issued, and the newest opens
/// under the key that the vault has for it: a vault from another branch of the same ledger's history
/// has another key there.
extension Ledger {
    /// The leaf hash of the log's first entry; nil where there is none.
    func identity() throws -> [UInt8]? {
        try log.head().size > 0 ? try log.leafHash(at: 0).bytes : nil
    }

    /// Proves that the parts belong together, before anything is written; a vault that an older
    /// program made is bound to the log by it.
    ///
    /// - Throws: `LedgerError` with code `mismatch` where they do not.
    func proveParts() throws {
        if let mismatch = try manifestMismatch() { throw refusal(mismatch) }
        let vault: Vault
        do {
            vault = try self.vault()
        } catch let error as VaultError where error.code == .keyMissing {
            // What is appended without the key seals nothing, and takes no subject's number.
            return
        }
        if let mismatch = try vaultMismatch(vault) { throw refusal(mismatch) }
        if let identity = try identity(), try vault.identity() == nil {
            try vault.bind(to: identity)
        }
    }

    private func refusal(_ mismatch: PartsMismatch) -> LedgerError {
        LedgerError(.mismatch, mismatch.message + ". Nothing was written.")
    }

    /// How the manifest differs from the log; nil where it does not.
    public func manifestMismatch() throws -> PartsMismatch? {
        let opened = try opening()
        let isOrigin = opened.map { $0.origin == manifest.origin } ?? true
        let identity = try identity().map { Hex.encode($0) }
        guard isOrigin, manifest.identity == nil || identity == nil || manifest.identity == identity
        else {
            return PartsMismatch(
                part: .manifest,
                problem: isOrigin
                    ? "ledger.json belongs to another ledger of the same name"
                    : "ledger.json says “\(manifest.origin)”, the log “\(opened?.origin ?? "")”",
                effect: "what this ledger is called and signs with would be another's",
                remedy:
                    "Put the ledger.json of this log back, or remove it and create the ledger "
                    + "“\(opened?.origin ?? "")” here again, which writes nothing but that file")
        }
        return nil
    }

    /// How the vault differs from the log; nil where it does not.
    func vaultMismatch(_ vault: Vault) throws -> PartsMismatch? {
        // The log is asked first: numbers are issued before they are used.
        let used = try log.subjectsUsed()
        let restore =
            "Restore log and vault from one backup; a vault newer than its log is right as well"
        func mismatch(_ problem: String, _ effect: String) -> PartsMismatch {
            PartsMismatch(part: .vault, problem: problem, effect: effect, remedy: restore)
        }
        let publicKey = vault.signingKey.publicKey.rawRepresentation.base64EncodedString()
        let bound = try vault.identity()
        let identity = try identity()
        if publicKey != manifest.publicKey, bound != nil, bound == identity {
            // Log and vault are of one mind: it is the manifest that was changed.
            return PartsMismatch(
                part: .manifest, problem: "the public key in ledger.json is not the vault's",
                effect: "checkpoints would be believed that another key has signed",
                remedy:
                    "Put the ledger.json of this log back, or remove it and create the ledger "
                    + "“\(manifest.origin)” here again, which writes nothing but that file")
        }
        if publicKey != manifest.publicKey {
            return mismatch(
                "the public key in ledger.json is not the vault's",
                "one of the two is another ledger's")
        }
        if let bound, let identity, bound != identity {
            return mismatch(
                "the vault belongs to another ledger",
                "people of this one would be sealed under keys of the other's")
        }
        guard let used else { return nil }
        let next = try vault.nextNumber()
        guard next > used.highest else {
            return mismatch(
                "the vault is older than the log: it has issued subject numbers below \(next), and "
                    + "position \(used.position) is sealed under \(used.highest)",
                "the next people would get numbers and keys of others, whose texts would be lost")
        }
        guard try opens(vault, used.position) else {
            return mismatch(
                "the newest sealed part, at position \(used.position), does not open under the key "
                    + "that the vault has for subject \(used.highest)",
                "the vault is from another copy of this ledger, and texts sealed since are lost to it"
            )
        }
        return nil
    }

    /// Whether a sealed part opens; one that is gone, or whose key was destroyed, says nothing.
    private func opens(_ vault: Vault, _ position: Position) throws -> Bool {
        guard let sealed = try log.sealed(position) else { return true }
        let digest = SHA256.hash(data: sealed.bytes)
        let isCommitted = try log.withEvent(position) { event in
            event.sealedCommitment.map { digest.elementsEqual($0) } ?? false
        }
        // What was changed since is for `verify` to say; it is no proof of another vault.
        guard isCommitted == true else { return true }
        do {
            _ = try vault.open(sealed)
            return true
        } catch let error as VaultError where error.code == .corrupt {
            return false
        }
    }
}
