import HTTPTypes
import Hummingbird
import JSON
import LedgerCore
import LedgerOperations
import LedgerQueries
import NIOCore

/// What tells how the service is.
enum OperationsEndpoints {
    static let all = [health, readiness, metrics, document]

    private static let health = Endpoint(
        method: .get, path: "/healthz", summary: "whether the process answers", access: .anybody,
        handler: .call { _ in json(.ok, ["status": "ok"]) })

    private static let readiness = Endpoint(
        method: .get, path: "/readyz",
        summary: "whether the log can be read, written to, and the projections are current",
        access: .anybody,
        handler: .call { call in
            let service = call.service
            let (standing, intake) = (service.keeper.current, service.intake.standing)
            let open = service.open
            let size = try await service.questions.run { try open.mark().size }
            let lag = size - min(standing.folded, size)
            var problems: [JSONValue] = []
            if let problem = standing.problem { problems.append(.string(problem)) }
            if lag > service.limits.lagMax {
                problems.append(.string("the projections are \(lag) events behind"))
            }
            if let refusal = intake.refusal { problems.append(.string(refusal.message)) }
            let body: JSONValue = [
                "status": .string(problems.isEmpty ? "ready" : "not ready"),
                "head": .integer(size), "lag": .integer(lag),
                "waiting": .integer(intake.waiting), "unread": .integer(intake.unread),
                "deliveriesWaiting": .integer(service.desk.waiting),
                "deadLetters": .integer(service.desk.tally.deadLetters),
                "unsignedHooks": .array(
                    service.sources.values.filter { $0.verifier == nil }
                        .map(\.delivery.name).sorted().map { .string($0) }),
                "problems": .array(problems),
            ]
            return json(problems.isEmpty ? .ok : .serviceUnavailable, body)
        })

    private static let metrics = Endpoint(
        method: .get, path: "/metrics", summary: "figures for Prometheus",
        answers: "text/plain; version=0.0.4; charset=utf-8",
        handler: .call { call in
            Response(
                status: .ok,
                headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: ResponseBody(
                    byteBuffer: ByteBuffer(string: call.service.metrics.rendered())))
        })

    private static let document = Endpoint(
        method: .get, path: "/openapi.json", summary: "this API, described",
        handler: .call { call in
            let text = OpenAPIDocument(call.service.table.endpoints).json.serialized(pretty: true)
            return Response(
                status: .ok, headers: [.contentType: "application/json"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: text + "\n")))
        })

    static func json(_ status: HTTPResponse.Status, _ body: JSONValue) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: body.serialized() + "\n")))
    }
}
