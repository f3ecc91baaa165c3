import CChecksum
import Foundation

/// The file carries CRC-32C of all else in it, keys sorted and without space, in hexadecimal: a changed
/// byte that leaves it readable would else be another setting. Files of version 0.1.0 have none.
extension LedgerManifest {
    private static let checksumKey = "checksum"

    /// The bytes of a file with these fields, and the checksum of them.
    static func file(_ fields: [String: Any]) throws -> [UInt8] {
        var fields = fields
        fields[checksumKey] = try checksum(of: fields)
        let written = try JSONSerialization.data(
            withJSONObject: fields,
            options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
        return [UInt8](written) + [10]
    }

    private static func checksum(of fields: [String: Any]) throws -> String {
        var fields = fields
        fields[checksumKey] = nil
        let bytes = try JSONSerialization.data(
            withJSONObject: fields, options: [.sortedKeys, .withoutEscapingSlashes])
        let sum = bytes.withUnsafeBytes { cchecksum_crc32c(0, $0.baseAddress, $0.count) }
        return withUnsafeBytes(of: sum.bigEndian) { Hex.encode($0) }
    }

    /// Whether the file at a path is what was written; nil where that cannot be told, because an older
    /// program wrote it.
    static func isIntact(at path: String) throws -> Bool? {
        guard let data = try PathState.content(of: path),
            let fields = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any],
            let said = fields[checksumKey] as? String
        else { return nil }
        return try said == checksum(of: fields)
    }
}
