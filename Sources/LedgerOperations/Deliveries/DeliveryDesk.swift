import Crypto
import Dispatch
import LedgerCore
import LedgerQueries
import LedgerStore
import LedgerVault
import NPSLedger
import SurveyDeliveries
import Synchronization
import Threads

/// A source that delivers responses, as it is configured.
public struct DeliverySource: Sendable {
    /// Its name: that of the hook, and the source of its responses.
    public var name: String
    /// How its deliveries become responses.
    public var mapping: DeliveryMapping
    /// By which its deliveries prove that they are its own; `unsigned` is somebody's choice.
    public var scheme: String

    /// A source.
    public init(name: String, mapping: DeliveryMapping, scheme: String) {
        self.name = name
        self.mapping = mapping
        self.scheme = scheme
    }

    /// Who records what it delivers.
    var actor: Actor { Actor("hook " + name) ?? .system }
}

/// Something that was delivered, sealed and ready to be recorded.
public struct SealedDelivery: Sendable {
    let source: DeliverySource
    let body: [UInt8]
    let batch: EventBatch
    let key: IdempotencyKey
}

/// What became of something that was delivered.
public struct DeliveryReceipt: Hashable, Sendable {
    /// Where it stands in the log.
    public let position: Position
    /// Whether it is new; not where it was received before.
    public let isNew: Bool
}

/// What is to be fetched of a response.
public enum FetchedResponse: Sendable {
    /// All of it, by its id.
    case named(String)
    /// What its survey looks like; the response is this document.
    case known([UInt8])
}

/// Gets a response from its source, and what its survey looks like.
public typealias DeliveryFetch =
    @Sendable (_ source: String, _ survey: String, _ response: FetchedResponse) throws
    -> SurveyMonkeyResponse

/// Receives deliveries and looks into them.
///
/// A delivery is acknowledged once its body is durable, sealed under a key of its own, before
/// anything in it is read. Mapping follows on a thread of its own; what cannot be read waits, and can
/// be looked into again when the mapping is mended. What a process leaves unmapped, the next one
/// finds.
public final class DeliveryDesk: Sendable {
    /// Subject numbers taken from the vault at a time.
    private static let subjectsReserved = 1_024

    let open: OpenLedger
    let intake: ResponseIntake
    private let sources: [String: DeliverySource]
    private let keys = Mutex<SubjectKeys?>(nil)
    private let mapper: DeliveryMapper

    /// Opens a desk.
    ///
    /// - Parameters:
    ///   - fetch: gets responses that sources only name; nil where there are no such sources.
    ///   - onCommit: called after each commit; it is to return at once.
    /// - Throws: `LedgerError` where imports cannot be started, or the system gives no thread.
    public init(
        _ open: OpenLedger, intake: ResponseIntake, sources: [DeliverySource],
        fetch: DeliveryFetch? = nil, onCommit: @escaping @Sendable () -> Void = {}
    ) throws {
        self.open = open
        self.intake = intake
        self.sources = Dictionary(sources.map { ($0.name, $0) }) { $1 }
        mapper = try DeliveryMapper(
            open, intake: intake, sources: sources, fetch: fetch, onCommit: onCommit)
    }

    /// The source of a name; nil where there is none.
    public func source(_ name: String) -> DeliverySource? { sources[name] }

    /// Seals a delivery under a key of its own.
    ///
    /// - Parameters:
    ///   - identifier: the sender's own id of it, which is the same when it is sent again.
    ///   - type: the type of the body, by the sender's word.
    /// - Throws: `LedgerError` and `VaultError` where it cannot be sealed: it is to be sent again.
    @available(*, noasync, message: "it reads the vault, and at times writes it")
    public func seal(
        _ body: [UInt8], from source: DeliverySource, identifier: String?, type: String
    ) throws -> SealedDelivery {
        let (batch, key) = try draft(source, identifier, type, body)
        return SealedDelivery(source: source, body: body, batch: batch, key: key)
    }

    /// Records a delivery, and hands it on to be looked into.
    ///
    /// - Throws: `LedgerError` where it cannot be recorded: it is to be sent again.
    public func receive(_ delivery: SealedDelivery) async throws -> DeliveryReceipt {
        switch try await open.log.append(delivery.batch).first {
        case .appended(let receipt):
            mapper.countReceived(receipt.position)
            mapper.add(receipt.position, delivery.source.name, delivery.body)
            return DeliveryReceipt(position: receipt.position, isNew: true)
        case .duplicate(let receipt):
            return DeliveryReceipt(position: receipt.position, isNew: false)
        default:
            let known = try open.log.lookUp([delivery.key]).first ?? nil
            guard let known else {
                throw LedgerError(.busy, "the delivery could not be recorded: send it again")
            }
            return DeliveryReceipt(position: known.position, isNew: false)
        }
    }

    private func draft(
        _ source: DeliverySource, _ identifier: String?, _ type: String, _ body: [UInt8]
    ) throws -> (EventBatch, IdempotencyKey) {
        let ledger = open.ledger
        let (vault, now) = (try ledger.vault(), ledger.clock())
        let (subject, secret) = try nextSubject(vault)
        let key = IdempotencyKey.delivery(
            identifier, digest: Hex.encode(vault.digest(body).bytes), hook: source.name)
        let payload = DeliveryReceived(
            hook: source.name, scheme: source.scheme, delivery: identifier,
            bytes: UInt64(body.count), type: type, subject: subject)
        var batch = EventBatch()
        var sealer = PersonalDataSealer()
        let sealed = try batch.seal(for: subject) { arena in
            try body.withUnsafeBytes { bytes in
                try sealer.seal(
                    row: bytes, text: nil, respondent: nil, subject: subject, key: secret,
                    to: &arena)
            }
        }
        try batch.append(
            DeliveryReceived.name, version: DeliveryReceived.version, occurredAt: now,
            actor: source.actor, key: key, body: Hash128(high: 0, low: 0), sealed: sealed
        ) { $0.encoded(payload.encodedPayload) }
        return (batch, key)
    }

    private func nextSubject(_ vault: Vault) throws -> (subject: UInt64, key: SymmetricKey) {
        try keys.withLock { keys in
            if let next = keys?.next() { return next }
            keys = try vault.reserve(Self.subjectsReserved)
            guard let next = keys?.next() else {
                throw LedgerError(.key, "the vault gave no keys", remedy: .verify)
            }
            return next
        }
    }

    /// Looks again into what waits: all of it, or what one source has delivered.
    ///
    /// - Returns: how many deliveries that are.
    /// - Throws: `LedgerError`.
    public func replay(hook: String? = nil) throws -> Int {
        let waiting = try open.deliveryRecords(asOf: open.log.head().size).filter { record in
            record.state.waits && (hook.map { $0 == record.hook } ?? true)
        }
        for record in waiting { mapper.add(record.position, record.hook, nil) }
        return waiting.count
    }

    /// How many deliveries wait in this process to be looked into.
    public var waiting: Int { mapper.waiting }

    /// How many deliveries of the ledger stand how.
    public var tally: DeliveryTally { mapper.tally }

    /// Finishes what is being looked into. What waits is found by the next process.
    @available(*, noasync, message: "it waits for the disk")
    public func stop() { mapper.stop() }
}
