import Dispatch
import Glibc
import LMDB
import Testing

/// What happens between processes: each exit test runs its body in a process of its own.
@Suite struct ProcessTests {
    private static let bytes = 200

    @Test func aMapGrownElsewhereIsFollowedInReadAndWrite() async throws {
        let scratch = try Scratch()
        let path = scratch.path
        let environment = try Environment(
            path: path, configuration: .small(mapSizeBytes: 1 << 16))
        let entries = try environment.integers()
        try environment.append(0..<10, bytes: Self.bytes, to: entries)

        await #expect(processExitsWith: .success) { [path = path as String] in
            try ProcessTests.append(at: path, 10..<5000)
        }
        #expect(environment.statistics.mapSizeBytes == 1 << 16)
        #expect(try environment.checkedCount(entries, bytes: Self.bytes) == 5000)
        #expect(environment.statistics.mapSizeBytes > 1 << 16)

        await #expect(processExitsWith: .success) { [path = path as String] in
            try ProcessTests.append(at: path, 5000..<40_000)
        }
        try environment.append(40_000..<40_010, bytes: Self.bytes, to: entries)
        #expect(try environment.checkedCount(entries, bytes: Self.bytes) == 40_010)
    }

    @Test func twoProcessesWriteAndGrowAtOnce() async throws {
        let scratch = try Scratch()
        let path = scratch.path
        let environment = try Environment(
            path: path, configuration: .small(mapSizeBytes: 1 << 16))
        async let other = #expect(processExitsWith: .success) { [path = path as String] in
            try ProcessTests.appendWithOthers(at: path, rounds: 150)
        }
        #expect(try await Scratch.waits(for: "\(path)/started"))
        try Self.appendWithOthers(environment, rounds: 150)
        _ = await other
        #expect(
            try environment.checkedCount(try environment.integers(), bytes: Self.bytes) == 30_000)
    }

    @Test func theSlotOfAReaderThatDiedIsReaped() async throws {
        let scratch = try Scratch()
        let path = scratch.path
        let environment = try Environment(path: path, configuration: .small())
        let entries = try environment.integers()
        try environment.append(0..<10, bytes: Self.bytes, to: entries)
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            try ProcessTests.dieReading(at: path)
        }
        let before = environment.statistics
        #expect(before.readers == 1)
        #expect(before.oldestReaderTransactionID != nil)
        #expect(try environment.reapDeadReaders() == 1)
        #expect(environment.statistics.readers == 0)
        #expect(environment.statistics.oldestReaderTransactionID == nil)
        #expect(try environment.reapDeadReaders() == 0)
    }

    @Test func aWriterThatDiedLeavesNothingAndLocksNobodyOut() async throws {
        let scratch = try Scratch()
        let path = scratch.path
        let environment = try Environment(path: path, configuration: .small())
        let entries = try environment.integers()
        try environment.append(0..<10, bytes: Self.bytes, to: entries)
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            try ProcessTests.dieWriting(at: path)
        }
        #expect(try environment.checkedCount(entries, bytes: Self.bytes) == 10)
        try environment.append(10..<20, bytes: Self.bytes, to: entries)
        #expect(try environment.checkedCount(entries, bytes: Self.bytes) == 20)
    }

    @Test func aDirectoryOfSomebodyElseIsRefused() async throws {
        let scratch = try Scratch()
        let path = "\(scratch.path)/private"
        var configuration = Environment.Configuration.small()
        configuration.directoryMode = 0o700
        configuration.fileMode = 0o600
        try Environment(path: path, configuration: configuration).close()
        chmod(scratch.path, 0o755)
        chmod(path, 0)
        await #expect(processExitsWith: .success) { [path = path as String] in
            // Nobody; the one who runs the tests may be the superuser, whom no mode stops.
            if geteuid() == 0 { #expect(setuid(65_534) == 0) }
            for readOnly in [true, false] {
                var configuration = Environment.Configuration.small()
                configuration.readOnly = readOnly
                let error = #expect(throws: LMDBError.self) {
                    _ = try Environment(path: path, configuration: configuration)
                }
                #expect(error?.code == .permissionDenied)
                #expect(error?.status == EACCES)
            }
        }
        chmod(path, 0o700)
    }

    /// Who takes lock.mdb away makes the next process write without knowing of this one.
    @Test func aLockFileThatIsTakenAwayLetsNobodyWriteOverOthers() async throws {
        let scratch = try Scratch()
        let path = scratch.path
        let environment = try Environment(path: path, configuration: .small())
        let entries = try environment.integers()
        try environment.append(0..<10, bytes: Self.bytes, to: entries)
        // On a thread that nobody else waits for: what happens meanwhile needs those of the pool.
        let reading = Task {
            await withCheckedContinuation { continuation in
                DispatchQueue.global().async {
                    continuation.resume(
                        returning: Result { try ProcessTests.readMeanwhile(environment, at: path) })
                }
            }
        }
        #expect(try await Scratch.waits(for: "\(path)/taken"))
        await #expect(processExitsWith: .success) { [path = path as String] in
            for round in UInt64(1)...5 {
                try ProcessTests.append(at: path, round * 10..<round * 10 + 10)
            }
        }
        try Scratch.write("\(path)/written", [])
        let result = await reading.value
        let lost = #expect(throws: LMDBError.self) { try result.get() }
        #expect(lost?.code == .snapshotLost)
        let refused = #expect(throws: LMDBError.self) {
            try environment.append(10..<20, bytes: Self.bytes, to: entries)
        }
        #expect(refused?.code == .lockReplaced)
        environment.close()
        let again = try Environment(path: path, configuration: .small())
        #expect(try again.checkedCount(try again.integers(), bytes: Self.bytes) == 60)
        try again.append(60..<70, bytes: Self.bytes, to: try again.integers())
    }

    @Test func aWriterThatHangsIsNotWaitedForWithoutEnd() async throws {
        let scratch = try Scratch()
        let path = scratch.path
        var configuration = Environment.Configuration.small()
        configuration.writerPatience = .milliseconds(300)
        let environment = try Environment(path: path, configuration: configuration)
        let entries = try environment.integers()
        try environment.append(0..<10, bytes: Self.bytes, to: entries)
        async let other = #expect(processExitsWith: .signal(SIGKILL)) {
            [path = path as String] in
            try ProcessTests.hangWriting(at: path)
        }
        #expect(try await Scratch.waits(for: "\(path)/writing"))
        let busy = #expect(throws: LMDBError.self) {
            try environment.append(10..<20, bytes: Self.bytes, to: entries)
        }
        #expect(busy?.code == .writerBusy)
        let holder = try #require(
            Int32(String(decoding: Scratch.read("\(path)/writing"), as: UTF8.self)))
        kill(holder, SIGKILL)
        _ = await other
        try environment.append(10..<20, bytes: Self.bytes, to: entries)
        #expect(try environment.checkedCount(entries, bytes: Self.bytes) == 20)
    }

    /// Takes lock.mdb away in the middle of a read, which ends once others have written.
    static func readMeanwhile(_ environment: Environment, at path: String) throws {
        try environment.read { _ in
            #expect(unlink("\(path)/lock.mdb") == 0)
            try Scratch.write("\(path)/taken", [])
            while !Scratch.exists("\(path)/written") { usleep(1000) }
        }
    }

    static func hangWriting(at path: String) throws {
        let environment = try Environment(path: path, configuration: .small())
        let entries = try environment.integers()
        try environment.write { transaction in
            try transaction.put(entries, 10, [1], append: true)
            try Scratch.write("\(path)/writing.new", [UInt8]("\(getpid())".utf8))
            rename("\(path)/writing.new", "\(path)/writing")
            while true { pause() }
        }
    }

    static func append(at path: String, _ keys: Range<UInt64>) throws {
        let environment = try Environment(
            path: path, configuration: .small(mapSizeBytes: 1 << 16))
        try environment.append(keys, bytes: bytes, to: try environment.integers())
        environment.close()
    }

    static func dieReading(at path: String) throws {
        let environment = try Environment(path: path, configuration: .small())
        try environment.read { _ in _ = kill(getpid(), SIGKILL) }
    }

    static func dieWriting(at path: String) throws {
        let environment = try Environment(path: path, configuration: .small())
        let entries = try environment.integers()
        try environment.write { transaction in
            try transaction.put(entries, 10, [1], append: true)
            _ = kill(getpid(), SIGKILL)
        }
    }

    static func appendWithOthers(at path: String, rounds: Int) throws {
        let environment = try Environment(
            path: path, configuration: .small(mapSizeBytes: 1 << 16))
        try Scratch.write("\(path)/started", [])
        try appendWithOthers(environment, rounds: rounds)
        environment.close()
    }

    static func appendWithOthers(_ environment: Environment, rounds: Int) throws {
        let entries = try environment.integers()
        for _ in 0..<rounds {
            try environment.write { transaction in
                let first = try transaction.last(entries).map { $0 + 1 } ?? 0
                for key in first..<first + 100 {
                    try transaction.put(
                        entries, key, Environment.value(key, bytes), append: true)
                }
            }
        }
    }
}
