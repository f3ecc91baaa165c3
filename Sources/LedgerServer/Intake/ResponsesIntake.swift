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
        let sent = try read(body, call.request.headers[.contentType], call.service)
        return Response(
            reply(
                try await record(
                    sent, atomic: call.parameters.flag("atomic"), actor: ActBody.administrator,
                    call.service)))
    }

    /// Reads what was sent.
    static func read(
        _ body: [UInt8], _ type: String?, _ service: LedgerService
    ) throws -> SentResponses {
        try service.responseReader.read(body, isLines: isLines(type))
    }

    static func reply(_ answer: IntakeAnswer) -> Reply {
        Reply(
            answer.isNothingTaken ? .unprocessableContent : .ok, [.contentType: "application/json"],
            answer.json.serialized() + "\n")
    }

    /// Has what one source has sent recorded, and returns.
    static func submit(
        _ part: SentResponses.Group, atomic: Bool, actor: Actor, _ service: LedgerService,
        _ completion: @escaping @Sendable (Result<IntakeAnswer, any Error>) -> Void
    ) {
        let request = IntakeRequest(
            source: part.source, actor: actor, rows: part.rows, isAtomic: atomic)
        service.intake.submit(request) { outcome in
            let answer = outcome.map { IntakeAnswer($0) }
            if case .success(let answer) = answer { service.count(answer) }
            completion(answer)
        }
    }

    /// Whether a body has a response a line, by its type.
    private static func isLines(_ type: String?) -> Bool {
        guard let type, type != "application/json" else { return false }
        let words = type.lowercased()
        return ["ndjson", "jsonl", "jsonlines", "json-lines"].contains { words.contains($0) }
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
        _ sent: SentResponses, atomic: Bool, actor: Actor, _ service: LedgerService
    ) async throws -> IntakeAnswer {
        if let part = sent.only {
            return try await withCheckedThrowingContinuation { continuation in
                submit(part, atomic: atomic, actor: actor, service) {
                    continuation.resume(with: $0)
                }
            }
        }
        var conclusions = [RowConclusion?](repeating: nil, count: sent.count)
        for (item, row) in sent.homeless { conclusions[item] = .rejected(nil, row) }
        if atomic {
            guard sent.groups.count + (sent.homeless.isEmpty ? 0 : 1) == 1 else {
                throw Problem(
                    .badRequest, "atomic.sources",
                    "what is recorded all or not at all comes from one source")
            }
        }
        let intake = service.intake
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
        service.count(answer)
        return answer
    }
}
