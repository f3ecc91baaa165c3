import HTTPTypes
import JSON
import LedgerCore
import LedgerQueries
import Logging

/// What is known of a request, for figures and for the log.
struct RequestStory: Sendable {
    let method: HTTPRequest.Method
    /// The address of whoever asks.
    let client: String
    let trace: TraceContext
    let started = ContinuousClock.now
    /// The endpoint that was found, by its path.
    var template = "other"

    init(_ head: HTTPRequest, client: String) {
        method = head.method
        self.client = client
        trace = TraceContext(of: head.headerFields)
    }
}

extension LedgerService {
    /// What comes of a request, told in figures and log, with what every answer has.
    func told(_ result: Result<Reply, any Error>, _ story: RequestStory) -> Reply {
        var reply: Reply
        switch result {
        case .success(let known): reply = known
        case .failure(let error): reply = self.reply(to: error, in: story)
        }
        reply.headers[TraceContext.header] = story.trace.stated
        reply.headers[.date] = HTTPDate.now
        tell(story, status: reply.status.code)
        return reply
    }

    /// Why there is no answer.
    func reply(to error: any Error, in story: RequestStory) -> Reply {
        let problem = Problem(error)
        if problem.status.code >= 500, problem.code == LedgerError.Code.internal.rawValue {
            logger.error(
                "a request failed",
                metadata: ["reason": "\(problem.detail)", "trace": "\(story.trace.trace)"])
        }
        return problem.reply
    }

    /// Counts a request and writes it to the log.
    func tell(_ story: RequestStory, status: Int) {
        let seconds = story.started.duration(to: .now) / .seconds(1)
        observe(story, status: status, seconds: seconds)
        guard logger.logLevel <= .info else { return }
        // What stands in a path or a query may be personal: the endpoint is told, and not what was
        // asked of it.
        logger.info(
            "request",
            metadata: [
                "method": "\(story.method.rawValue)", "path": "\(story.template)",
                "status": "\(status)", "seconds": "\(seconds)", "client": "\(story.client)",
                "trace": "\(story.trace.trace)", "span": "\(story.trace.span)",
                "parent": "\(story.trace.parent ?? "")",
            ])
    }
}
