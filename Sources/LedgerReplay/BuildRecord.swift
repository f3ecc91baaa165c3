import CChecksum
import LedgerCore
import LedgerStore

/// One build of a projection's state: which layout, how far it has come, what it left out.
public struct BuildRecord: Hashable, Sendable {
    /// How values are stored by this program: 0 without checksums, 1 with one behind each, 2 with
    /// the sum of all keys in this record as well.
    static let layoutNewest: UInt32 = 2

    /// Version of the projection that wrote it.
    public internal(set) var version: UInt32
    /// How its values are stored.
    var layout: UInt32
    /// Events before this position are applied.
    public internal(set) var position: Position
    /// Events that could not be applied and wait in quarantine.
    public internal(set) var poisoned: UInt64
    /// The keys of the state and of its quarantine.
    var keys = KeySum()
    /// Leaf hash of the last entry considered, empty before the first: a state folded from another
    /// log, or from a log since restored from a backup, is recognised by it.
    public internal(set) var lastLeaf: [UInt8]

    /// Which projection's it is; nil in records of version 0.1.0.
    public internal(set) var projection: String?

    var bytes: [UInt8] {
        var fields: [String: CBORValue] = [
            // In one number, so that a program that knows no layouts takes it for another version.
            "version": .unsigned(UInt64(layout) << 16 | UInt64(version)),
            "position": .unsigned(position), "poisoned": .unsigned(poisoned),
            "lastLeaf": .bytes(lastLeaf), "keys": .unsigned(keys.count),
            "keySum": .unsigned(keys.sum),
        ]
        if let projection { fields["projection"] = .text(projection) }
        fields[Self.checkField] = .unsigned(UInt64(Self.checksum(of: fields)))
        return CBORValue.map(fields).encoded
    }

    private static let checkField = "check"

    private static func checksum(of fields: [String: CBORValue]) -> UInt32 {
        let bytes = CBORValue.map(fields).encoded
        return cchecksum_crc32c(0, bytes, bytes.count)
    }

    init(version: UInt32) {
        self.version = version
        layout = Self.layoutNewest
        position = 0
        poisoned = 0
        lastLeaf = []
    }

    init(decoding bytes: [UInt8]) throws(CBORError) {
        var fields = EventFields(try CBORCursor.decode(bytes))
        let said = fields[Self.checkField]?.unsignedValue
        fields[Self.checkField] = nil
        let both = try fields.number("version", as: UInt32.self)
        (version, layout) = (both & 0xFFFF, both >> 16)
        guard layout == 0 || said == UInt64(Self.checksum(of: fields.values)) else {
            throw CBORError(.invalidField, offset: 0, field: Self.checkField)
        }
        position = try fields.unsigned("position")
        poisoned = try fields.unsigned("poisoned")
        lastLeaf = try fields.bytes("lastLeaf")
        keys = KeySum(
            count: try fields.optionalNumber("keys") ?? 0,
            sum: try fields.optionalNumber("keySum") ?? 0)
        projection = fields["projection"] == nil ? nil : try fields.text("projection")
    }
}
