import Classification
import Encoders
import LMDB
import LedgerCore
import LedgerStore
import LedgerVault
import NPSBySegmentProjection
import NPSLedger

extension LedgerError {
    /// What a failure of any part below comes to, so that a front knows one kind of error.
    ///
    /// Nil for what is none of the ledger's: an argument that cannot be read, a file of somebody's.
    public init?(describing error: any Error) {
        switch error {
        case let error as LedgerError: self = error
        case let error as LMDBError: self.init(error)
        case let error as VaultError: self.init(Self.code(error.code), error.message)
        case let error as EncoderError:
            self.init(Self.code(error.code), error.description, remedy: error.remedy)
        case let error as EncoderFetchError: self.init(Self.code(error.code), error.description)
        case let error as TrainingError: self.init(.refused, error.description)
        case let error as EntryError: self.init(.corrupt, error.description)
        case let error as any StateDamage:
            self.init(
                .corrupt, error.description, remedy: .rebuild(projection: error.projection))
        case let error as UnknownThresholds:
            self.init(
                .notFound, "there is no threshold set \(error.id)",
                remedy: .listThresholds)
        default: return nil
        }
    }

    /// The same of anything at all: what is none of the ledger's is a fault of this program.
    package init(anything error: any Error) {
        self = LedgerError(describing: error) ?? LedgerError(.internal, "\(error)")
    }

    private static func code(_ code: VaultError.Code) -> Code {
        switch code {
        case .corrupt, .keysDamaged: .corrupt
        case .notAVault: .notFound
        case .busy: .busy
        case .diskFull: .diskFull
        case .snapshotLost: .snapshotLost
        case .storage, .sealing: .storage
        default: .key
        }
    }

    private static func code(_ code: EncoderError.Code) -> Code {
        switch code {
        case .missing: .notFound
        case .mismatch: .mismatch
        case .failed: .internal
        }
    }

    private static func code(_ code: EncoderFetchError.Code) -> Code {
        switch code {
        case .missingTool: .notFound
        case .mismatch: .mismatch
        case .cannotCreate: .cannotCreate
        case .inputOutput: .storage
        default: .internal
        }
    }
}
