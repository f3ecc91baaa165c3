import ArgumentParser
import Dispatch
import Foundation
import Glibc
import LedgerCore
import LedgerQueries
import LedgerServer
import Logging
import NPSLedger

/// `serve`: answers requests until it is told to stop.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve a ledger over HTTP, to this machine.",
        usage: "npsledgerd serve --ledger DIR --listen 127.0.0.1:PORT --token-file FILE",
        discussion: """
            Every request but those for /healthz and /readyz gives the administrator's token, which \
            is written to the token file when the service starts for the first time. The API \
            describes itself at /openapi.json. npsledger goes on working on the same ledger, and \
            gives the same numbers. SIGTERM and Ctrl-C stop it: what is being recorded is finished.

            EXAMPLE
              npsledgerd serve --ledger ledger-data --listen 127.0.0.1:8080 --token-file token
              curl -H "Authorization: Bearer $(cat token)" localhost:8080/v1/nps?by=region
            """)

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The ledger's directory (else $NPSLEDGER_DIR, else ./ledger-data).", valueName: "dir"))
    var ledger: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "An address of this machine; port 0 takes one that is free.", valueName: "host:port"))
    var listen = "127.0.0.1:8080"

    @Option(
        name: .long,
        help: "Where the administrator's token is, or is written once.", completion: .file())
    var tokenFile: String

    @Option(
        name: .long, help: "Sources that deliver, and limits; see check-config.",
        completion: .file())
    var config: String?

    @Option(name: .long, help: "How lines of the log are written: json or text.")
    var logForm: ServiceLogHandler.Form = .json

    @Option(
        name: .long, help: "From which level on: debug, info, notice, warning or error.",
        transform: ServeCommand.level)
    var logLevel: Logger.Level = .notice

    private static func level(_ name: String) throws -> Logger.Level {
        guard let level = Logger.Level(rawValue: name) else {
            throw ValidationError("--log-level takes debug, info, notice, warning or error.")
        }
        return level
    }

    func validate() throws { _ = try address() }

    func run() async throws {
        let (host, port) = try address()
        Self.allowConnections()
        let (form, level) = (logForm, logLevel)
        LoggingSystem.bootstrap { label in
            ServiceLogHandler(label: label, form: form, level: level)
        }
        let environment = ProcessInfo.processInfo.environment
        let paths = LedgerPaths(
            directory: ledger ?? environment["NPSLEDGER_DIR"] ?? "./ledger-data",
            masterKey: environment["NPSLEDGER_KEY_FILE"])
        do {
            let logger = Logger(label: "npsledgerd")
            let configuration = try config.map { try ServiceConfiguration(file: $0) }
            for warning in configuration?.warnings ?? [] { logger.warning("\(warning)") }
            let service = try LedgerService(
                paths: paths, tokenFile: tokenFile,
                configuration: configuration ?? ServiceConfiguration(), logger: logger)
            service.collectLibraryMetrics()
            let reloading = config.map { Self.reloads(service, from: $0, logger) }
            defer { reloading?.cancel() }
            try await service.serve(host: host, port: port) { address in
                // Whoever started it waits for this line.
                try? FileHandle.standardOutput.write(
                    contentsOf: Data("serving \(paths.directory) at \(address)\n".utf8))
            }
        } catch {
            try ServiceFailure.end(error)
        }
    }

    /// Has secrets and public keys read again whenever the process is told to (SIGHUP).
    private static func reloads(
        _ service: LedgerService, from file: String, _ logger: Logger
    ) -> any DispatchSourceSignal {
        signal(SIGHUP, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGHUP)
        source.setEventHandler {
            do {
                service.reload(try ServiceConfiguration(file: file))
            } catch let faults as ServiceConfiguration.Faults {
                for fault in faults.faults { logger.error("nothing was read again: \(fault)") }
            } catch {
                logger.error("nothing was read again: \(error)")
            }
        }
        source.activate()
        return source
    }

    /// Takes as many descriptors as the system lets it have: a connection is one, and what a shell
    /// allows by itself is fewer than the streams of a team.
    private static func allowConnections() {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return }
        limit.rlim_cur = min(limit.rlim_max, 65_536)
        setrlimit(resource, &limit)
    }

    /// The host and the port.
    private func address() throws -> (host: String, port: Int) {
        guard let colon = listen.lastIndex(of: ":"),
            let port = Int(listen[listen.index(after: colon)...]), (0...65_535).contains(port)
        else { throw ValidationError("--listen takes HOST:PORT, such as 127.0.0.1:8080.") }
        let host = listen[..<colon].trimmingCharacters(in: ["[", "]"])
        // There is one token and no encryption: nobody beyond this machine may ask.
        guard ["127.0.0.1", "::1", "localhost"].contains(host) || host.hasPrefix("127.") else {
            throw ValidationError(
                "--listen takes an address of this machine alone, such as 127.0.0.1:8080: put a "
                    + "proxy with TLS in front for others.")
        }
        return (host, port)
    }
}

extension ServiceLogHandler.Form: ExpressibleByArgument {}

/// How the service ends where it cannot begin.
enum ServiceFailure {
    static func end(_ error: any Error) throws -> Never {
        if let faults = error as? ServiceConfiguration.Faults {
            for fault in faults.faults { say("\(fault)") }
            throw ExitCode(65)
        }
        let told = LedgerError(describing: error)
        let words = told?.message ?? "\(error)"
        say("npsledgerd: \(words)")
        throw ExitCode(told.map { status($0.code) } ?? 74)
    }

    private static func say(_ line: String) {
        try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
    }

    private static func status(_ code: LedgerError.Code) -> Int32 {
        switch code {
        case .notALedger, .notFound: 66
        case .exists, .cannotCreate: 73
        case .invalid, .invalidName: 64
        case .internal: 70
        case .permission, .key, .notApproved: 77
        case .newerFormat, .corrupt, .mismatch: 65
        case .refused, .overtaken, .clock: 1
        case .busy: 75
        default: 74
        }
    }
}
