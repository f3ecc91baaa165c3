/// What happened to a model version.
public enum ModelEvent: Hashable, Sendable {
    /// It exists.
    case registered(ModelVersion)
    /// From here on it counts, and no other does.
    case activated(ModelVersion, ActivationClaim)
    /// It reads what comes in and counts for nothing. `share` is in basis points; nil for all of it.
    case shadowed(ModelVersion, share: UInt16?)
    /// It reads no more of what comes in.
    case shadowEnded(ModelVersion)

    /// What an activation says of the time before it.
    public struct ActivationClaim: Hashable, Sendable {
        /// The version that counted; nil where none did.
        public var previous: ModelVersion?
        /// Position of the activation that it takes back; nil where it is no rollback.
        public var takesBack: Position?
        /// On what ground a gate let it pass, where it had to pass one.
        public var gate: GateEvidence?

        /// A claim.
        public init(
            previous: ModelVersion? = nil, takesBack: Position? = nil, gate: GateEvidence? = nil
        ) {
            self.previous = previous
            self.takesBack = takesBack
            self.gate = gate
        }
    }

    /// The types of events that this is read from.
    public static let names: Set<EventName> = [.modelRegistered, .modelActivated, .modelShadowed]

    /// What a registration says.
    public init(_ payload: ModelRegistered) { self = .registered(payload.model) }

    /// What an activation says.
    public init(_ payload: ModelActivated) {
        self = .activated(
            payload.model,
            ActivationClaim(
                previous: payload.previous, takesBack: payload.rollsBack, gate: payload.gate))
    }

    /// What the beginning or the end of a shadow says.
    public init(_ payload: ModelShadowed) {
        self =
            payload.ends
            ? .shadowEnded(payload.model) : .shadowed(payload.model, share: payload.share)
    }

    /// The version it is about.
    public var model: ModelVersion {
        switch self {
        case .registered(let model), .activated(let model, _), .shadowed(let model, _),
            .shadowEnded(let model):
            model
        }
    }

    /// What it says of the time before, where it is an activation.
    public var claim: ActivationClaim? {
        if case .activated(_, let claim) = self { claim } else { nil }
    }
}

/// Which model counts and which shadow: all that the rules about the next event look at.
///
/// It is small enough to be kept in the state of a projection and taken up again from there.
public struct ModelStanding: Hashable, Sendable {
    /// A shadow as it stands.
    public struct Shadow: Hashable, Sendable {
        /// Position of the event that began it.
        public let position: Position
        /// Of what comes in, the share it reads, in basis points; nil for all of it.
        public let share: UInt16?

        /// A shadow.
        public init(position: Position, share: UInt16?) {
            self.position = position
            self.share = share
        }
    }

    /// The version that counts; nil where none was ever activated.
    public private(set) var active: ModelVersion?
    /// The versions that shadow.
    public private(set) var shadows: [ModelVersion: Shadow]

    /// What stands; without arguments, before any event.
    public init(active: ModelVersion? = nil, shadows: [ModelVersion: Shadow] = [:]) {
        self.active = active
        self.shadows = shadows
    }

    /// Follows one event.
    public mutating func evolve(_ event: ModelEvent, at position: Position) {
        switch event {
        case .registered: break
        case .activated(let model, _):
            active = model
            // It reads everything from here on, without an event of its own.
            shadows[model] = nil
        case .shadowed(let model, let share):
            // The active version reads everything already. Were this kept, its shadow would come
            // back with the next rollback, unasked.
            guard active != model else { return }
            if let shadow = shadows[model], shadow.share == share { return }
            shadows[model] = Shadow(position: position, share: share)
        case .shadowEnded(let model): shadows[model] = nil
        }
    }

    /// Whether an event contradicts what stood before it: it names another model as the one before,
    /// takes back what is no activation, names a gate whose figures do not meet it or come from
    /// later than the event, ends a shadow that there is none of, or begins one of the active model.
    ///
    /// - Parameter isActivation: whether the event at a position is an activation.
    public func isContradicted(
        by event: ModelEvent, at position: Position,
        isActivation: (Position) throws -> Bool
    ) rethrows -> Bool {
        switch event {
        case .registered: return false
        case .activated(_, let claim):
            if claim.previous != active { return true }
            if let gate = claim.gate, !gate.isMet || gate.asOf > position { return true }
            return try claim.takesBack.map { try !isActivation($0) } ?? false
        case .shadowed(let model, _): return active == model
        case .shadowEnded(let model): return shadows[model] == nil
        }
    }
}
