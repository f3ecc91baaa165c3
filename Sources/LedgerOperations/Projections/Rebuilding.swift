import Catalog
import LedgerCore
import LedgerQueries
import LedgerReplay
import LedgerStore
import NPSLedger

/// What a rebuild of one projection came to.
public struct RebuildOutcome: Sendable {
    /// How the state that was live compares with the one built from the log.
    public enum Result: String, Sendable {
        /// They are the same.
        case equal
        /// The one that was live was not what the log gives.
        case different
        /// There was none to compare with.
        case new
    }

    /// The projection's id.
    public let projection: String
    /// How the two compare; the one built anew is live in any case.
    public let result: Result
    /// Digest of the state that is live now.
    public let digest: [UInt8]
}

/// What a swap back to the kept build did.
public struct SwapBackOutcome: Sendable {
    /// A build and its digest.
    public struct Build: Hashable, Sendable {
        /// Version of the projection that wrote it.
        public let version: UInt32
        /// Events before this position are applied.
        public let position: Position
        /// Digest; nil for the former build where the two have not come equally far.
        public let digest: [UInt8]?
    }

    /// The projection's id.
    public let projection: String
    /// The build that is live now.
    public let live: Build
    /// The build that was live, and is kept.
    public let kept: Build
    /// Whether the two are the same; nil where they cannot be compared.
    public var isEqual: Bool? { kept.digest.map { $0 == live.digest } }
}

extension OpenLedger {
    /// Builds projections anew beside their live states, compares, and swaps.
    ///
    /// - Parameter names: which; all where none is named.
    /// - Throws: `LedgerError` with code `not-found` for a name that no projection has.
    public func rebuildProjections(_ names: [String] = []) throws -> [RebuildOutcome] {
        try projections(named: names).map { projection in
            let id = projection.descriptor.id
            let work = observer.begin(.rebuilding(projection: id))
            defer { work.finish() }
            let (old, new, unfoldable) = try projection.rebuild(
                from: log, threads: threads
            ) { done, total in
                work.update(done: done, total: total)
            }
            work.finish()
            if let unfoldable { observer.notice(.stateUnfoldable(problem: unfoldable)) }
            let isWrong = unfoldable != nil || old.map { $0 != new } ?? false
            return RebuildOutcome(
                projection: id, result: isWrong ? .different : old == nil ? .new : .equal,
                digest: new)
        }
    }

    /// Makes the kept build of a projection live again; the one that was live is kept.
    ///
    /// - Throws: `LedgerError` with code `not-found` for a name that no projection has, `refused`
    ///   where there is no build that can be made live.
    public func swapBack(_ name: String) throws -> SwapBackOutcome {
        guard let projection = try projections(named: [name]).first else {
            throw LedgerError(.internal, "no projection was found by a name")
        }
        let work = observer.begin(.catchingUpKept(projection: name))
        defer { work.finish() }
        let outcome = try projection.swapBack(with: log, threads: threads) { done, total in
            work.update(done: done, total: total)
        }
        func build(_ record: BuildRecord, _ digest: [UInt8]?) -> SwapBackOutcome.Build {
            SwapBackOutcome.Build(
                version: record.version, position: record.position, digest: digest)
        }
        return SwapBackOutcome(
            projection: name, live: build(outcome.live, outcome.liveDigest),
            kept: build(outcome.former, outcome.formerDigest))
    }
}
