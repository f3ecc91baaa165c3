import Foundation
import LedgerCore
import LedgerStore

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
