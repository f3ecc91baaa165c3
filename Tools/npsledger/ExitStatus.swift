import ArgumentParser
import LedgerCore
import LedgerQueries
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
        case let error as ImportError:
            (code, message) = (error.exitClass.status, error.description)
        case let error as SimulationConfigurationError:
            (code, message) = (Self.usage, "\(error)")
        case let error as ArgumentParser.ExitCode: (code, message) = (error.rawValue, nil)
        // Thrown by `run`; what `validate` throws is the parser's error and comes with the usage.
        case let error as ValidationError: (code, message) = (Self.usage, error.message)
        case is CleanExit: (code, message) = (Self.usage, nil)
        // `help` throws what the parser keeps to itself.
        default:
            if let error = LedgerError(describing: error) {
                code = Self.code(error.code)
                message = error.words
                return
            }
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
