import AnswerEncoding
import HTTPTypes
import Hummingbird
import JSON
import LedgerCore
import LedgerQueries
import NIOCore

/// Answers that go on: server-sent events (WHATWG HTML, 9.2).
enum StreamEndpoints {
    private enum Topic: String, CaseIterable {
        /// The answer of /v1/nps, anew whenever something was recorded.
        case score
        /// Each act, as it is recorded.
        case audit
    }

    static let stream = Endpoint(
        method: .get, path: "/v1/stream",
        summary: "server-sent events: a score as it changes, or acts as they are recorded",
        parameters: [.choice("topic", Topic.self, "what is told")] + .selection + .lens + .per,
        answers: "text/event-stream", handler: .call(open))

    /// Events of one look; a client that was away for long gets the rest with the next.
    private static let eventsMax = 1_000
    /// Between two events of a score: whoever looks at one cannot read faster.
    private static let scoreMilliseconds = 100

    /// What a look brings.
    private struct News {
        var text = ""
        /// What it goes on from.
        var position: Position
        var mark: OpenLedger.Mark?
        /// Whether there may be more already.
        var isCut = false
    }

    @Sendable
    private static func open(_ call: Call) async throws -> Response {
        let topic: Topic = call.parameters.choice("topic", .score)
        let request = topic == .score ? try ScoreEndpoints.scoreRequest(call.parameters) : nil
        let from = try start(call.request)
        let service = call.service
        let open = service.open
        // What is wrong with the question is told before the stream begins.
        let first = try await service.questions.run {
            if let request { _ = try open.score(request) }
            return try open.mark().size
        }
        guard let (number, wakes) = service.streams.begin() else {
            throw Problem(LedgerError(.busy, "there are too many streams: ask again later"))
        }
        let question = call.request.head.path ?? ""
        let heartbeat = Duration.seconds(service.limits.heartbeatSeconds)
        let body = ResponseBody { writer in
            defer { service.streams.end(number) }
            var news = News(position: from ?? first)
            var written = ContinuousClock.now
            try await writer.write(ByteBuffer(string: "retry: 2000\n\n"))
            for await _ in wakes {
                repeat {
                    let last = news
                    news = try await service.questions.run {
                        try request.map {
                            try score($0, question, since: last, open, service.streams)
                        } ?? acts(since: last, open)
                    }
                    if !news.text.isEmpty {
                        try await writer.write(ByteBuffer(string: news.text))
                        written = .now
                    }
                } while news.isCut
                if written.duration(to: .now) >= heartbeat {
                    try await writer.write(ByteBuffer(string: ": \n\n"))
                    written = .now
                }
                if request != nil { try await Task.sleep(for: .milliseconds(scoreMilliseconds)) }
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/event-stream", .cacheControl: "no-store",
                HTTPField.Name("X-Accel-Buffering")!: "no",
            ], body: body)
    }

    /// Where a client goes on that was cut off.
    private static func start(_ request: Request) throws(Problem) -> Position? {
        guard let text = request.headers[HTTPField.Name("Last-Event-ID")!], !text.isEmpty else {
            return nil
        }
        guard let position = Position(text), position < .max else {
            throw Problem(.badRequest, "event.unknown", "Last-Event-ID is the id of an event")
        }
        return position + 1
    }

    private static func score(
        _ request: ScoreRequest, _ question: String, since last: News, _ open: OpenLedger,
        _ streams: StreamRegistry
    ) throws -> News {
        let mark = try open.mark()
        guard mark != last.mark else {
            var news = last
            news.text = ""
            return news
        }
        let text = try streams.answer(question, at: mark) {
            try open.score(request).json.serialized()
        }
        return News(
            text: event("score", id: mark.size, text), position: mark.size, mark: mark)
    }

    private static func acts(since last: News, _ open: OpenLedger) throws -> News {
        var news = News(position: last.position)
        var count = 0
        let end = try open.mark().size
        try open.tail(TailRequest(from: last.position, names: EventName.acts)) { logged in
            news.text += event(logged.name.rawValue, id: logged.position, logged.json.serialized())
            news.position = logged.position + 1
            count += 1
            return count < eventsMax
        }
        news.isCut = count == eventsMax
        if !news.isCut { news.position = max(news.position, end) }
        return news
    }

    private static func event(_ name: String, id: Position, _ data: String) -> String {
        "id: \(id)\nevent: \(name)\ndata: \(data)\n\n"
    }
}
