import Glibc

/// A tmpfs of a few megabytes, which fills up.
package final class SmallDisk {
    package struct Failure: Error {
        package let status: Int32
    }

    package let path: String
    private let scratch: Scratch

    /// Whether a tmpfs can be mounted here, found out by doing it.
    package static var isPossible: Bool { (try? SmallDisk(sizeBytes: 1 << 20)) != nil }

    package init(sizeBytes: Int) throws {
        scratch = try Scratch()
        path = scratch("disk")
        guard mkdir(path, 0o755) == 0,
            mount("tmpfs", path, "tmpfs", 0, "size=\(sizeBytes)") == 0
        else { throw Failure(status: errno) }
    }

    deinit { umount2(path, Int32(MNT_DETACH)) }

    package func fill(leaving bytes: Int) throws {
        var room = statvfs()
        guard statvfs(path, &room) == 0 else { throw Failure(status: errno) }
        let count = Int(room.f_bavail) * Int(room.f_frsize) - bytes
        let descriptor = open("\(path)/filler", O_WRONLY | O_CREAT, 0o644)
        defer { close(descriptor) }
        guard descriptor >= 0, posix_fallocate(descriptor, 0, off_t(count)) == 0 else {
            throw Failure(status: errno)
        }
    }

    package func empty() { unlink("\(path)/filler") }

    package func makeReadOnly() throws {
        guard mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), nil) == 0
        else { throw Failure(status: errno) }
    }
}
