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

    /// Which projection's it is; nil in records of version 0.1.0.
    public internal(set) var projection: String?

    var bytes: [UInt8] {
        var fields: [String: CBORValue] = [
            "version": .unsigned(UInt64(version)), "position": .unsigned(position),
            "poisoned": .unsigned(poisoned), "lastLeaf": .bytes(lastLeaf),
        ]
        if let projection { fields["projection"] = .text(projection) }
        return CBORValue.map(fields).encoded
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
        projection = fields["projection"] == nil ? nil : try fields.text("projection")
    }
}
