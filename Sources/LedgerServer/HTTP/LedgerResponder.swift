import AnswerEncoding
import Foundation
import HTTPTypes
import Hummingbird
import JSON
import LedgerCore
import LedgerQueries
import Logging
import NIOCore
import Presentation

/// What is known of a request's connection.
struct LedgerRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The address of whoever asks, without the port.
    let client: String

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        client = source.channel.remoteAddress?.ipAddress ?? "local"
    }
}

/// Answers requests: finds the endpoint, lets in who may ask, reads the parameters, has the question
/// answered on a thread that may wait, and puts the answer into the form that is asked for.
struct LedgerResponder: HTTPResponder {
    typealias Context = LedgerRequestContext

    private let service: LedgerService
    private let table: EndpointTable

    init(_ service: LedgerService) {
        self.service = service
        table = service.table
    }

    func respond(to request: Request, context: LedgerRequestContext) async throws -> Response {
        let started = ContinuousClock.now
        let trace = TraceContext(of: request.headers)
        var template = "other"
        var response: Response
        do {
            response = try await answer(request, context, &template)
        } catch {
            if error is CancellationError { throw error }
            let problem = Problem(error)
            if problem.status.code >= 500, problem.code == LedgerError.Code.internal.rawValue {
                context.logger.error(
                    "a request failed",
                    metadata: ["reason": "\(problem.detail)", "trace": "\(trace.trace)"])
            }
            response = problem.response
        }
        if request.method == .head { response = response.withoutBody }
        let seconds = (ContinuousClock.now - started) / .seconds(1)
        service.observe(
            request, template: template, status: response.status.code, seconds: seconds)
        response.headers[TraceContext.header] = trace.stated
        let status = response.status.code
        // What stands in a path or a query may be personal: the endpoint is told, and not what was
        // asked of it.
        context.logger.info(
            "request",
            metadata: [
                "method": "\(request.method.rawValue)", "path": "\(template)",
                "status": "\(status)", "seconds": "\(seconds)",
                "client": "\(client(of: request, context))", "trace": "\(trace.trace)",
                "span": "\(trace.span)", "parent": "\(trace.parent ?? "")",
            ])
        return response
    }

    private func answer(
        _ request: Request, _ context: LedgerRequestContext, _ template: inout String
    ) async throws -> Response {
        let target = request.head.path ?? "/"
        let mark = target.firstIndex(of: "?") ?? target.endIndex
        let (endpoint, path) = try table.find(request.method, target[..<mark])
        template = endpoint.path
        if endpoint.access == .administrator { try service.requireAdministrator(request) }
        let query = mark == target.endIndex ? "" : target[target.index(after: mark)...]
        let parameters = try Parameters(query, known: endpoint.allParameters)
        switch endpoint.handler {
        case .question(let question):
            return try await answer(question, endpoint, request, parameters, path)
        case .act(let act): return try await perform(act, endpoint, request, path)
        case .call(let call):
            return try await call(
                Call(
                    request: request, parameters: parameters, path: path, viewer: .everything,
                    service: service, client: client(of: request, context)))
        }
    }

    /// The address of whoever asks; behind a proxy the last one that it states, for the others are what
    /// a client says of itself.
    private func client(of request: Request, _ context: LedgerRequestContext) -> String {
        guard service.isBehindProxy,
            let stated = request.headers[HTTPField.Name("X-Forwarded-For")!],
            let last = stated.split(separator: ",").last
        else { return context.client }
        return last.trimmingCharacters(in: .whitespaces)
    }

    // MARK: - Questions

    private func answer(
        _ question: @escaping @Sendable (Parameters, [String: String], OpenLedger) throws -> Answer,
        _ endpoint: Endpoint, _ request: Request, _ parameters: Parameters,
        _ path: [String: String]
    ) async throws -> Response {
        let form = try Self.form(endpoint, request, parameters)
        let known = request.headers[.ifNoneMatch]
        let open = service.open
        let (mark, body) = try await service.questions.run { () -> (OpenLedger.Mark, String?) in
            // Looked at first: an answer may be newer than its tag says, and never older.
            let mark = try open.mark()
            if let known, Self.matches(known, Self.tag(mark, form)) { return (mark, nil) }
            let answer = try question(parameters, path, open)
            return (mark, Self.text(answer, form))
        }
        var headers = HTTPFields()
        headers[.eTag] = Self.tag(mark, form)
        headers[.cacheControl] = "private, no-cache"
        headers[.vary] = "Accept, Authorization"
        headers[.ledgerHead] = "\(mark.size)"
        headers[.ledgerLag] = "\(service.keeper.current.lag)"
        guard let body else { return Response(status: .notModified, headers: headers) }
        headers[.contentType] = form.contentType
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
    }

