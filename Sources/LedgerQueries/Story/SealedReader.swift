import LedgerCore
import LedgerStore
import LedgerVault
import NPSLedger

/// Opens sealed parts until the master key turns out to be missing or another's, or the vault to be
/// missing.
///
/// To have no key is a state that can be lived with: everything but the texts is still to be had.
/// A part that does not open with the right key was changed, and that is never passed over.
package final class SealedReader {
    private let ledger: Ledger
    /// Why nothing is opened, where nothing is.
    package private(set) var problem: String?

    package init(_ ledger: Ledger, sealed: Bool) {
        self.ledger = ledger
        problem = sealed ? "left sealed" : nil
    }

    private static let lackCodes: Set<VaultError.Code> = [
        .keyMissing, .keyUnreadable, .wrongKey, .notAVault, .permission,
    ]

    /// What was sealed beside the entry at `position`; nil where nothing was, where it was erased,
    /// or where there is a `problem`.
    package func open(_ position: Position) throws -> PersonalData? {
        guard problem == nil, try ledger.log.sealed(position) != nil else { return nil }
        do {
            _ = try ledger.vault()
        } catch let error as VaultError where Self.lackCodes.contains(error.code) {
            problem = error.message
            return nil
        } catch let error as VaultError {
            throw Self.failure(error, position)
        }
        // The vault has opened, so the key is right: whatever fails from here on is damage.
        do {
            return try ledger.personalData(at: position)
        } catch let error as VaultError {
            throw Self.failure(error, position)
        }
    }

    private static func failure(_ error: VaultError, _ position: Position) -> LedgerError {
        let code: LedgerError.Code =
            switch error.code {
            case .diskFull: .diskFull
            case .storage: .storage
            case .snapshotLost: .snapshotLost
            default: .corrupt
            }
        return LedgerError(code, "position \(position): \(error.message)")
    }
}
