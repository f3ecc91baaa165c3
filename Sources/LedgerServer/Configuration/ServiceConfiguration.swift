import DeliverySignatures
import Foundation
import JSON
import LedgerCore
import LedgerOperations
import SurveyDeliveries

/// What the service is told by its configuration file: the sources that deliver responses, and the
/// limits of requests.
///
/// The file is read with the project's own reader and not with a library of settings, for every fault is
/// told with its line, and not only the first. Secrets are in files or in the environment, and never in
/// it.
public struct ServiceConfiguration: Sendable {
    /// Something that is wrong in the file, or that somebody should know.
    public struct Fault: Hashable, Sendable, CustomStringConvertible {
        /// The file.
        public let file: String
        /// The line, from 1.
        public let line: Int
        /// What is wrong, and what is right.
        public let problem: String
        /// File, line and problem.
        public var description: String { "\(file):\(line): \(problem)" }
    }

    /// All that is wrong in a file, in the order of its lines.
    public struct Faults: Error, Sendable {
        /// At least one.
        public let faults: [Fault]
    }

    /// A source with its verifier; nil where deliveries are not signed.
    struct Source: Sendable {
        let delivery: DeliverySource
        let verifier: SignatureVerifier?
        /// Where the responses of a source are fetched that only names them.
        let fetch: Fetch?
    }

    /// How responses are fetched.
    struct Fetch: Sendable {
        let address: String
        let token: String
        /// Surveys whose responses are asked for, whether they were delivered or not.
        var surveys: [String] = []
        var everySeconds = 300
    }

    /// Scheme and host that senders are given.
    public internal(set) var publicAddress: String?
    /// The limits.
    public internal(set) var limits = ServiceLimits()
    var sources: [Source] = []
    var publicKeys: [PublicKey] = []
    /// Whether the last address of `X-Forwarded-For` is that of whoever asks.
    var isBehindProxy = false
    /// What is allowed, and should be known: sources that prove nothing, secrets that others can read.
    public internal(set) var warnings: [Fault] = []

    /// Nothing delivers.
    public init() {}

    /// Names of the sources, in the order of the file.
    public var sourceNames: [String] { sources.map(\.delivery.name) }

    /// Names of the public keys, in the order of the file.
    public var publicKeyNames: [String] { publicKeys.map(\.name) }

    /// Reads a file.
    ///
    /// - Parameter environment: where secrets may be.
    /// - Throws: ``Faults``; `LedgerError` with code `notFound` where there is no such file.
    public init(
        file path: String, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw LedgerError(.notFound, "there is no file \(path), or it cannot be read")
        }
        var reader = ConfigurationReader(
            file: path, folder: URL(fileURLWithPath: path).deletingLastPathComponent().path,
            environment: environment)
        let configuration = reader.read(Array(data))
        guard reader.faults.isEmpty else {
            throw Faults(faults: reader.faults.sorted { $0.line < $1.line })
        }
        self = configuration
    }
}
