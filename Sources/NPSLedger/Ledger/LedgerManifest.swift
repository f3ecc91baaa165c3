import CChecksum
import Foundation
import LedgerCore
import LedgerStore

/// `ledger.json`: what a ledger is, without secrets.
public struct LedgerManifest: Codable, Hashable, Sendable {
    /// Layout of the directory that this program writes and the newest it reads.
    public static let formatVersionNewest = 1

    /// Layout of the directory.
    public var formatVersion: Int
    /// The ledger's name in checkpoints.
    public var origin: String
    /// The Ed25519 public key of its checkpoints, base64.
    public var publicKey: String
    /// The leaf hash of the log's first entry in hexadecimal: which log it belongs to. Nil in
    /// manifests of version 0.1.0.
    public var identity: String?
    /// After how many events the projections' states are put on record by themselves; never where
    /// it is nil or 0.
    public var commitEvery: UInt64?

    /// Reads the manifest of the ledger at `paths`.
    public init(at paths: LedgerPaths) throws {
        if case .hidden(let number) = PathState(paths.directory) {
            throw PathState.failure("\(paths.directory) cannot be looked at", number)
        }
        var isDirectory: ObjCBool = false
        let files = FileManager.default
        guard files.fileExists(atPath: paths.directory, isDirectory: &isDirectory) else {
            throw LedgerError(
                .notALedger,
                "there is no ledger at \(paths.directory)",
                remedy: .initialize(directory: paths.directory))
        }
        guard isDirectory.boolValue else {
            throw LedgerError(
                .notALedger, "\(paths.directory) is a file; a ledger is a directory")
        }
        guard let data = try PathState.content(of: paths.manifest) else {
            throw Self.missing(at: paths)
        }
        guard let manifest = try? JSONDecoder().decode(LedgerManifest.self, from: data) else {
            let isCadence = Self.hasBadCadence(data)
            throw LedgerError(
                .corrupt,
                "\(paths.manifest) is not a ledger's manifest: "
                    + (isCadence
                        ? "“commitEvery” is a whole number of events, or is left out"
                        : "put it back, or remove it to have it made from log and vault"),
                remedy: isCadence ? nil : .rewriteManifest(directory: paths.directory))
        }
        guard manifest.formatVersion <= Self.formatVersionNewest else {
            throw LedgerError(
                .newerFormat,
                "\(paths.directory) has format \(manifest.formatVersion), this program knows "
                    + "up to \(Self.formatVersionNewest)",
                remedy: .update)
        }
        self = manifest
    }

    init(origin: String, publicKey: String, identity: [UInt8]) {
        self.identity = Hex.encode(identity)
        formatVersion = Self.formatVersionNewest
        self.origin = origin
        self.publicKey = publicKey
    }

    private static func missing(at paths: LedgerPaths) -> LedgerError {
        let files = FileManager.default
        guard files.fileExists(atPath: paths.log), files.fileExists(atPath: paths.vault) else {
            return LedgerError(
                .notALedger, "\(paths.directory) is not a ledger: it has no ledger.json")
        }
        return LedgerError(
            .notALedger, "\(paths.directory) has a log and a vault and no ledger.json",
            remedy: .rewriteManifest(directory: paths.directory))
    }

    func write(to path: String) throws {
        let encoded = try JSONEncoder().encode(self)
        let fields = try JSONSerialization.jsonObject(with: encoded) as? [String: Any] ?? [:]
        // Aside among the models: what is left of an interrupted creation must not make the
        // directory look like somebody else's, for it is gone on with by creating again.
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        try DurableFile.write(
            try Self.file(fields), to: path,
            aside: folder + "/models/ledger.json")
    }
}

extension LedgerManifest {
    private static let cadenceKey = "commitEvery"

    /// Writes after how many events the projections' states are put on record, durably; 0 turns it
    /// off.
    ///
    /// All else in the file stays: a newer program may keep there what this one does not know.
    public static func setCommitCadence(_ events: UInt64, at paths: LedgerPaths) throws {
        // Refuses what is no manifest, or one of a format that this program may not change.
        _ = try LedgerManifest(at: paths)
        // Who changes another field at the same time must not take this one back.
        let lock = try FolderLock(paths.directory)
        defer { lock.release() }
        guard let data = FileManager.default.contents(atPath: paths.manifest),
            var fields = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        else {
            throw LedgerError(.storage, "\(paths.manifest) cannot be read: try again")
        }
        fields[cadenceKey] = events == 0 ? nil : events
        try DurableFile.write(try file(fields), to: paths.manifest)
    }

    /// Whether nothing but the cadence keeps this from being a manifest.
    static func hasBadCadence(_ data: Data) -> Bool {
        guard var fields = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any],
            fields.removeValue(forKey: cadenceKey) != nil,
            let rest = try? JSONSerialization.data(withJSONObject: fields)
        else { return false }
        return (try? JSONDecoder().decode(LedgerManifest.self, from: rest)) != nil
    }
}

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
