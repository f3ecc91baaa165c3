import AnswerEncoding
import HTTPTypes
import Hummingbird
import JSON
import LedgerCore
import LedgerOperations
import LedgerQueries
import NIOCore
import NPSLedger
import SurveyImport

/// Responses that are sent: each is answered with what became of it, once that is durable.
enum ResponsesIntake {
    static let post = Endpoint(
        method: .post, path: "/v1/responses",
        summary: "record responses: one, an array, or one a line (application/x-ndjson)",
        parameters: [.flag("atomic", "record all of them, or none")],
        takes: .responses, handler: .call(receive))

    @Sendable
    private static func receive(_ call: Call) async throws -> Response {
        let body = try await body(call)
        let type = call.request.headers[.contentType]?.lowercased() ?? ""
        let isLines = ["ndjson", "jsonl", "jsonlines", "json-lines"].contains { type.contains($0) }
        let reader = ResponseRequestReader(itemsMax: call.service.limits.itemsMax)
        let sent = try reader.read(body, isLines: isLines)
        let answer = try await record(
            sent, atomic: call.parameters.flag("atomic"), actor: ActBody.administrator, call)
        return Response(
            status: answer.isNothingTaken ? .unprocessableContent : .ok,
            headers: [.contentType: "application/json"],
            body: ResponseBody(
                byteBuffer: ByteBuffer(string: answer.json.serialized() + "\n")))
    }

    /// The body, unfolded where it came compressed.
    private static func body(_ call: Call) async throws -> [UInt8] {
        let limit = call.service.limits.bodyBytesMax
        let bytes = try await call.request.collected(upTo: limit)
        switch call.request.headers[.contentEncoding]?.lowercased() {
        case nil, "identity": return bytes
        case "gzip", "x-gzip":
            do throws(GzipBody.Fault) {
                return try GzipBody.inflated(bytes, limit: limit)
            } catch {
                switch error {
                case .tooLong: throw Problem.tooLong(limit)
                case .damaged(let reason): throw Problem(.badRequest, "gzip.damaged", reason)
                }
            }
        default:
            throw Problem(
                .unsupportedMediaType, "encoding.unknown", "a body may be encoded as gzip alone")
        }
    }

    /// Has what was sent recorded, and gives what became of each in the order in which it was sent.
    static func record(
        _ sent: SentResponses, atomic: Bool, actor: Actor, _ call: Call
    ) async throws -> IntakeAnswer {
        var conclusions = [RowConclusion?](repeating: nil, count: sent.count)
        for (item, row) in sent.homeless { conclusions[item] = .rejected(nil, row) }
        if atomic {
            guard sent.groups.count + (sent.homeless.isEmpty ? 0 : 1) == 1 else {
                throw Problem(
                    .badRequest, "atomic.sources",
                    "what is recorded all or not at all comes from one source")
            }
        }
        let intake = call.service.intake
        try await withThrowingTaskGroup(of: ([Int], [RowConclusion]).self) { group in
            for part in sent.groups {
                let request = IntakeRequest(
                    source: part.source, actor: actor, rows: part.rows, isAtomic: atomic)
                group.addTask { (part.items, try await intake.take(request)) }
            }
            for try await (items, outcomes) in group {
                for (item, outcome) in zip(items, outcomes) { conclusions[item] = outcome }
            }
        }
        let answer = IntakeAnswer(conclusions.compactMap(\.self))
        call.service.count(answer)
        return answer
    }
}
