import AsyncHTTPClient
import Dispatch
import JSON
import LedgerCore
import LedgerOperations
import NIOCore
import NIOHTTP1
import SurveyDeliveries
import Synchronization

/// Fetches what a source only names, or has not told at all: SurveyMonkey's responses, by its API.
final class ResponseFetcher: Sendable {
    private static let secondsMax: Int64 = 20
    private static let bytesMax = 16 << 20
    /// Before each further attempt, in seconds.
    private static let retryWaits = [1, 4]
    /// The longest pause that a source may ask for, in seconds.
    private static let pauseMax = 60
    /// How long a survey is taken to look as it did, in seconds.
    private static let detailsSeconds = 600.0
    /// Responses of one page: the most that the API gives.
    private static let pageItems = 100

    private let sources: [String: ServiceConfiguration.Fetch]
    private let client: HTTPClient
    private let details = Mutex<[String: (document: [UInt8], fetchedAt: DispatchTime)]>([:])

    init(_ sources: [String: ServiceConfiguration.Fetch]) {
        self.sources = sources
        var configuration = HTTPClient.Configuration()
        // The token is for this address and no other.
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(10)
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func close() { try? client.syncShutdown() }

    /// A response, put together with what its survey looks like. Waits on a thread that may.
    ///
    /// - Throws: `LedgerError` with code `busy` where the source does not give it now.
    func fetch(
        _ source: String, survey: String, _ wanted: FetchedResponse
    ) throws -> SurveyMonkeyResponse {
        let done = DispatchSemaphore(value: 0)
        let result = Mutex<Result<SurveyMonkeyResponse, any Error>?>(nil)
        Task {
            let outcome: Result<SurveyMonkeyResponse, any Error>
            do {
                outcome = .success(try await whole(source, survey, wanted))
            } catch {
                outcome = .failure(error)
            }
            result.withLock { $0 = outcome }
            done.signal()
        }
        done.wait()
        guard let response = try result.withLock({ try $0?.get() }) else {
            throw LedgerError(.busy, "\(source) has not answered")
        }
        return response
    }

    private func whole(
        _ source: String, _ survey: String, _ wanted: FetchedResponse
    ) async throws -> SurveyMonkeyResponse {
        guard let fetch = sources[source] else {
            throw LedgerError(.notFound, "\(source) is not configured to be fetched from")
        }
        let survey = try Self.checked(survey)
        // Asked once: who maps deliveries has others to map, and asks again later.
        let details = try await details(of: survey, source, fetch)
        let response: [UInt8]
        switch wanted {
        case .named(let id):
            response = try await once(
                fetch, "/v3/surveys/\(survey)/responses/\(try Self.checked(id))/details")
        case .known(let document): response = document
        }
        do throws(DeliveryFault) {
            return try SurveyMonkeyResponse(details: details, response: response)
        } catch {
            throw LedgerError(.busy, "\(source) answered with something else than a response")
        }
    }

    private func details(
        of survey: String, _ source: String, _ fetch: ServiceConfiguration.Fetch
    ) async throws -> [UInt8] {
        let key = source + "/" + survey
        if let known = details.withLock({ $0[key] }),
            DispatchTime.now().uptimeNanoseconds - known.fetchedAt.uptimeNanoseconds
                < UInt64(Self.detailsSeconds * 1e9)
        {
            return known.document
        }
        let document = try await once(fetch, "/v3/surveys/\(survey)/details")
        details.withLock { $0[key] = (document, .now()) }
        return document
    }

    /// One page of a survey's responses, those changed first coming first.
    ///
    /// - Parameter since: the time of the change to begin with, as the source wrote it; nil for all.
    /// - Throws: `LedgerError` with code `busy` where the source does not give it now.
    func page(
        _ number: Int, of survey: String, _ source: String, since: String?
    ) async throws -> (responses: [JSONTree], isLast: Bool) {
        guard let fetch = sources[source] else { return ([], true) }
        var path =
            "/v3/surveys/\(try Self.checked(survey))/responses/bulk?sort_by=date_modified"
            + "&sort_order=ASC&per_page=\(Self.pageItems)&page=\(number)"
        if let since { path += "&start_modified_at=" + Self.encoded(since) }
        let body = try await get(fetch, path)
        guard let page = try? JSONTree(parsing: body),
            case .array(let items)? = page.member("data")?.value
        else {
            throw LedgerError(.busy, "\(source) answered with something else than responses")
        }
        return (items, page["links.next"] == nil || items.isEmpty)
    }

    private static func encoded(_ time: String) -> String {
        time.utf8.map { byte in
            let isPlain =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || byte == 0x2D
                || byte == 0x3A || byte == 0x2E
            return isPlain
                ? String(UnicodeScalar(byte)) : "%" + String(byte, radix: 16, uppercase: true)
        }.joined()
    }

    /// An id as it may stand in a path: what a delivery says is not believed to be one.
    private static func checked(_ id: String) throws(LedgerError) -> String {
        guard (1...64).contains(id.utf8.count),
            id.utf8.allSatisfy({ byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                    || (0x61...0x7A).contains(byte) || byte == 0x2D || byte == 0x5F
            })
        else { throw LedgerError(.invalid, "a delivery names something that is no id") }
        return id
    }

    // MARK: - Asking

    /// Asks, and asks again where the source is busy or cannot be reached.
    private func get(_ fetch: ServiceConfiguration.Fetch, _ path: String) async throws -> [UInt8] {
        var waits = Self.retryWaits.makeIterator()
        while true {
            do {
                return try await attempt(fetch, path)
            } catch let error as Refusal {
                guard error.isPassing, let wait = waits.next() else {
                    throw LedgerError(.busy, error.reason)
                }
                let seconds = min(error.pause ?? wait, Self.pauseMax)
                try await Task.sleep(for: .seconds(seconds))
            }
        }
    }

    private func once(_ fetch: ServiceConfiguration.Fetch, _ path: String) async throws -> [UInt8] {
        do {
            return try await attempt(fetch, path)
        } catch let error as Refusal {
            throw LedgerError(.busy, error.reason)
        }
    }

    /// Why a source gave nothing.
    private struct Refusal: Error {
        let reason: String
        var isPassing = true
        /// How long the source asks to wait, in seconds.
        var pause: Int?
    }

    private func attempt(
        _ fetch: ServiceConfiguration.Fetch, _ path: String
    ) async throws -> [UInt8] {
        var request = HTTPClientRequest(url: fetch.address + path)
        request.headers.add(name: "Authorization", value: "Bearer \(fetch.token)")
        request.headers.add(name: "Accept", value: "application/json")
        let response: HTTPClientResponse
        let body: ByteBuffer
        do {
            response = try await client.execute(request, timeout: .seconds(Self.secondsMax))
            body = try await response.body.collect(upTo: Self.bytesMax)
        } catch {
            // The error itself may quote what was sent.
            throw Refusal(reason: "the source cannot be reached")
        }
        let status = response.status.code
        guard response.status == .ok else {
            throw Refusal(
                reason: "the source answered \(status)",
                isPassing: status == 429 || status >= 500,
                pause: response.headers.first(name: "Retry-After").flatMap { Int($0) })
        }
        return Array(body.readableBytesView)
    }
}
