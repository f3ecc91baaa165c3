import ArgumentParser
import AsyncHTTPClient
import Foundation
import JSON
import NIOCore
import NIOHTTP1
import Synchronization

/// Sends responses to a service, as lines of standard input come in.
struct PostCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "post",
        abstract: "Send responses, one JSON object a line, to a service's POST /v1/responses.",
        discussion: """
            What the service is too busy for is sent again: a response is recorded once, however \
            often it comes. At the end one line of JSON says what became of all.

            EXAMPLE
              npsledger-endpoint post --url http://127.0.0.1:8080 --token-file token < lines
            """)

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The service; /v1/responses is put behind it.", valueName: "url"))
    var url: String

    @Option(
        name: .long, help: ArgumentHelp("Holds the token that is sent.", valueName: "file"),
        completion: .file())
    var tokenFile: String

    @Option(
        name: .long,
        help: ArgumentHelp("Responses a second; as many as are taken, else.", valueName: "n"))
    var rate: Int?

    @Option(name: .long, help: ArgumentHelp("Responses of one request.", valueName: "n"))
    var batch = 50

    @Option(
        name: .long,
        help: ArgumentHelp("Requests that may be under way at once.", valueName: "n"))
    var connections = 4

    @Flag(name: .long, help: "Allow http without encryption to other machines than this one.")
    var allowPlain = false

    func validate() throws {
        let ranges: [(String, Int, ClosedRange<Int>)] = [
            ("rate", rate ?? 1, 1...1_000_000), ("batch", batch, 1...10_000),
            ("connections", connections, 1...256),
        ]
        for (name, value, range) in ranges where !range.contains(value) {
            throw ValidationError("--\(name) is from \(range.lowerBound) to \(range.upperBound).")
        }
    }

    func run() async throws {
        let recipient = Recipient(address: try address(), token: try token())
        defer { recipient.close() }
        let begin = ContinuousClock.now
        let totals = await send(to: recipient, from: begin)
        let seconds = (ContinuousClock.now - begin) / .seconds(1)
        var members = totals.outcomes.sorted { $0.key < $1.key }
            .map { ($0.key, JSONValue.integer($0.value)) }
        members += [
            ("sent", .integer(totals.sent)), ("failed", .integer(totals.failed)),
            ("seconds", .number((seconds * 1000).rounded() / 1000)),
        ]
        StandardOutput.write(JSONValue.object(members).serialized() + "\n")
        if let problem = totals.problem { EndpointCommand.end(74, problem) }
    }

    /// Reads lines, and sends them in batches no faster than was asked for.
    private func send(to recipient: Recipient, from begin: ContinuousClock.Instant) async -> Totals
    {
        // A second's worth at a time at most, so that a slow rate is a steady one.
        let size = min(batch, max(1, (rate ?? .max) / 20))
        return await withTaskGroup(of: Totals.self) { group in
            var (totals, underWay, sent) = (Totals(), 0, 0)
            var body: [UInt8] = []
            var count = 0
            func sendBody() async {
                guard count > 0, totals.problem == nil else { return }
                if let rate {
                    try? await Task.sleep(
                        until: begin + .seconds(Double(sent) / Double(rate)), clock: .continuous)
                }
                if underWay == connections, let one = await group.next() {
                    totals.add(one)
                    underWay -= 1
                }
                underWay += 1
                sent += count
                let (lines, number) = (body, count)
                group.addTask { await recipient.send(lines, count: number) }
                (body, count) = ([], 0)
            }
            for await line in StandardInput.lines() {
                if totals.problem != nil { break }
                if line.isEmpty { continue }
                body += line + [10]
                count += 1
                if count == size { await sendBody() }
            }
            await sendBody()
            for await one in group { totals.add(one) }
            return totals
        }
    }

    private func address() throws -> String {
        let parts: URLComponents
        do {
            parts = try EndpointAddress.parts(
                of: url, allowsPlain: allowPlain, keyOption: "--token-file")
        } catch {
            EndpointCommand.end(error.status, error.message)
        }
        var whole = parts
        while whole.path.hasSuffix("/") { whole.path.removeLast() }
        if !whole.path.hasSuffix("/v1/responses") { whole.path += "/v1/responses" }
        return whole.string ?? url
    }

    private func token() throws -> String {
        guard let data = FileManager.default.contents(atPath: tokenFile),
            let text = String(data: data, encoding: .utf8)?
                .trimmingCharacters(in: .whitespacesAndNewlines),
            !text.isEmpty, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { EndpointCommand.end(66, "\(tokenFile) holds no token, or cannot be read") }
        return text
    }
}

