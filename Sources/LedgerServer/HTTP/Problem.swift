import HTTPTypes
import JSON
import LedgerCore
import LedgerQueries
import SurveyImport

/// Why a request is not answered, as RFC 9457 has it.
struct Problem: Error {
    let status: HTTPResponse.Status
    /// A stable code; that of the library where the fault is found there.
    let code: String
    /// What is wrong, where, and what to do.
    let detail: String
    var headers = HTTPFields()

    init(_ status: HTTPResponse.Status, _ code: String, _ detail: String) {
        self.status = status
        self.code = code
        self.detail = detail
    }

    /// What an error of the libraries comes to.
    init(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let error as ImportError:
            self.init(.badRequest, error.code.rawValue, error.description)
        case let error as SentResponsesFault:
            self.init(
                error.code == "too-many" ? .contentTooLarge : .badRequest, error.code,
                error.description)
        default:
            let told = LedgerError(anything: error)
            self.init(
                Self.status(told.code), told.code.rawValue,
                told.remedy?.asked.map { "\(told.message): \($0)" } ?? told.message)
            if let seconds = Self.retrySeconds(told.code) {
                headers[.retryAfter] = "\(seconds)"
            }
        }
    }

    private static func status(_ code: LedgerError.Code) -> HTTPResponse.Status {
        switch code {
        case .invalid, .invalidName: .badRequest
        case .notFound: .notFound
        case .refused, .clock, .notApproved: .conflict
        case .overtaken: .preconditionFailed
        case .busy, .lockHeld, .snapshotLost: .serviceUnavailable
        case .diskFull: .insufficientStorage
        case .key, .permission: .forbidden
        default: .internalServerError
        }
    }

    private static func retrySeconds(_ code: LedgerError.Code) -> Int? {
        switch code {
        case .busy, .lockHeld, .snapshotLost: 1
        case .diskFull: 30
        default: nil
        }
    }

    /// The answer.
    var reply: Reply {
        let body: JSONValue = [
            "type": .string("about:blank"), "title": .string(status.reasonPhrase),
            "status": .integer(status.code), "detail": .string(detail), "code": .string(code),
        ]
        var headers = headers
        headers[.contentType] = "application/problem+json"
        return Reply(status, headers, body.serialized() + "\n")
    }
}

extension HTTPResponse.Status {
    /// 507: what is sent cannot be kept.
    static let insufficientStorage = HTTPResponse.Status(
        code: 507, reasonPhrase: "Insufficient Storage")
}
