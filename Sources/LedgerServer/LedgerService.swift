import AnswerEncoding
import CoreMetrics
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import LedgerCore
import LedgerOperations
import LedgerQueries
import Logging
import NIOCore
import NPSLedger
import ServiceLifecycle
import SurveyImport
import Synchronization
import Threads
import UnixSignals

/// What a request may be, and how long it may take.
public struct ServiceLimits: Sendable {
    /// Longest body of a request, in bytes, also when it is unfolded.
    public var bodyBytesMax = 8 << 20
    /// Most responses of one request.
    public var itemsMax = ResponseRequestReader.itemsMaxDefault
    /// Connections at once; others wait in the system's queue.
    public var connectionsMax = 2_048
    /// How long a client may take to send a request, in seconds.
    public var requestSeconds = 20
    /// How long a connection may stay open on which nothing is asked, in seconds.
    public var idleSeconds = 75
    /// Events that projections may be behind for the service to be ready.
    public var lagMax: Position = 100_000
    /// Questions that may wait.
    public var questionsWaitingMax = 1_024
    /// Between two signs of life of a stream, in seconds.
    public var heartbeatSeconds = 15

    /// The limits that are meant for one team.
    public init() {}
}

/// One ledger, served: everything that a request needs, for as long as the process runs.
public final class LedgerService: Sendable {
    let open: OpenLedger
    let intake: ResponseIntake
    let desk: DeliveryDesk
    /// Sources that deliver, by name.
    private let delivering: Mutex<[String: ServiceConfiguration.Source]>
    let publicKeys: PublicKeys
    let responseReader: ResponseRequestReader
    /// Whether a proxy in front tells who asks.
    let isBehindProxy: Bool
    /// The receiver's clock, in seconds since 1970.
    let clock: @Sendable () -> Int
    private let fetcher: ResponseFetcher
    let keeper: ProjectionKeeper
    let questions: BlockingThreads
    let acts: BlockingThreads
    /// Where deliveries are sealed, which waits for the vault.
    private let sealing: BlockingThreads
    let limits: ServiceLimits
    let table: EndpointTable
    let logger: Logger
    let metrics = MetricRegistry()
    let streams = StreamRegistry()
    private let token: TokenFile

    /// Opens a ledger to serve it.
    ///
    /// - Parameters:
    ///   - paths: the ledger and its master key.
    ///   - tokenFile: where the administrator's token is, or is written.
    ///   - clock: the receiver's clock, by which signatures are judged; injected so that recorded
    ///     deliveries can be sent again.
    /// - Throws: `LedgerError`.
    public init(
        paths: LedgerPaths, tokenFile: String,
        configuration: ServiceConfiguration = ServiceConfiguration(), logger: Logger,
        clock: @escaping @Sendable () -> Int = { Int(Date().timeIntervalSince1970) }
    ) throws {
        limits = configuration.limits
        responseReader = ResponseRequestReader(itemsMax: limits.itemsMax)
        self.clock = clock
        token = try TokenFile(tokenFile)
        let observer = LoggingObserver(logger)
        open = try OpenLedger(at: paths, observer: observer, threads: 1)
        let keeper = try ProjectionKeeper(open, logger: logger)
        self.keeper = keeper
        intake = try ResponseIntake(into: open) { keeper.signal() }
        let sources = Dictionary(configuration.sources.map { ($0.delivery.name, $0) }) { $1 }
        delivering = Mutex(sources)
        publicKeys = PublicKeys(configuration.publicKeys)
        isBehindProxy = configuration.isBehindProxy
        let fetcher = ResponseFetcher(
            sources.compactMapValues(\.fetch))
        self.fetcher = fetcher
        desk = try DeliveryDesk(
            open, intake: intake, sources: configuration.sources.map(\.delivery),
            fetch: { try fetcher.fetch($0, survey: $1, $2) },
            onCommit: { keeper.signal() })
        let cores = ProcessInfo.processInfo.activeProcessorCount
        questions = try BlockingThreads(
            name: "questions", count: max(2, cores), waitingMax: limits.questionsWaitingMax)
        acts = try BlockingThreads(name: "acts", count: 1, waitingMax: 64)
        sealing = try BlockingThreads(name: "sealing", count: 1, waitingMax: 1_024)
        self.logger = logger
        table = EndpointTable(
            OperationsEndpoints.all + ScoreEndpoints.all + RecordEndpoints.all
                + ActEndpoints.all + HookEndpoints.all + PublicEndpoints.all + [
                    ResponsesIntake.post, StreamEndpoints.stream,
                ])
        collectMetrics()
        streams.follow(keeper)
    }

    /// The sources that deliver, by name.
    var sources: [String: ServiceConfiguration.Source] { delivering.withLock { $0 } }

