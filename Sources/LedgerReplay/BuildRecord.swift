import LedgerCore

/// One build of a projection's state: which layout, how far it has come, what it left out.
public struct BuildRecord: Hashable, Sendable {
    /// Version of the projection that wrote it.
    public internal(set) var version: UInt32
    /// Events before this position are applied.
    public internal(set) var position: Position
    /// Events that could not be applied and wait in quarantine.
    public internal(set) var poisoned: UInt64
    /// Leaf hash of the last entry considered, empty before the first: a state folded from another
    /// log, or from a log since restored from a backup, is recognised by it.
    public internal(set) var lastLeaf: [UInt8]

    var bytes: [UInt8] {
        CBORValue.map([
            "version": .unsigned(UInt64(version)), "position": .unsigned(position),
            "poisoned": .unsigned(poisoned), "lastLeaf": .bytes(lastLeaf),
        ]).encoded
    }

    init(version: UInt32) {
        self.version = version
        position = 0
        poisoned = 0
        lastLeaf = []
    }

    init(decoding bytes: [UInt8]) throws(CBORError) {
        let fields = EventFields(try CBORCursor.decode(bytes))
        version = try fields.number("version")
        position = try fields.unsigned("position")
        poisoned = try fields.unsigned("poisoned")
        lastLeaf = try fields.bytes("lastLeaf")
    }
}
