import JSON
import LedgerCore
import LedgerOperations
import LedgerQueries
import Logging
import ServiceLifecycle
import SurveyDeliveries

/// Asks sources for the responses that they have not delivered, as often as is configured.
///
/// Each response becomes a delivery like any other, with the source's id and time of change as its
/// identifier. Where the next question begins follows from what is durable: the cursor is in the
/// ledger, and a stop between two pages loses nothing and repeats nothing.
struct SourcePolling: Service {
    /// What is asked of one source.
    private struct Poll: Sendable {
        let delivery: DeliverySource
        let survey: String
        let seconds: Int
    }

    private static let prefix = "fetched:"

    private let service: LedgerService
    private let fetcher: ResponseFetcher
    private let logger: Logger

    init(_ service: LedgerService, _ fetcher: ResponseFetcher, _ logger: Logger) {
        self.service = service
        self.fetcher = fetcher
        self.logger = logger
    }

    func run() async throws {
        let polls = service.sources.values.flatMap { source in
            (source.fetch?.surveys ?? []).map { survey in
                Poll(
                    delivery: source.delivery, survey: survey,
                    seconds: source.fetch?.everySeconds ?? 300)
            }
        }
        try? await cancelWhenGracefulShutdown {
            await withTaskGroup { group in
                for poll in polls { group.addTask { await follow(poll) } }
            }
            // A service that ends would end the others.
            while true { try await Task.sleep(for: .seconds(86_400)) }
        }
    }

    private func follow(_ poll: Poll) async {
        while !Task.isCancelled {
            do {
                let count = try await fetch(poll)
                if count > 0 {
                    logger.notice(
                        "responses were fetched",
                        metadata: ["hook": "\(poll.delivery.name)", "count": "\(count)"])
                }
            } catch {
                if Task.isCancelled { return }
                logger.warning(
                    "responses cannot be fetched",
                    metadata: [
                        "hook": "\(poll.delivery.name)",
                        "reason": "\(LedgerError(anything: error).message)",
                    ])
            }
            do { try await Task.sleep(for: .seconds(poll.seconds)) } catch { return }
        }
    }

    /// Fetches what has changed since, and says how much was new.
    private func fetch(_ poll: Poll) async throws -> Int {
        let since = try await cursor(of: poll)
        var (number, count) = (1, 0)
        while true {
            let page = try await fetcher.page(
                number, of: poll.survey, poll.delivery.name, since: since)
            for response in page.responses {
                guard let id = response.text("id"), let changed = response.text("date_modified")
                else { continue }
                let receipt = try await service.receive(
                    Array(response.json.serialized().utf8), from: poll.delivery,
                    identifier: identifier(poll.survey, id, changed), type: "application/json")
                if receipt.isNew { count += 1 }
            }
            if page.isLast { return count }
            number += 1
        }
    }

    private func identifier(_ survey: String, _ id: String, _ changed: String) -> String {
        "\(Self.prefix)\(survey):\(id):\(changed)"
    }

    /// The newest time of change of what was fetched; nil where nothing was.
    private func cursor(of poll: Poll) async throws -> String? {
        let start = "\(Self.prefix)\(poll.survey):"
        let hook = poll.delivery.name
        let open = service.open
        return try await service.acts.run {
            try open.deliveryIdentifiers(of: hook, startingWith: start)
                .compactMap { identifier in
                    identifier.dropFirst(start.count).split(separator: ":", maxSplits: 1).last
                        .map { String($0) }
                }.max()
        }
    }
}