    /// Takes secrets and public keys from a configuration that was read anew, so that a key is revoked
    /// and a secret changed without a stop. What else is in it holds from the next start on.
    public func reload(_ configuration: ServiceConfiguration) {
        publicKeys.replace(configuration.publicKeys)
        delivering.withLock { sources in
            for source in configuration.sources {
                guard let known = sources[source.delivery.name],
                    known.delivery.scheme == source.delivery.scheme
                else { continue }
                sources[source.delivery.name] = ServiceConfiguration.Source(
                    delivery: known.delivery, verifier: source.verifier, fetch: known.fetch)
            }
        }
        logger.notice(
            "the configuration was read again",
            metadata: ["publicKeys": "\(configuration.publicKeys.map(\.name))"])
    }

    /// Records a delivery; it is looked into later.
    func receive(
        _ body: [UInt8], from source: DeliverySource, identifier: String?, type: String
    ) async throws -> DeliveryReceipt {
        let desk = desk
        let sealed = try await sealing.run {
            try desk.seal(body, from: source, identifier: identifier, type: type)
        }
        return try await desk.receive(sealed)
    }

    /// Has what libraries measure in this process come to this service's figures; once a process.
    public func collectLibraryMetrics() { MetricsSystem.bootstrap(metrics) }

    /// How long requests may take that are answered when it is asked to stop.
    private static let shutdownSeconds = 20

    /// Serves until it is asked to stop, by a signal or by cancellation; then what is being recorded is
    /// finished, and the ledger closed.
    ///
    /// - Parameters:
    ///   - host: an address of this machine alone.
    ///   - port: 0 for any that is free.
    ///   - onReady: called with the address once requests are answered.
    public func serve(
        host: String, port: Int, onReady: @escaping @Sendable (String) -> Void
    ) async throws {
        let limits = limits
        let responder = LedgerResponder(self)
        let logger = logger
        // The first of them sees all requests, also those that are answered before they come to
        // Hummingbird's own.
        var configuration = HTTP1Channel.Configuration(
            additionalChannelHandlers: [
                HTTPConnectionStateHandler(
                    idleTimeout: .seconds(limits.idleSeconds), logger: logger),
                RequestDeadline(seconds: limits.requestSeconds), DirectRequests(responder),
            ])
        configuration.httpDecoder = .init(
            maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100)
        let application = Application(
            responder: responder,
            server: .http1(configuration: configuration),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port), serverName: nil, backlog: 1_024,
                availableConnectionsDelegate: MaximumAvailableConnections(limits.connectionsMax)),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? port
                onReady("http://\(host.contains(":") ? "[\(host)]" : host):\(port)")
            }, logger: logger)
        var groupConfiguration = ServiceGroupConfiguration(
            services: [
                application, StreamUpkeep(streams: streams, seconds: limits.heartbeatSeconds),
                SourcePolling(self, fetcher, logger),
            ],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        groupConfiguration.maximumGracefulShutdownDuration = .seconds(Self.shutdownSeconds)
        let group = ServiceGroup(configuration: groupConfiguration)
        do {
            try await group.run()
        } catch {
            await close()
            throw error
        }
        await close()
    }

    /// Finishes what was begun.
    private func close() async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            // Its threads wait for the disk, which the pool that runs tasks must not.
            let isStarted = Threads.start(name: "closing") { [self] in
                // It hands responses in, and is to find the intake open.
                desk.stop()
                intake.stop()
                fetcher.close()
                acts.stop()
                sealing.stop()
                questions.stop()
                keeper.stop()
                open.close()
                continuation.resume()
            }
            // What is recorded is durable all the same; the process ends.
            if !isStarted { continuation.resume() }
        }
    }

    /// - Throws: `Problem` 401 for a request without the administrator's token.
    func requireAdministrator(_ head: HTTPRequest) throws(Problem) {
        let scheme = "bearer "
        guard let header = head.headerFields[.authorization],
            header.prefix(scheme.count).lowercased() == scheme,
            token.matches(header.dropFirst(scheme.count))
        else {
            var problem = Problem(
                .unauthorized, "token.needed",
                "give the administrator's token: Authorization: Bearer …")
            problem.headers[.wwwAuthenticate] = "Bearer"
            throw problem
        }
    }
}

/// Puts what a ledger has to tell into the service's log.
private struct LoggingObserver: LedgerObserver {
    let logger: Logger

    init(_ logger: Logger) { self.logger = logger }

    func notice(_ notice: Notice) {
        logger.notice("\(notice)")
    }

    func begin(_ work: Work) -> any WorkProgress { SilentObserver().begin(work) }
}

/// Shows that streams live, and ends them when the service stops: they would go on for ever.
private struct StreamUpkeep: Service {
    let streams: StreamRegistry
    let seconds: Int

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: .seconds(seconds))
                streams.wakeAll()
            }
        }
        streams.endAll()
    }
}
