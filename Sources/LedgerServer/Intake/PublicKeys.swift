import HTTPTypes
import LedgerCore
import Synchronization

/// A key that stands in a page or an app for everybody to read: it lets its holder send responses of
/// one source, from stated origins, so many a minute, and nothing else.
struct PublicKey: Hashable, Sendable {
    /// What people call it; it is recorded with what was sent.
    let name: String
    /// The key itself, which is no secret.
    let key: String
    /// The source of all that is sent with it.
    let source: String
    /// Origins of pages (RFC 6454) that may use it, such as `https://shop.example`.
    let origins: [String]
    /// Whether requests without an origin are taken, as apps send them.
    let takesApps: Bool
    /// Requests a minute, from everywhere.
    let perMinute: Int
    /// Requests a minute of one address.
    let perMinuteOfAddress: Int

    /// Who records what is sent.
    var actor: Actor { Actor("key " + name) ?? .system }
}

/// The public keys of a service, and how much each has been used of late.
final class PublicKeys: Sendable {
    /// Addresses whose use is kept; the oldest are forgotten.
    private static let addressesMax = 100_000

    /// How much may still come, as a bucket that fills evenly.
    private struct Bucket {
        var tokens: Double
        var filledAt: Double

        /// Takes one; otherwise says in how many seconds there will be one.
        mutating func take(perMinute: Int, now: Double) -> Int? {
            let full = Double(perMinute)
            tokens = min(full, tokens + max(0, now - filledAt) * full / 60)
            filledAt = now
            guard tokens >= 1 else { return max(1, Int(((1 - tokens) * 60 / full).rounded(.up))) }
            tokens -= 1
            return nil
        }
    }

    private struct State {
        var keys: [String: PublicKey] = [:]
        var ofKeys: [String: Bucket] = [:]
        var ofAddresses: [String: Bucket] = [:]
    }

    private let state = Mutex(State())

    init(_ keys: [PublicKey]) { replace(keys) }

    /// Takes other keys in place of those there are: one that is not among them is revoked.
    func replace(_ keys: [PublicKey]) {
        state.withLock { $0.keys = Dictionary(keys.map { ($0.key, $0) }) { $1 } }
    }

    /// The key of these letters; nil where there is none.
    func find(_ key: String) -> PublicKey? { state.withLock { $0.keys[key] } }

    /// Counts a request.
    ///
    /// - Parameter now: seconds of any clock that only goes on.
    /// - Returns: nil where it may be answered, otherwise in how many seconds one may.
    func use(_ key: PublicKey, from address: String, now: Double) -> Int? {
        state.withLock { state in
            if state.ofAddresses.count >= Self.addressesMax { state.ofAddresses.removeAll() }
            let place = key.key + " " + address
            var bucket =
                state.ofAddresses[place]
                ?? Bucket(tokens: Double(key.perMinuteOfAddress), filledAt: now)
            let wait = bucket.take(perMinute: key.perMinuteOfAddress, now: now)
            state.ofAddresses[place] = bucket
            if let wait { return wait }
            var all = state.ofKeys[key.key] ?? Bucket(tokens: Double(key.perMinute), filledAt: now)
            defer { state.ofKeys[key.key] = all }
            return all.take(perMinute: key.perMinute, now: now)
        }
    }
}
