import LedgerCore

/// A lens with its selections looked up: which model and which cut-offs it comes to.
public struct ResolvedLens: Hashable, Sendable {
    /// The lens asked with.
    public let lens: Lens
    /// The model whose classifications count; nil where none was active yet.
    public let model: ModelVersion?
    /// The last activation as of the lens; nil where the model is pinned, or none was active yet.
    public let modelPosition: Position?
    /// Number of the threshold set; nil where none was set yet and the standard ones hold.
    public let thresholdsID: UInt32?
    /// The cut-offs.
    public let thresholds: Thresholds
    /// Where that set was edited; nil for the standard one.
    public let thresholdsPosition: Position?

    /// Looks up what `lens` selects in the projection's state.
    ///
    /// - Throws: `UnknownThresholds` for a pinned set that did not exist as of the lens.
    public init(_ lens: Lens, in state: some StateReader) throws {
        self.lens = lens
        if case .pinned(let version) = lens.model {
            model = version
            modelPosition = nil
        } else {
            var standing = ModelStanding()
            var last: Position?
            for (position, model) in try Self.activations(in: state) where position < lens.asOf {
                standing.evolve(.activated(model, ModelEvent.ActivationClaim()), at: position)
                last = position
            }
            model = standing.active
            modelPosition = last
        }
        var chosen: (id: UInt32, position: Position, thresholds: Thresholds)?
        for set in try Self.thresholdSets(in: state) {
            if case .pinned(let pinned) = lens.thresholds {
                let end = max(lens.asOf, lens.pinnedAsOf ?? lens.asOf)
                if set.id == pinned, set.position < end { chosen = set }
            } else if set.position < lens.asOf, set.position >= chosen?.position ?? 0 {
                chosen = set
            }
        }
        if case .pinned(let pinned) = lens.thresholds, chosen == nil {
            throw UnknownThresholds(id: pinned)
        }
        thresholdsID = chosen?.id
        thresholds = chosen?.thresholds ?? .standard
        thresholdsPosition = chosen?.position
    }

    /// Every threshold set, by number.
    static func thresholdSets(
        in state: some StateReader
    ) throws -> [(id: UInt32, position: Position, thresholds: Thresholds)] {
        var found: [(UInt32, Position, Thresholds)] = []
        try state.scan(prefix: StateKey.thresholdsPrefix) { key, value in
            guard key.count == 5, value.count == 14,
                let thresholds = Thresholds(
                    passiveFrom: value.load(8), promoterFrom: value.load(10),
                    confidenceMin: value.load(12))
            else { throw DamagedState("a threshold set") }
            let id = UInt32(bigEndian: key.loadUnaligned(fromByteOffset: 1, as: UInt32.self))
            found.append((id, value.load(0), thresholds))
            return true
        }
        return found
    }

    /// The same as of another position; what it selects stays as it was looked up.
    func asOf(_ position: Position) -> ResolvedLens {
        ResolvedLens(self, asOf: position)
    }

    /// The same where a text counts however unsure the model is.
    public var askingNoConfidence: ResolvedLens {
        let all = Thresholds(
            passiveFrom: thresholds.passiveFrom, promoterFrom: thresholds.promoterFrom,
            confidenceMin: 0)
        return ResolvedLens(self, asOf: lens.asOf, thresholds: all ?? .standard)
    }

    private init(
        _ other: ResolvedLens, asOf position: Position, thresholds: Thresholds? = nil
    ) {
        var lens = other.lens
        lens.asOf = position
        self.lens = lens
        model = other.model
        modelPosition = other.modelPosition
        thresholdsID = other.thresholdsID
        self.thresholds = thresholds ?? other.thresholds
        thresholdsPosition = other.thresholdsPosition
    }

    /// Every activation, in log order.
    static func activations(
        in state: some StateReader
    ) throws -> [(position: Position, model: ModelVersion)] {
        var found: [(Position, ModelVersion)] = []
        try state.scan(prefix: StateKey.activationPrefix) { key, value in
            guard key.count == 9, value.count == 4 else { throw DamagedState("an activation") }
            let position = UInt64(
                bigEndian: key.loadUnaligned(fromByteOffset: 1, as: UInt64.self))
            found.append((position, value.load(0)))
            return true
        }
        return found
    }
}
