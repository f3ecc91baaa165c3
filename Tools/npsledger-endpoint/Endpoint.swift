import AsyncHTTPClient
import ExternalModels
import Foundation
import NIOCore
import NIOHTTP1

/// Asks one endpoint.
struct Endpoint: Sendable {
    /// First wait before a text is asked again; each further one is twice as long.
    static let firstWaitSeconds = 0.5
    /// Longest wait of this program's own.
    static let waitSecondsMax = 30.0
    /// Longest wait that an endpoint is granted; beyond it the text counts as not classified.
    static let grantedSecondsMax = 120.0

    let address: String
    let key: String?
    let question: Question
    let timeoutSeconds: Int
    let retries: Int
    let requests: RequestAllowance
    private let client: HTTPClient

    init(
        address: String, key: String?, question: Question, timeoutSeconds: Int, retries: Int,
        requests: RequestAllowance
    ) {
        self.address = address
        self.key = key
        self.question = question
        self.timeoutSeconds = timeoutSeconds
        self.retries = retries
        self.requests = requests
        var configuration = HTTPClient.Configuration()
        // The text and the key are for this address and no other. Certificates are verified, as is
        // usual with this client.
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(10)
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func close() { try? client.syncShutdown() }

    /// What the endpoint's model reads in a text, asked as often as is allowed.
    func answer(to text: String) async -> Result<ExternalAnswer, EndpointFailure> {
        let body = question.body(about: text)
        var attempt = 0
        while true {
            guard requests.take() else {
                return .failure(.never("the requests of this process are used up (--max-requests)"))
            }
            let result = await askInTime(body)
            guard case .failure(let failure) = result, failure.isPassing, attempt < retries else {
                return result
            }
            let own = min(
                Self.waitSecondsMax, Self.firstWaitSeconds * Double(1 << attempt))
            // Requests that were turned away together should not come back together.
            let wait = max(failure.waitSeconds ?? 0, own * Double.random(in: 0.75...1.25))
            guard wait <= Self.grantedSecondsMax else { return result }
            try? await Task.sleep(for: .seconds(wait))
            attempt += 1
        }
    }

    /// The client's own limit ends with the first bytes: a body that trickles has to end too.
    private func askInTime(_ body: [UInt8]) async -> Result<ExternalAnswer, EndpointFailure> {
        await withTaskGroup(of: Result<ExternalAnswer, EndpointFailure>?.self) { group in
            group.addTask { await ask(body) }
            group.addTask {
                // Cut short where the answer is there first.
                try? await Task.sleep(for: .seconds(timeoutSeconds))
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first ?? .failure(late)
        }
    }

    private var late: EndpointFailure {
        .again("the endpoint did not answer within \(timeoutSeconds) s")
    }

    private func ask(_ body: [UInt8]) async -> Result<ExternalAnswer, EndpointFailure> {
        var request = HTTPClientRequest(url: address)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "Accept", value: "application/json")
        request.headers.add(name: "User-Agent", value: "npsledger-endpoint")
        if let key { request.headers.add(name: "Authorization", value: "Bearer \(key)") }
        request.body = .bytes(ByteBuffer(bytes: body))
        do {
            let response = try await client.execute(
                request, timeout: .seconds(Int64(timeoutSeconds) + 1))
            let collected = try await response.body.collect(upTo: Reply.bytesMax)
            let bytes = [UInt8](collected.readableBytesView)
            guard response.status != .ok else { return Reply.answer(in: bytes) }
            let words = Reply.failure(status: response.status.code, body: bytes)
            switch response.status.code {
            case 408, 409, 425, 429, 500..<600:
                return .failure(
                    .again(words, after: Self.wait(response.headers.first(name: "Retry-After"))))
            default: return .failure(.never(words))
            }
        } catch let error as HTTPClientError where Self.timeouts.contains(error) {
            return .failure(late)
        } catch is NIOTooManyBytesError {
            return .failure(.again("the endpoint answered with more than \(Reply.bytesMax) bytes"))
        } catch let error as HTTPClientError {
            return .failure(.again("the request failed: \(Self.plain(error.shortDescription))"))
        } catch {
            // The error itself may quote what was sent.
            return .failure(.again("the endpoint cannot be reached, or broke off"))
        }
    }

    private static let timeouts: [HTTPClientError] = [
        .connectTimeout, .readTimeout, .writeTimeout, .deadlineExceeded,
        .getConnectionFromPoolTimeout, .tlsHandshakeTimeout,
    ]

    private static func plain(_ words: String) -> String {
        String(words.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == " ") }.prefix(80))
    }

    /// The wait that a header asks for: seconds, or a time.
    static func wait(_ header: String?, now: Date = Date()) -> Double? {
        guard let header = header?.trimmingCharacters(in: .whitespaces) else { return nil }
        if let seconds = Int(header) { return Double(max(0, seconds)) }
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "GMT")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        return format.date(from: header).map { max(0, $0.timeIntervalSince(now)) }
    }
}
