import Crypto
import LMDB
import LedgerCore
import LedgerStore

extension ProjectionStore {
    /// Prefixes looked at where the states say the same about the longest one: what they said of
    /// an earlier one may still differ.
    private static var probes: UInt64 { 64 }

    /// Finds where the live state parts from a replay folded at least as far, by halving the log.
    func divergence(
        from replay: ProjectionStore<P>, before end: Position, _ log: EventLog
    ) throws -> StateDivergence {
        guard let type = P.self as? any DescribedProjection.Type else { return .unknown }
        let found = try read { live, _ in
            try replay.read { replayed, _ in
                try Self.divergence(type, live, replayed, before: end)
            }
        }
        guard case .at(let position, _) = found else { return found }
        return .at(position, try log.withEvent(position) { $0.name })
    }

    private static func divergence<D: DescribedProjection>(
        _ type: D.Type, _ live: LMDBState, _ replayed: LMDBState, before end: Position
    ) throws -> StateDivergence {
        func differs(_ size: Position) throws -> Bool {
            let expected = try digest(type, replayed, size)
            do {
                return try digest(type, live, size) != expected
            } catch let error as LMDBError {
                throw LedgerError(error)
            } catch {
                // A state that cannot say anything about a prefix differs about it.
                return true
            }
        }
        if try differs(0) { return .everywhere }
        var (agreeing, differing) = (Position(0), end)
        if try !differs(end) {
            let sizes = (1..<probes).map { end / probes * $0 + end % probes * $0 / probes }
            guard let size = try sizes.first(where: differs) else {
                return .nowhere(prefixesAsked: Int(probes) + 1)
            }
            differing = size
        }
        while differing - agreeing > 1 {
            let middle = agreeing + (differing - agreeing) / 2
            if try differs(middle) { differing = middle } else { agreeing = middle }
        }
        return .at(agreeing, nil)
    }

    private static func digest<D: DescribedProjection>(
        _ type: D.Type, _ state: LMDBState, _ size: Position
    ) throws -> SHA256.Digest {
        var hash = SHA256()
        try type.describe(state, asOf: size) { hash.update(bufferPointer: $0) }
        return hash.finalize()
    }
}

/// Where two states of one projection part.
public enum StateDivergence: Hashable, Sendable, CustomStringConvertible {
    /// They agree about everything before this event, and not about it.
    case at(Position, EventName?)
    /// They differ whatever prefix of the log is looked at.
    case everywhere
    /// Their bytes differ, and yet they say the same about every prefix that was looked at.
    case nowhere(prefixesAsked: Int)
    /// The projection cannot describe prefixes.
    case unknown

    /// The position at which they part.
    public var position: Position? {
        if case .at(let position, _) = self { position } else { nil }
    }

    /// A clause such as `they part at position 1234: response.recorded`.
    public var description: String {
        switch self {
        case .at(let position, let name):
            "they part at position \(position)" + (name.map { ": \($0.rawValue)" } ?? "")
        case .everywhere: "it cannot be read for any prefix of the log"
        case .nowhere(let count):
            "its bytes differ, though no answer does for any of \(count) prefixes looked at"
        case .unknown: "where they part cannot be told"
        }
    }
}