/// What became of responses that were sent.
private struct Totals: Sendable {
    var sent = 0
    /// By what the service calls it.
    var outcomes: [String: Int] = [:]
    /// Of which the service said nothing.
    var failed = 0
    /// Why no more is sent.
    var problem: String?

    mutating func add(_ other: Totals) {
        sent += other.sent
        failed += other.failed
        outcomes.merge(other.outcomes, uniquingKeysWith: +)
        problem = problem ?? other.problem
    }
}

/// The service that responses are sent to.
private struct Recipient: Sendable {
    /// How often a request is sent again that the service was too busy for, or did not answer.
    static let attemptsMax = 60
    static let waitSecondsMax = 30.0
    private static let replyBytesMax = 16 << 20

    let address: String
    let token: String
    private let client: HTTPClient

    init(address: String, token: String) {
        self.address = address
        self.token = token
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(10)
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func close() { try? client.syncShutdown() }

    /// Sends lines until the service has answered.
    func send(_ lines: [UInt8], count: Int) async -> Totals {
        var problem = ""
        for attempt in 0..<Self.attemptsMax {
            var wait = min(Self.waitSecondsMax, 0.1 * Double(1 << min(attempt, 9)))
            var request = HTTPClientRequest(url: address)
            request.method = .POST
            request.headers.add(name: "Content-Type", value: "application/x-ndjson")
            request.headers.add(name: "Accept", value: "application/json")
            request.headers.add(name: "User-Agent", value: "npsledger-endpoint")
            request.headers.add(name: "Authorization", value: "Bearer \(token)")
            request.body = .bytes(ByteBuffer(bytes: lines))
            do {
                let response = try await client.execute(request, timeout: .seconds(60))
                let body = try await response.body.collect(upTo: Self.replyBytesMax)
                let bytes = [UInt8](body.readableBytesView)
                switch response.status.code {
                case 200, 422:
                    if let totals = Self.totals(bytes, count) { return totals }
                    problem = "the service answered with something else than what became of them"
                    return Totals(sent: count, failed: count, problem: problem)
                case 408, 425, 429, 500..<600:
                    problem = "the service answered \(response.status.code)"
                    wait = max(
                        wait, Endpoint.wait(response.headers.first(name: "Retry-After")) ?? 0)
                default:
                    problem = "the service answered \(response.status.code): " + Self.detail(bytes)
                    return Totals(sent: count, failed: count, problem: problem)
                }
            } catch {
                problem = "the service cannot be reached, or broke off"
            }
            try? await Task.sleep(for: .seconds(min(wait, Self.waitSecondsMax)))
        }
        return Totals(sent: count, failed: count, problem: problem)
    }

    private static func totals(_ bytes: [UInt8], _ count: Int) -> Totals? {
        guard let tree = try? JSONTree(parsing: bytes), case .object(let members) = tree.value,
            let totals = members.first(where: { $0.name == "totals" })?.value,
            case .object(let outcomes) = totals.value
        else { return nil }
        var told = Totals(sent: count)
        for outcome in outcomes {
            guard case .number(let text) = outcome.value.value, let number = Int(text) else {
                return nil
            }
            told.outcomes[outcome.name] = number
        }
        return told
    }

    /// What a service says is wrong, without what could steer a terminal.
    private static func detail(_ bytes: [UInt8]) -> String {
        guard let tree = try? JSONTree(parsing: bytes), case .object(let members) = tree.value,
            case .string(let text)? = members.first(where: { $0.name == "detail" })?.value.value
        else { return "and no reason" }
        return String(text.filter { !$0.isNewline && ($0.isASCII || $0.isLetter) }.prefix(300))
    }
}
