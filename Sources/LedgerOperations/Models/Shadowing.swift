import LedgerCore
import LedgerQueries
import LedgerStore
import NPSLedger

/// A version that is to read along without counting, or no more.
public struct ShadowRequest: Hashable, Sendable {
    /// What is asked of it.
    public enum Kind: Hashable, Sendable {
        /// It reads what there is, and from here on what comes in.
        case everything
        /// From here on it reads a share of what comes in, in basis points from 1 to 9,999.
        case share(UInt16)
        /// It reads what there is, and not what comes in later.
        case once
        /// It reads nothing more of what comes in.
        case stop
    }

    /// The version.
    public var model: ModelVersion
    /// What is asked of it.
    public var kind: Kind
    /// Who asks for it.
    public var actor: Actor

    /// A request.
    public init(_ model: ModelVersion, _ kind: Kind, actor: Actor) {
        self.model = model
        self.kind = kind
        self.actor = actor
    }
}

/// What came of a shadow that was asked for.
public struct ShadowAnswer: Hashable, Sendable {
    /// What it has read.
    public let read: TextsClassified
    /// Its standing shadow; nil where it does not shadow.
    public let shadow: RegisteredModel.Shadow?
    /// Position of the act; nil where nothing had to be recorded.
    public let position: Position?
}

extension OpenLedger {
    /// Has a version read along without counting, or ends that.
    ///
    /// - Throws: `LedgerError` with code `invalid` for a share that is none; `refused` for the active
    ///   version, or where a shadow is to end that there is not; `not-found` where there is no such
    ///   version; `overtaken` where somebody changed it meanwhile; `VaultError` without the key; and
    ///   what reading throws.
    public func shadow(_ request: ShadowRequest) throws -> ShadowAnswer {
        let version = request.model
        models.beginAct()
        let position: Position?
        var readsHistory = false
        switch request.kind {
        case .stop: position = try models.endShadow(version, actor: request.actor).position
        case .once: (position, readsHistory) = (nil, true)
        case .everything:
            position = try startShadow(version, share: nil, request.actor)
            readsHistory = true
        case .share(let share):
            guard (1..<10_000).contains(share) else {
                throw LedgerError(.invalid, "a share lies between 0.01 and 99.99 percent")
            }
            position = try startShadow(version, share: share, request.actor)
        }
        var read = TextsClassified(version)
        do {
            if readsHistory { read = try classifyEverything(by: version) }
        } catch {
            if let position {
                let remedy = (error as? LedgerError)?.remedy
                observer.notice(
                    .model(.shadowsAllTheSame(version, from: position, remedy: remedy)))
            }
            throw error
        }
        try refreshAll()
        return ShadowAnswer(
            read: read, shadow: try models.model(version).shadow, position: position)
    }

    private func startShadow(
        _ version: ModelVersion, share: UInt16?, _ actor: Actor
    ) throws -> Position? {
        // Without the key nothing could be read: the act must not be recorded then.
        _ = try ledger.vault()
        // Recorded before the history is read: what comes in meanwhile is not missed.
        return try models.startShadow(version, share: share, actor: actor).receipt?.position
    }
}
