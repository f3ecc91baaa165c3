import CLMDB
import Glibc

extension Environment {
    /// How often a copy is begun again that a writer overtook.
    private static let copyLooksMax = 8
    /// What is read and written at a time.
    private static let copyChunkBytes = 1 << 20

    /// Copies a directory's data file without opening it, as one snapshot: for whoever may read a
    /// file and write nothing beside it.
    ///
    /// Others may write meanwhile; they do not know of the reader, so the copy is begun again where
    /// pages of the snapshot may have been used for something else.
    /// - Parameters:
    ///   - source: the directory of the environment.
    ///   - target: a directory that exists and holds no data file.
    /// - Returns: false where there is no data file, or an empty one: there is nothing to copy.
    /// - Throws: `LMDBError`; `snapshotLost` where writers were faster each time.
    public static func copyDataFile(
        from source: String, to target: String
    ) throws(LMDBError) -> Bool {
        let path = "\(source)/\(DataDirectory.dataFileName)"
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0, errno == ENOENT { return false }
        guard descriptor >= 0 else {
            throw LMDBError(status: errno, operation: "copy", path: path)
        }
        defer { _ = Glibc.close(descriptor) }
        let file = DataFile(path: path, descriptor: descriptor)
        let copy = "\(target)/\(DataDirectory.dataFileName)"
        for _ in 0..<copyLooksMax {
            guard let before = try file.meta() else { return false }
            let count = min(
                try file.sizeBytes(), (Int(before.lastPage) + 1) * before.pageSizeBytes)
            try copyBytes(of: file, count: count, to: copy)
            // Pages of a snapshot stay until the commit after the next one; see `requireUntouched`.
            // The copy's own meta page may be of a commit since, whose pages lie beyond its end.
            if let after = try file.meta(), after.transactionID <= before.transactionID + 1,
                try isSnapshot(copy, of: before.transactionID)
            {
                return true
            }
        }
        throw LMDBError(
            code: .snapshotLost, status: EAGAIN, operation: "copy", path: path,
            detail: "somebody wrote faster than it could be copied")
    }

    private static func isSnapshot(
        _ path: String, of transaction: UInt64
    ) throws(LMDBError) -> Bool {
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw LMDBError(status: errno, operation: "copy", path: path)
        }
        defer { _ = Glibc.close(descriptor) }
        let meta = try DataFile(path: path, descriptor: descriptor).meta()
        return meta?.transactionID == transaction
    }

    /// Takes away what a copy has left.
    public static func removeDataFile(in directory: String) throws(LMDBError) {
        try DataDirectory.removeDataFile(directory)
    }

    /// The two meta pages come first, as they are before any other is read: what is committed later
    /// must not be pointed to.
    private static func copyBytes(
        of file: DataFile, count: Int, to path: String
    ) throws(LMDBError) {
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC
        let descriptor = unsafe Glibc.open(path, flags, 0o600)
        guard descriptor >= 0 else {
            throw LMDBError(status: errno, operation: "copy", path: path)
        }
        defer { _ = Glibc.close(descriptor) }
        var offset = 0
        while offset < count {
            let length = min(copyChunkBytes, count - offset)
            guard let bytes = try file.read(at: offset, count: length) else {
                throw file.corruption("it ends at byte \(offset) while it is copied")
            }
            var done = 0
            while done < length {
                let written = unsafe bytes.withUnsafeBytes { raw in
                    unsafe pwrite(
                        descriptor, raw.baseAddress?.advanced(by: done), length - done,
                        off_t(offset + done))
                }
                if written < 0 && errno == EINTR { continue }
                guard written > 0 else {
                    throw LMDBError(
                        status: written < 0 ? errno : ENOSPC, operation: "copy", path: path)
                }
                done += written
            }
            offset += length
        }
    }
}
