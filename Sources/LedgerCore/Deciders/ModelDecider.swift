/// The one life of models: what became of every version, and what may become of it next.
///
/// Activations are a stack: a rollback takes the top off, so that a second one goes back one
/// further instead of forth again.
public struct ModelDecider: Decider {
    /// What somebody wants with a version.
    public enum Command: Hashable, Sendable {
        /// Take in the next version.
        case register
        /// Have a version count.
        case activate(ModelVersion)
        /// Have an earlier version count again; nil for the one before the last activation.
        case rollBack(to: ModelVersion?)
        /// Have a version read what comes in, or a share of it in basis points from 1 to 9,999.
        case shadow(ModelVersion, share: UInt16?)
        /// End the shadow of a version.
        case endShadow(ModelVersion)
    }

    /// Why a command comes to nothing.
    public enum Refusal: Error, Hashable, Sendable {
        /// There is no such version.
        case unknown(ModelVersion)
        /// It counts already.
        case isActive(ModelVersion)
        /// It never counted, so there is nothing to go back to.
        case wasNeverActive(ModelVersion)
        /// No version was ever activated.
        case nothingWasActivated
        /// It is the bottom of the stack.
        case isFirst(ModelVersion)
        /// It does not shadow.
        case doesNotShadow(ModelVersion)
    }

    /// What became of one version.
    public struct Life: Hashable, Sendable {
        /// The version number.
        public let version: ModelVersion
        /// Position of its registration.
        public let position: Position
        /// When it counted, in order.
        public fileprivate(set) var activations: [Activation] = []
        /// Everything that happened to it, in order.
        public fileprivate(set) var steps: [Step]
        /// Position of the latest event that began or ended a shadow of it, whatever came of that.
        public fileprivate(set) var shadowActPosition: Position?

        /// Whether it counts.
        public var isActive: Bool { activations.last.map { $0.until == nil } ?? false }
    }

    /// One activation of a version.
    public struct Activation: Hashable, Sendable {
        /// Position of the event.
        public let position: Position
        /// Position of the activation of another version that ended it; nil where it lasts.
        public fileprivate(set) var until: Position?
        /// The activation it took back, for a rollback.
        public let takesBack: Position?
    }

    /// What one event made of one version.
    public struct Step: Hashable, Sendable {
        /// What it made of it.
        public enum Kind: Hashable, Sendable {
            /// It exists.
            case registered
            /// It reads what comes in, or a share of it in basis points.
            case shadowing(share: UInt16?)
            /// It reads no more of that.
            case shadowEnded
            /// It counts; a rollback takes back the activation at a position.
            case activated(takesBack: Position?)
            /// It counts no more, because another does, by a rollback or not.
            case superseded(by: ModelVersion, isRollback: Bool)
        }

        /// What it made of it.
        public let kind: Kind
        /// Position of the event.
        public let position: Position
    }

    /// The versions in order of registration.
    public private(set) var lives: [Life] = []
    /// What counts and what shadows.
    public private(set) var standing = ModelStanding()
    /// The versions that activations put on one another, the one that counts last.
    private var stack: [ModelVersion] = []

    /// No model.
    public init() {}

    /// What became of a version; nil where there is none.
    public func life(of version: ModelVersion) -> Life? {
        lives.first { $0.version == version }
    }

    /// The shadow of a version; nil where it does not shadow.
    public func shadow(of version: ModelVersion) -> ModelStanding.Shadow? {
        standing.shadows[version]
    }

    /// The latest activation of a version that there is, and that version.
    public var lastActivation: (model: ModelVersion, activation: Activation)? {
        lives.compactMap { life in life.activations.last.map { (life.version, $0) } }
            .max { $0.1.position < $1.1.position }
    }

    /// Follows one event.
    public mutating func evolve(_ event: ModelEvent, at position: Position) {
        switch event {
        case .registered(let model):
            lives.append(
                Life(
                    version: model, position: position,
                    steps: [Step(kind: .registered, position: position)]))
            return
        case .activated(let model, let claim): activate(model, claim.takesBack, at: position)
        case .shadowed(let model, let share):
            // What does not exist does not read, and has not begun to when it is registered.
            guard shadowAct(.shadowing(share: share), of: model, at: position) else { return }
        case .shadowEnded(let model):
            guard shadowAct(.shadowEnded, of: model, at: position) else { return }
        }
        standing.evolve(event, at: position)
    }

    private mutating func activate(
        _ model: ModelVersion, _ takesBack: Position?, at position: Position
    ) {
        for index in lives.indices where lives[index].version != model && lives[index].isActive {
            lives[index].activations[lives[index].activations.endIndex - 1].until = position
            lives[index].steps.append(
                Step(
                    kind: .superseded(by: model, isRollback: takesBack != nil), position: position))
        }
        guard let index = lives.firstIndex(where: { $0.version == model }) else { return }
        lives[index].activations.append(
            Activation(position: position, until: nil, takesBack: takesBack))
        lives[index].steps.append(Step(kind: .activated(takesBack: takesBack), position: position))
        if takesBack != nil {
            while let top = stack.last, top != model { stack.removeLast() }
            if stack.isEmpty { stack.append(model) }
        } else {
            stack.append(model)
        }
    }

    private mutating func shadowAct(
        _ kind: Step.Kind, of model: ModelVersion, at position: Position
    ) -> Bool {
        guard let index = lives.firstIndex(where: { $0.version == model }) else { return false }
        lives[index].shadowActPosition = position
        lives[index].steps.append(Step(kind: kind, position: position))
        return true
    }

    /// What a command comes to; nil where it is so already.
    public func decide(_ command: Command) throws(Refusal) -> ModelEvent? {
        switch command {
        case .register: return .registered((lives.map(\.version).max() ?? 0) + 1)
        case .activate(let version):
            guard try known(version).isActive == false else { throw .isActive(version) }
            let current = lives.first { $0.isActive }
            return .activated(version, ModelEvent.ActivationClaim(previous: current?.version))
        case .rollBack(let version): return try rollBack(to: version)
        case .shadow(let version, let share):
            guard try known(version).isActive == false else { throw .isActive(version) }
            if let shadow = shadow(of: version), shadow.share == share { return nil }
            return .shadowed(version, share: share)
        case .endShadow(let version):
            _ = try known(version)
            guard shadow(of: version) != nil else { throw .doesNotShadow(version) }
            return .shadowEnded(version)
        }
    }

    private func known(_ version: ModelVersion) throws(Refusal) -> Life {
        guard let life = life(of: version) else { throw .unknown(version) }
        return life
    }

    private func rollBack(to version: ModelVersion?) throws(Refusal) -> ModelEvent {
        guard let (current, last) = lastActivation else { throw .nothingWasActivated }
        let target: ModelVersion
        if let version {
            let life = try known(version)
            guard version != current else { throw .isActive(version) }
            guard !life.activations.isEmpty else { throw .wasNeverActive(version) }
            target = version
        } else {
            guard stack.count > 1 else { throw .isFirst(current) }
            target = stack[stack.count - 2]
        }
        return .activated(
            target, ModelEvent.ActivationClaim(previous: current, takesBack: last.position))
    }
}
