/// One operation as several stores do it, measured in turns in one run.
struct Comparison: Sendable {
    /// A store that a person would pick instead.
    struct Peer: Sendable {
        var name: String
        /// Its pace in each round; empty where it was not measured.
        var rates: [Double]
        /// The least ratio of our pace to its that is asked for, where one is.
        var target: Double?
    }

    /// What is done.
    var operation: String
    /// Our pace in each round, a second.
    var rates: [Double]
    var peers: [Peer]
    /// What the run was made with, in order.
    var parameters: [(name: String, value: Int)]
    /// What the work came to, and how each side did it where that is not plain.
    var result: String

    /// Our pace in the middle.
    var median: Double { rates.quantile(0.5) }

    /// Our pace as a multiple of a peer's, round by round, in the middle; nil without both.
    func ratio(to peer: Peer) -> Double? {
        guard !peer.rates.isEmpty, peer.rates.count == rates.count else { return nil }
        return zip(rates, peer.rates).map { $0 / $1 }.quantile(0.5)
    }

    /// Whether we are where we are asked to be, beside a peer that was measured.
    func isMet(beside peer: Peer) -> Bool {
        guard let target = peer.target, let ratio = ratio(to: peer) else { return true }
        return ratio >= target
    }

    /// Whether we are where we are asked to be.
    var isMet: Bool { peers.allSatisfy(isMet) }
}