    /// The forms of an answer.
    private enum Form {
        case json
        case csv

        var contentType: String {
            switch self {
            case .json: "application/json"
            case .csv: "text/csv; charset=utf-8"
            }
        }
    }

    /// The form that is asked for: by a parameter, or by what is accepted.
    private static func form(
        _ endpoint: Endpoint, _ request: Request, _ parameters: Parameters
    ) throws(Problem) -> Form {
        if let format = parameters.text("format") { return format == "csv" ? .csv : .json }
        guard let accept = request.headers[.accept] else { return .json }
        let types = accept.split(separator: ",").map {
            $0.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
        }
        for type in types {
            switch type {
            case "*/*", "application/*", "application/json": return .json
            case "text/csv" where endpoint.hasCSV, "text/*" where endpoint.hasCSV: return .csv
            default: continue
            }
        }
        throw Problem(
            .notAcceptable, "form.unknown",
            "the answer can be had as application/json" + (endpoint.hasCSV ? " or text/csv" : ""))
    }

    private static func text(_ answer: Answer, _ form: Form) -> String {
        guard form == .csv, let csv = answer.csv else { return answer.json }
        return CSVWriter(guardsFormulas: true, escapesControls: false)
            .document(header: csv.header, rows: csv.rows)
    }

    /// The tag of an answer: it changes whenever an answer may. Whoever may see everything sees the
    /// same.
    private static func tag(_ mark: OpenLedger.Mark, _ form: Form) -> String {
        "\"\(mark.size)-\(mark.generation)-\(form)\""
    }

    private static func matches(_ known: String, _ tag: String) -> Bool {
        known == "*"
            || known.split(separator: ",").contains { candidate in
                let text = candidate.filter { $0 != " " }
                return text == tag || text == "W/" + tag
            }
    }

    // MARK: - Acts

    private func perform(
        _ act: @escaping @Sendable (ActBody, [String: String], OpenLedger) throws -> JSONValue,
        _ endpoint: Endpoint, _ request: Request, _ path: [String: String]
    ) async throws -> Response {
        let bytes = try await request.collected(upTo: ActBody.bytesMax)
        let body = try ActBody(
            bytes, fields: endpoint.body, fence: try Self.fence(request))
        let open = service.open
        let answer = try await service.acts.run { try act(body, path, open) }
        service.keeper.signal()
        return Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: ResponseBody(
                byteBuffer: ByteBuffer(string: answer.serialized(pretty: true) + "\n"))
        )
    }

    /// The position that whoever acts has looked at.
    private static func fence(_ request: Request) throws(Problem) -> Position? {
        guard let text = request.headers[.ifMatch], text != "*" else { return nil }
        // The tag of an answer begins with the position it was given at.
        let digits = text.drop { $0 == "\"" }.prefix { $0.isNumber }
        guard let position = Position(digits) else {
            throw Problem(
                .badRequest, "fence.invalid",
                "If-Match takes the ETag of an answer, or its position in quotes")
        }
        return position
    }
}

extension HTTPField.Name {
    /// The size of the log when the answer was given.
    static let ledgerHead = HTTPField.Name("Nps-Ledger-Head")!
    /// Events that the projections had still to fold.
    static let ledgerLag = HTTPField.Name("Nps-Ledger-Lag")!
}

extension Response {
    /// The same for a request that wants no body.
    fileprivate var withoutBody: Response {
        var headers = headers
        if let length = body.contentLength { headers[.contentLength] = "\(length)" }
        return Response(status: status, headers: headers)
    }
}

extension Request {
    /// The body, as it was sent.
    ///
    /// - Throws: `Problem` 413 where it is longer than that.
    func collected(upTo limit: Int) async throws -> [UInt8] {
        if let length = headers[.contentLength].flatMap({ Int($0) }), length > limit {
            throw Problem.tooLong(limit)
        }
        var bytes: [UInt8] = []
        for try await part in body {
            bytes.append(contentsOf: part.readableBytesView)
            guard bytes.count <= limit else { throw Problem.tooLong(limit) }
        }
        return bytes
    }
}

extension Problem {
    static func tooLong(_ limit: Int) -> Problem {
        Problem(.contentTooLarge, "body.too-long", "the body may have \(limit) bytes at most")
    }
}
