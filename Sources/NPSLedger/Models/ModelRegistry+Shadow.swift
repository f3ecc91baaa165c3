import Classification
import LedgerCore
import LedgerStore

extension ModelRegistry {
    /// The versions that shadow, in order: they read what comes in and count for nothing.
    public func shadows(asOf: Position? = nil) throws -> [RegisteredModel] {
        try list(asOf: asOf).filter { $0.shadow != nil }
    }

    /// The shadowing versions ready to read.
    ///
    /// - Parameter unusable: called for a version whose artefact is missing or was changed. What
    ///   counts must not wait for what does not, so the others are given all the same.
    public func shadowReaders(
        unusable: (RegisteredModel, LedgerError) -> Void
    ) throws -> [ShadowReader] {
        try shadows().compactMap { model in
            do {
                return ShadowReader(
                    version: model.version, reader: try reader(model), share: model.shadow?.share)
            } catch let error as LedgerError {
                unusable(model, error)
                return nil
            }
        }
    }

    /// Has a version read what comes in from here on.
    ///
    /// - Parameter share: how much of it, in basis points from 1 to 9,999; nil for all of it.
    /// - Returns: the version as it stands, and the receipt; nil where it shadowed so already.
    /// - Throws: `LedgerError` with code `refused` for the active version, that of `reader(_:)`
    ///   where its artefact cannot be used, and `overtaken` where somebody changed its shadow
    ///   otherwise, or activated it, meanwhile.
    public func startShadow(
        _ version: ModelVersion, share: UInt16? = nil, actor: Actor
    ) throws -> (model: RegisteredModel, receipt: Receipt?) {
        let ground = try ledger.log.head().size
        let lives = try lives(asOf: ground)
        let decided = try lives.decide(.shadow(version, share: share), asOf: ground)
        let model = try lives.model(version)
        if decided == nil { return (model, nil) }
        _ = try reader(model)
        do {
            let receipt = try append(
                ModelShadowed(model: version, share: share), model, actor, model.position, ground)
            return (try self.model(version), receipt)
        } catch let error as LedgerError where error.code == .overtaken {
            // Two who want the same are both served.
            let now = try self.model(version)
            guard let shadow = now.shadow, shadow.share == share else { throw error }
            return (now, nil)
        }
    }

    /// Ends the shadow of a version.
    ///
    /// - Throws: `LedgerError` with code `refused` where it does not shadow, `overtaken` where
    ///   somebody changed that meanwhile.
    public func endShadow(_ version: ModelVersion, actor: Actor) throws -> Receipt {
        let ground = try ledger.log.head().size
        let lives = try lives(asOf: ground)
        _ = try lives.decide(.endShadow(version), asOf: ground)
        let model = try lives.model(version)
        return try append(
            ModelShadowed(model: version, ends: true), model, actor,
            model.shadow?.position ?? model.position, ground)
    }

    /// Appends an act that follows the latest one about this version's shadow.
    private func append(
        _ payload: ModelShadowed, _ model: RegisteredModel, _ actor: Actor, _ cause: Position,
        _ ground: Position
    ) throws -> Receipt {
        var batch = EventBatch()
        try batch.append(
            EventDraft(payload, occurredAt: ledger.clock(), actor: actor, cause: cause),
            key: .shadow(of: model.version, after: model.shadowActPosition))
        // An activation ends a shadow.
        let ground = ActGround([.modelShadowed, .modelActivated], upTo: ground) { event in
            event.name == .modelShadowed
                ? try ModelShadowed(event).model == model.version
                : try ModelActivated(event).model == model.version
        }
        return try ledger.receipt(of: try ledger.append(batch, decidedOn: ground))
    }
}

/// A version that reads along without counting, ready to read.
public struct ShadowReader: Sendable {
    /// The version.
    public let version: ModelVersion
    /// What reads.
    public let reader: ModelReader
    /// Of what comes in, the share it reads, in basis points; nil for all of it.
    public let share: UInt16?

    /// A shadow.
    public init(version: ModelVersion, reader: ModelReader, share: UInt16? = nil) {
        self.version = version
        self.reader = reader
        self.share = share
    }

    /// Whether it reads a response: as good as drawn by lot, another lot for each version, and the
    /// same whenever a response comes again.
    func takes(_ response: IdempotencyKey) -> Bool {
        guard let share else { return true }
        // The key is a hash already; the multiplication (splitmix64) keeps two versions apart.
        var lot = response.hash.low ^ UInt64(version) &* 0x9E37_79B9_7F4A_7C15
        lot = (lot ^ (lot >> 30)) &* 0xBF58_476D_1CE4_E5B9
        lot = (lot ^ (lot >> 27)) &* 0x94D0_49BB_1331_11EB
        return (lot ^ (lot >> 31)) % 10_000 < UInt64(share)
    }
}
