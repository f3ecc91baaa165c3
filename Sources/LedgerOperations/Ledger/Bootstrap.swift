import Classification
import Foundation
import LedgerCore
import LedgerProof
import LedgerQueries
import LedgerStore
import NPSLedger

/// A ledger that is to be.
public struct BootstrapRequest: Sendable {
    /// Where its parts are to lie.
    public var paths: LedgerPaths
    /// Its name in checkpoints, such as `ledger.example/nps`.
    public var origin: String
    /// Who makes it.
    public var actor: Actor
    /// Records at the clock's time however far it is from what can be expected.
    public var acceptsClock = false

    /// A request.
    public init(
        at paths: LedgerPaths, origin: String, actor: Actor, acceptsClock: Bool = false
    ) {
        self.paths = paths
        self.origin = origin
        self.actor = actor
        self.acceptsClock = acceptsClock
    }
}

/// A new ledger, complete.
public struct BootstrapAnswer: Hashable, Sendable {
    /// Where its parts lie.
    public let paths: LedgerPaths
    /// Its name.
    public let origin: String
    /// The model that counts.
    public let model: RegisteredModel
    /// Entries of its log.
    public let size: Position
    /// Root of the tree over them, in lower-case hexadecimal.
    public let root: String
    /// Whether a log was there already, and what was missing beside it was made.
    public let isCompleted: Bool
}

extension OpenLedger {
    /// Makes a ledger: the directory, a master key beside it, and the first events, with the embedded
    /// model active and the standard thresholds in force. One whose making was interrupted is gone
    /// on with; whatever is there stays.
    ///
    /// - Throws: `LedgerError` with code `exists` where there is one, `invalid-name` for a name that no
    ///   checkpoint can have, `clock` for a clock that cannot be right, and what keeps files from
    ///   being made.
    public static func bootstrap(
        _ request: BootstrapRequest, observer: any LedgerObserver = SilentObserver()
    ) throws -> BootstrapAnswer {
        let paths = request.paths
        let isCompleted = FileManager.default.fileExists(atPath: paths.log + "/data.mdb")
        let ledger = try Ledger.create(
            at: paths, origin: request.origin, actor: request.actor,
            acceptsClock: request.acceptsClock,
            bootstrap: { try bootstrap($0, request.actor) })
        defer { ledger.close() }
        guard let model = try ModelRegistry(ledger).active() else {
            throw LedgerError(.internal, "the new ledger has no active model")
        }
        let head = try ledger.log.head()
        if isCompleted { observer.notice(.bootstrapping(.manifestWrittenAgain)) }
        if ledger.paths.masterKey.hasPrefix(ledger.paths.directory + "/") {
            observer.notice(.bootstrapping(.keyWithinLedger))
        }
        return BootstrapAnswer(
            paths: ledger.paths, origin: request.origin, model: model, size: head.size,
            root: head.root.description, isCompleted: isCompleted)
    }

    /// The first model and thresholds; whatever is there from an interrupted creation stays.
    private static func bootstrap(_ ledger: Ledger, _ actor: Actor) throws {
        let registry = ModelRegistry(ledger)
        let model = try registry.register(
            NGramClassifier.embeddedArtefact, provenance: "embedded", actor: actor)
        if try registry.active() == nil {
            _ = try registry.activate(
                model.version, reason: "the embedded model a new ledger starts with", actor: actor)
        }
        let thresholds = ThresholdRegistry(ledger)
        if try thresholds.history().isEmpty {
            _ = try thresholds.edit(
                .standard, reason: "the standard cut-offs a new ledger starts with", actor: actor)
        }
    }
}
