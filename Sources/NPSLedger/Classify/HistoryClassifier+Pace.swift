import Classification
import LedgerCore
import LedgerStore
import LedgerVault

extension HistoryClassifier {
    /// How fast a model reads on this machine.
    public struct Pace: Hashable, Sendable {
        /// Texts it was measured on.
        public let texts: Int
        /// What opening and reading them took.
        public let duration: Duration

        /// What reading `count` texts like these takes; commits to the log come on top.
        public func estimate(_ count: Int) -> Duration {
            texts > 0 ? duration * count / texts : .zero
        }
    }

    /// Texts that a pace is measured on: enough to level out long and short ones, and read in a
    /// fraction of a second.
    public static let paceTextsMax = 512

    /// Opens and reads some of the texts, evenly spread over all of them, and records nothing; what
    /// an encoder makes of them is kept, so that reading them all goes on from there.
    ///
    /// - Throws: what the vault throws where it cannot be opened, and `EncoderError`. `LedgerError`
    ///   with code `refused` for a model outside this process, which is not asked for a guess.
    public func pace(_ unread: [(response: Position, text: Position)]) throws -> Pace {
        guard !reader.isExternal else {
            throw LedgerError(
                .refused, "model \(version) is outside this process: only asking would tell")
        }
        let step = max(1, (unread.count + Self.paceTextsMax - 1) / Self.paceTextsMax)
        let sample = stride(from: 0, to: unread.count, by: step)
        // The first opening takes the vault's key and the files into memory.
        if let first = unread.first { _ = try ledger.personalData(at: first.text) }
        let clock = ContinuousClock()
        let start = clock.now
        let texts = try sample.compactMap { try ledger.text(at: unread[$0].text) }
        var reading = TextReading(texts, of: ledger, threads: threads)
        _ = try reading.judged(by: reader)
        return Pace(texts: texts.count, duration: clock.now - start)
    }
}
