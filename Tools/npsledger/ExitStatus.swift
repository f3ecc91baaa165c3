import ArgumentParser
import Classification
import Encoders
import LMDB
import LedgerCore
import LedgerStore
import LedgerVault
import NPSBySegmentProjection
import NPSLedger
import Presentation
import Simulation
import SurveyImport

/// What a command answers with when it does not succeed.
struct ExitStatus {
    static let no: Int32 = 1
    static let usage: Int32 = 64
    static let badData: Int32 = 65
    static let noInput: Int32 = 66
    static let internalError: Int32 = 70
    static let cannotCreate: Int32 = 73
    static let inputOutput: Int32 = 74
    static let tryAgain: Int32 = 75
    static let notPermitted: Int32 = 77

    let code: Int32
    /// What to print; nil where the parser prints.
    let message: String?

    init(_ error: any Error) {
        switch error {
        case let error as CommandFailure: (code, message) = (error.status, error.message)
        case let error as LedgerError:
            code = Self.code(error.code)
            message = error.message + (error.remedy.map { ": \($0.words)" } ?? "")
        case let error as VaultError:
            (code, message) = (Self.code(error.code), error.message)
        case let error as ImportError:
            (code, message) = (error.exitClass.status, error.description)
        case let error as LMDBError: self = ExitStatus(LedgerError(error))
        case let error as TrainingError: (code, message) = (Self.no, error.description)
        case let error as EncoderError: (code, message) = (Self.code(error.code), error.description)
        case let error as EncoderFetchError:
            (code, message) = (Self.code(error.code), error.description)
        case let error as EntryError: (code, message) = (Self.badData, error.description)
        case let error as any StateDamage: (code, message) = (Self.badData, error.description)
        case let error as UnknownThresholds:
            code = Self.noInput
            message =
                "there was no threshold set \(error.id) as of the position asked for: "
                + "see `npsledger thresholds history`"
        case let error as SimulationConfigurationError:
            (code, message) = (Self.usage, "\(error)")
        case let error as ArgumentParser.ExitCode: (code, message) = (error.rawValue, nil)
        // Thrown by `run`; what `validate` throws is the parser's error and comes with the usage.
        case let error as ValidationError: (code, message) = (Self.usage, error.message)
        case is CleanExit: (code, message) = (Self.usage, nil)
        // `help` throws what the parser keeps to itself.
        default:
            let isParsers = NPSLedgerCommand.exitCode(for: error) != .failure
            (code, message) = isParsers ? (Self.usage, nil) : (Self.internalError, "\(error)")
        }
    }

    private static func code(_ code: LedgerError.Code) -> Int32 {
        switch code {
        case .notALedger, .notFound: noInput
        case .exists, .cannotCreate: cannotCreate
        case .invalid, .invalidName: usage
        case .internal: internalError
        case .permission, .key, .notApproved: notPermitted
        case .newerFormat, .corrupt, .mismatch: badData
        case .refused, .overtaken, .clock: no
        case .busy: tryAgain
        default: inputOutput
        }
    }

    private static func code(_ code: EncoderError.Code) -> Int32 {
        switch code {
        case .missing: noInput
        case .mismatch: badData
        case .failed: internalError
        }
    }

    private static func code(_ code: EncoderFetchError.Code) -> Int32 {
        switch code {
        case .missingTool: noInput
        case .mismatch: badData
        case .cannotCreate: cannotCreate
        case .inputOutput: inputOutput
        default: internalError
        }
    }

    private static func code(_ code: VaultError.Code) -> Int32 {
        switch code {
        case .corrupt, .keysDamaged: badData
        case .notAVault: noInput
        case .busy: tryAgain
        case .diskFull, .storage, .snapshotLost, .sealing: inputOutput
        default: notPermitted
        }
    }
}

/// A failure that a command states itself.
struct CommandFailure: Error {
    let status: Int32
    let message: String

    init(_ status: Int32, _ message: String) {
        self.status = status
        self.message = message
    }

    /// A failure of reading a file, in the file's terms.
    init(_ error: ImportError) { self.init(error.exitClass.status, error.description) }
}
