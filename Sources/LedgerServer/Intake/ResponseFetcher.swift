import AsyncHTTPClient
import Dispatch
import LedgerCore
import NIOCore
import NIOHTTP1
import SurveyDeliveries
import Synchronization

/// Fetches responses that a source only names: SurveyMonkey's, by its API.
final class ResponseFetcher: Sendable {
    private static let secondsMax: Int64 = 20
    private static let bytesMax = 4 << 20

    private let sources: [String: ServiceConfiguration.Fetch]
    private let client: HTTPClient
    /// What surveys look like, which does not change from response to response.
    private let details = Mutex<[String: [UInt8]]>([:])

    init(_ sources: [String: ServiceConfiguration.Fetch]) {
        self.sources = sources
        var configuration = HTTPClient.Configuration()
        // The token is for this address and no other.
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(10)
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func close() { try? client.syncShutdown() }

    /// A response.
    ///
    /// - Throws: `LedgerError` with code `busy` where the source does not give it now.
    func fetch(
        _ source: String, survey: String, response: String
    ) throws -> SurveyMonkeyResponse {
        guard let fetch = sources[source] else {
            throw LedgerError(.notFound, "\(source) is not configured to be fetched from")
        }
        let known = details.withLock { $0[source + "/" + survey] }
        let survey = try Self.checked(survey)
        let told =
            try known ?? get(fetch, "/v3/surveys/\(survey)/details")
        let answer = try get(
            fetch, "/v3/surveys/\(survey)/responses/\(try Self.checked(response))/details")
        do throws(DeliveryFault) {
            let whole = try SurveyMonkeyResponse(details: told, response: answer)
            details.withLock { $0[source + "/" + survey] = told }
            return whole
        } catch {
            throw LedgerError(.busy, "\(source) answered with something else than a response")
        }
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

    /// Asks, and waits on a thread that may.
    private func get(_ fetch: ServiceConfiguration.Fetch, _ path: String) throws -> [UInt8] {
        let done = DispatchSemaphore(value: 0)
        let result = Mutex<Result<[UInt8], any Error>?>(nil)
        let client = client
        Task {
            let outcome: Result<[UInt8], any Error>
            do {
                var request = HTTPClientRequest(url: fetch.address + path)
                request.headers.add(name: "Authorization", value: "Bearer \(fetch.token)")
                request.headers.add(name: "Accept", value: "application/json")
                let response = try await client.execute(request, timeout: .seconds(Self.secondsMax))
                let body = try await response.body.collect(upTo: Self.bytesMax)
                outcome =
                    response.status == .ok
                    ? .success(Array(body.readableBytesView))
                    : .failure(
                        LedgerError(.busy, "the source answered \(response.status.code)"))
            } catch {
                // The error itself may quote what was sent.
                outcome = .failure(LedgerError(.busy, "the source cannot be reached"))
            }
            result.withLock { $0 = outcome }
            done.signal()
        }
        done.wait()
        return try result.withLock { try $0?.get() } ?? []
    }
}
