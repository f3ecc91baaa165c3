import Glibc
import LMDB
import LedgerFixtures
import Testing

/// A small file system of its own, which only the superuser can mount.
@Suite(.serialized, .enabled(if: SmallDisk.isPossible, "mounting a tmpfs needs the superuser"))
struct DiskFullTests {
    @Test func aFullDiskIsAnErrorThatPasses() throws {
        let disk = try SmallDisk(sizeBytes: 4 << 20)
        var configuration = Environment.Configuration.small()
        configuration.durability = .full
        let environment = try Environment(
            path: "\(disk.path)/log", configuration: configuration)
        let entries = try environment.integers()
        try disk.fill(leaving: 1 << 20)
        var next: UInt64 = 0
        var failure: LMDBError?
        while failure == nil && next < 100_000 {
            do {
                try environment.append(next..<next + 200, bytes: 200, to: entries)
                next += 200
            } catch let error as LMDBError {
                failure = error
            }
        }
        #expect(next > 1000)
        #expect(failure?.code == .diskFull)
        #expect(failure?.status == ENOSPC)
        #expect(failure?.description.contains(environment.path) == true)
        // What was acknowledged is readable while the disk is full.
        #expect(try environment.checkedCount(entries, bytes: 200) == Int(next))
        disk.empty()
        try environment.append(next..<next + 200, bytes: 200, to: entries)
        #expect(try environment.checkedCount(entries, bytes: 200) == Int(next) + 200)
        environment.close()
        let again = try Environment(path: environment.path, configuration: configuration)
        #expect(
            try again.checkedCount(try again.integers(), bytes: 200) == Int(next) + 200)
        again.close()
    }

    @Test func aTransactionThatSpillsOntoAFullDiskSaysSo() throws {
        let disk = try SmallDisk(sizeBytes: 2 << 20)
        let environment = try Environment(
            path: "\(disk.path)/log", configuration: .small(mapSizeBytes: 1 << 30))
        let entries = try environment.integers()
        let error = #expect(throws: LMDBError.self) {
            try environment.append(0..<20_000, bytes: 2000, to: entries)
        }
        #expect(error?.code == .diskFull)
        try environment.append(0..<100, bytes: 200, to: entries)
        #expect(try environment.checkedCount(entries, bytes: 200) == 100)
        environment.close()
    }

    /// LMDB writes its lock file through a map, where a full disk would kill the process.
    @Test func openingOnAFullDiskIsAnError() async throws {
        let disk = try SmallDisk(sizeBytes: 1 << 20)
        let path = "\(disk.path)/log"
        #expect(mkdir(path, 0o755) == 0)
        try disk.fill(leaving: 0)
        await #expect(processExitsWith: .success) { [path = path as String] in
            let error = #expect(throws: LMDBError.self) {
                _ = try Environment(path: path, configuration: .small())
            }
            #expect(error?.code == .diskFull)
        }
        disk.empty()
        try Environment(path: path, configuration: .small()).close()
    }

    @Test func aFileSystemMountedReadOnlyCanBeReadAndRefusesWrites() throws {
        let disk = try SmallDisk(sizeBytes: 4 << 20)
        let path = "\(disk.path)/log"
        let environment = try Environment(path: path, configuration: .small())
        try environment.append(0..<100, bytes: 200, to: try environment.integers())
        environment.close()
        try disk.makeReadOnly()
        let error = #expect(throws: LMDBError.self) {
            _ = try Environment(path: path, configuration: .small())
        }
        #expect(error?.code == .readOnlyFileSystem)
        #expect(error?.status == EROFS)
        var configuration = Environment.Configuration.small()
        configuration.readOnly = true
        let reader = try Environment(path: path, configuration: configuration)
        #expect(try reader.checkedCount(try reader.integers(), bytes: 200) == 100)
        reader.close()
    }
}
