/// What the suite holds a projection to.
public enum ContractCheck: String, CaseIterable, Sendable {
    /// A history folds without an error other than `PoisonEvent`, and without any where every
    /// reference is valid; a poison names its own position.
    case folds
    /// Two folds of one history give the same state.
    case repetition
    /// A flush after every event gives the same state as one at the end.
    case replayEqualsIncremental
    /// Any cut into batches gives the same state.
    case anyChunking
    /// A new instance on the kept state goes on as the old one would have.
    case restart
    /// A second flush changes nothing.
    case flushTwice
    /// Events that are not consumed make no difference.
    case unconsumedEvents
    /// Any cut into spans, read apart and in any order, gives the same state and the same poison.
    case spans
    /// An event whose payload says nothing is thrown as poison and leaves the state as it was.
    case poison
    /// Bytes that changed at random lead to an answer or to poison, never to anything else, and
    /// to the same state for any cut.
    case changedBytes
    /// An answer as of a position is that of a fold of the events before it.
    case asOf
    /// Where a projection describes prefixes: the state's description of one is that of the state
    /// folded to its end, and two prefixes that are answered differently are described differently.
    case description
}
