import Catalog
import LedgerCore
import LedgerReplay
import LedgerStore
import NPSLedger

/// The projections and how far the log has come.
public struct ProjectionListing: Sendable {
    /// Size of the log.
    public let size: Position
    /// After how many events digests are put on record by themselves; nil for never.
    public let recordsDigestsEvery: UInt64?
    /// Each projection, in the order they are shown.
    public let projections: [ProjectionStatus]
}

/// What is to be said about one projection in a list.
public struct ProjectionStatus: Sendable {
    /// One build of the state.
    public struct Build: Hashable, Sendable {
        /// What it is for.
        public enum State: String, Sendable {
            /// Questions are answered from it.
            case live
            /// It was live, and is kept.
            case kept
            /// It is being built, or its building was interrupted.
            case unfinished
        }

        /// What it is for.
        public let state: State
        /// Version of the projection that wrote it; nil where that is not known.
        public let version: UInt32?
        /// Events before this position are applied.
        public let position: Position
    }

    /// A digest on record.
    public struct RecordedDigest: Hashable, Sendable {
        /// How many events the state was folded from.
        public let upTo: Position
        /// Where the record stands.
        public let position: Position
        /// When it was recorded.
        public let recordedAt: Microseconds
        /// SHA-256 of the state.
        public let digest: [UInt8]
    }

    /// Why a state cannot be folded on.
    public struct RebuildNeed: Hashable, Sendable {
        /// A clause that follows the projection's name and “needs a rebuild”.
        public let reason: String
        /// Whether its file is damaged, so that it is not folded anew by itself.
        public let isDamage: Bool
    }

    /// The projection's id.
    public let id: String
    /// Why it needs a rebuild, if it does.
    public let need: RebuildNeed?
    /// The live build and the one beside it; none where the file is damaged, for nothing in it is
    /// looked at then.
    public let builds: [Build]
    /// Digest of the live state; nil where it was not read.
    public let digest: [UInt8]?
    /// Events that the live build has not seen; nil where the file is damaged.
    public let lag: UInt64?
    /// Bytes in use.
    public let bytes: Int
    /// The latest digest on record; nil where there is none of this version.
    public let recorded: RecordedDigest?
    /// How many events could not be applied; nil where the file is damaged.
    public let quarantined: UInt64?
    /// The first of them.
    public let quarantine: [PoisonEvent]
    /// Whether the kept build can be made live.
    public let canSwapBack: Bool

    /// The build that questions are answered from.
    public var live: Build? { builds.first }
    /// The build beside it.
    public var other: Build? { builds.dropFirst().first }

    /// Events in quarantine that are told one by one.
    private static let quarantineMax = 10

    init(
        _ projection: any CatalogedProjection, _ log: EventLog, _ size: Position,
        readsState: Bool
    ) throws {
        id = projection.descriptor.id
        bytes = projection.usedBytes
        recorded = try projection.lastCommitment(in: log).map {
            RecordedDigest(
                upTo: $0.upTo, position: $0.position, recordedAt: $0.recordedAt, digest: $0.digest)
        }
        var reason = try projection.rebuildReason(with: log, checksPages: readsState)
        var known: (record: BuildRecord, digest: [UInt8])?
        do {
            // Position and digest are of one moment: an auditor holds them against a record.
            known = readsState && reason == nil ? try projection.liveDigest() : nil
        } catch let damage as DamagedBlock {
            reason = .damaged(damage.description)
        }
        let isDamage = if case .damaged = reason { true } else { false }
        need = reason.map { RebuildNeed(reason: $0.description, isDamage: isDamage) }
        guard !isDamage else {
            (builds, digest, lag, quarantined) = ([], nil, nil, nil)
            (quarantine, canSwapBack) = ([], false)
            return
        }
        let live = try known?.record ?? projection.live()
        let other = try projection.other()
        let isRebuilding = try projection.isRebuilding()
        var builds = [Build(state: .live, version: live.version, position: live.position)]
        if isRebuilding {
            builds.append(
                Build(
                    state: .unfinished, version: other?.version, position: other?.position ?? 0))
        } else if let other {
            builds.append(Build(state: .kept, version: other.version, position: other.position))
        }
        self.builds = builds
        digest = known?.digest
        lag = size - min(size, live.position)
        quarantined = live.poisoned
        quarantine =
            live.poisoned > 0
            ? Array(try projection.quarantine().prefix(Self.quarantineMax)) : []
        canSwapBack = try projection.canSwapBack(with: log) && !isRebuilding && other != nil
    }
}

extension OpenLedger {
    /// Version, position, lag, digest, size, builds and digests on record of each projection.
    ///
    /// - Parameter readsStates: whether states are read: without, there are no digests, and not
    ///   every page is looked at.
    public func projections(
        readsStates: Bool = true, for viewer: Viewer = .everything
    ) throws -> ProjectionListing {
        let size = try log.head().size
        return ProjectionListing(
            size: size,
            recordsDigestsEvery: try digestCadence,
            projections: try catalog.all.map {
                try ProjectionStatus($0, log, size, readsState: readsStates)
            })
    }

    /// After how many events digests are put on record by themselves; nil for never. Read anew,
    /// since another process may have changed it.
    package var digestCadence: UInt64? {
        get throws {
            try LedgerManifest(at: ledger.paths).commitEvery.flatMap { $0 == 0 ? nil : $0 }
        }
    }

    /// The projections that are named; all where none is.
    ///
    /// - Throws: `LedgerError` with code `not-found` for a name that none has.
    package func projections(named names: [String]) throws -> [any CatalogedProjection] {
        let all = try catalog.all
        guard !names.isEmpty else { return all }
        return try names.map { name in
            guard let found = all.first(where: { $0.descriptor.id == name }) else {
                throw LedgerError(
                    .notFound,
                    "there is no projection “\(name)”; there are: "
                        + all.map(\.descriptor.id).joined(separator: ", "))
            }
            return found
        }
    }
}
