import Glibc
import LMDB
import Testing

@Suite struct LifeCycleTests {
    @Test func openingTwiceInOneProcessIsRefused() throws {
        let scratch = try Scratch()
        let first = try Environment(path: scratch.path, configuration: .small())
        let link = "\(scratch.path)-link"
        #expect(symlink(scratch.path, link) == 0)
        defer { unlink(link) }
        for path in [scratch.path, "\(scratch.path)/.", link] {
            let error = #expect(throws: LMDBError.self) {
                _ = try Environment(path: path, configuration: .small())
            }
            #expect(error?.code == .lockHeld)
            #expect(error?.description.contains("open already") == true)
        }
        first.close()
        let second = try Environment(path: scratch.path, configuration: .small())
        #expect(try second.checkedCount(try second.integers(), bytes: 1) == 0)
        second.close()
    }

    @Test func anEnvironmentThatIsLetGoIsClosed() throws {
        let scratch = try Scratch()
        for _ in 0..<3 {
            let environment = try Environment(path: scratch.path, configuration: .small())
            _ = try environment.integers()
        }
    }

    @Test func aFailedOpenCanBeRepeated() throws {
        let scratch = try Scratch()
        try Scratch.write("\(scratch.path)/data.mdb", Array(repeating: 1, count: 5000))
        for _ in 0..<2 {
            let error = #expect(throws: LMDBError.self) {
                _ = try Environment(path: scratch.path, configuration: .small())
            }
            #expect(error?.code == .invalidFile)
        }
        unlink("\(scratch.path)/data.mdb")
        _ = try Environment(path: scratch.path, configuration: .small())
    }

    @Test func whatComesAfterCloseIsRefused() throws {
        let scratch = try Scratch()
        let environment = try Environment(path: scratch.path, configuration: .small())
        let entries = try environment.integers()
        environment.close()
        environment.close()
        let attempts: [() throws -> Void] = [
            { try environment.read { _ = try $0.count(entries) } },
            { try environment.write { try $0.put(entries, 1, [1]) } },
            { _ = try environment.database("other", .bytes) },
            { try environment.sync() },
            { try environment.grow(toAtLeast: 1 << 30) },
            { try environment.copy(to: "\(scratch.path)/copy", compacting: false) },
            { try environment.reapDeadReaders() },
        ]
        for attempt in attempts {
            let error = #expect(throws: LMDBError.self) { try attempt() }
            #expect(error?.code == .closed)
        }
        #expect(environment.statistics == Environment.Statistics())
    }

    @Test func aWriteInsideATransactionIsRefusedAndAReadIsNot() throws {
        let scratch = try Scratch()
        let environment = try Environment(path: scratch.path, configuration: .small())
        let entries = try environment.integers()
        let attempts: [() throws -> Void] = [
            { try environment.read { _ in try environment.append(0..<1, bytes: 1, to: entries) } },
            { try environment.write { _ in try environment.append(0..<1, bytes: 1, to: entries) } },
            {
                try environment.write { _ in
                    try environment.copy(to: "\(scratch.path)/copy", compacting: false)
                }
            },
            { try environment.read { _ in _ = try environment.database("new", .bytes) } },
        ]
        for attempt in attempts {
            let error = #expect(throws: LMDBError.self) { try attempt() }
            #expect(error?.code == .lockHeld)
        }
        try environment.write { transaction in
            try transaction.put(entries, 0, [1], append: true)
            #expect(try transaction.count(entries) == 1)
            #expect(try environment.read { try $0.count(entries) } == 0)
            #expect(try environment.database("entries", .integerKeys) != nil)
        }
        #expect(try environment.read { try $0.count(entries) } == 1)
    }

    @Test func aReadOnlyEnvironmentReadsAndRefusesToWrite() throws {
        let scratch = try Scratch()
        let first = try Environment(path: scratch.path, configuration: .small())
        try first.append(0..<10, bytes: 20, to: try first.integers())
        first.close()
        var configuration = Environment.Configuration.small()
        configuration.readOnly = true
        let environment = try Environment(path: scratch.path, configuration: configuration)
        let entries = try environment.integers()
        #expect(try environment.checkedCount(entries, bytes: 20) == 10)
        #expect(try environment.database("absent", .bytes) == nil)
        let error = #expect(throws: LMDBError.self) {
            try environment.append(10..<11, bytes: 20, to: entries)
        }
        #expect(error?.code == .permissionDenied)
    }

    @Test func databasesKeepTheirKindAndTheirNumber() throws {
        let scratch = try Scratch()
        var configuration = Environment.Configuration.small()
        configuration.maxDatabases = 2
        for _ in 0..<2 {
            let environment = try Environment(path: scratch.path, configuration: configuration)
            _ = try environment.integers()
            _ = try environment.named()
            let kind = #expect(throws: LMDBError.self) { _ = try environment.named("entries") }
            #expect(kind?.code == .kindMismatch)
            let full = #expect(throws: LMDBError.self) { _ = try environment.named("third") }
            #expect(full?.code == .databasesFull)
        }
    }

    @Test func databasesOpenedOnManyThreadsAreOne() throws {
        let scratch = try Scratch()
        let environment = try Environment(path: scratch.path, configuration: .small())
        try onThreads(8) { index in
            let database = try environment.integers("shared")
            try environment.write { try $0.put(database, UInt64(index), [UInt8(index)]) }
        }
        #expect(try environment.read { try $0.count(try environment.integers("shared")) } == 8)
    }

    @Test func aFullReaderTableIsAnErrorAndThenWorksAgain() throws {
        let scratch = try Scratch()
        var configuration = Environment.Configuration.small()
        configuration.maxReaders = 4
        let environment = try Environment(path: scratch.path, configuration: configuration)
        let entries = try environment.integers()
        func nested(_ depth: Int) throws -> Int {
            try environment.read { transaction in
                depth == 0 ? try transaction.count(entries) : try nested(depth - 1)
            }
        }
        let error = #expect(throws: LMDBError.self) { _ = try nested(200) }
        #expect(error?.code == .readersFull)
        #expect(try nested(3) == 0)
    }

    @Test func filesAndDirectoriesHaveTheModesAskedFor() throws {
        let scratch = try Scratch()
        var configuration = Environment.Configuration.small()
        configuration.directoryMode = 0o700
        configuration.fileMode = 0o600
        let path = "\(scratch.path)/a/b/vault"
        let environment = try Environment(path: path, configuration: configuration)
        func mode(_ path: String) -> UInt32 {
            var status = stat()
            return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
        }
        #expect(mode(path) == 0o700)
        #expect(mode("\(path)/data.mdb") == 0o600)
        #expect(mode("\(path)/lock.mdb") == 0o600)
        try environment.copy(to: "\(scratch.path)/copy", compacting: true)
        #expect(mode("\(scratch.path)/copy") == 0o700)
        #expect(mode("\(scratch.path)/copy/data.mdb") == 0o600)
    }
}
