import Foundation
import LMDB
import LedgerCore
import LedgerFixtures
import Testing

@testable import LedgerStore

/// What is said when a log cannot be opened, and that nothing is touched then.
@Suite struct OpeningTests {
    private static func failure(
        _ path: String, create: Bool = false, readOnly: Bool = false
    ) -> LedgerError? {
        #expect(throws: LedgerError.self) {
            try EventLog(path: path, create: create, readOnly: readOnly) { TestClock.start }
                .close()
        }
    }

    private static func makeLog(_ path: String, count: Int = 50) throws {
        let log = try EventLog(testing: path)
        _ = try log.append(EventBatch(responses: 0..<count))
        log.close()
    }

    @Test func whatIsNotALedgerStaysAsItWas() throws {
        let scratch = try Scratch()
        let files = FileManager.default
        #expect(Self.failure(scratch("absent"))?.code == .notALedger)
        #expect(!files.fileExists(atPath: scratch("absent")))
        try files.createDirectory(atPath: scratch("empty"), withIntermediateDirectories: false)
        for readOnly in [false, true] {
            let error = Self.failure(scratch("empty"), readOnly: readOnly)
            #expect(error?.code == .notALedger)
            #expect(error?.message.contains(scratch("empty")) == true)
        }
        #expect(try files.contentsOfDirectory(atPath: scratch("empty")) == [])

        // Somebody else's LMDB environment gets no tables of ours.
        let other = try Environment(path: scratch("other"))
        _ = try other.database("theirs", .bytes)
        other.close()
        #expect(Self.failure(scratch("other"))?.code == .notALedger)
        var configuration = Environment.Configuration()
        configuration.readOnly = true
        let again = try Environment(path: scratch("other"), configuration: configuration)
        #expect(try again.database("entries", .integerKeys) == nil)
        #expect(try again.database("meta", .bytes) == nil)
        again.close()
    }

    /// An empty table in its place would have every row that comes again recorded once more.
    @Test(arguments: [("keys.runs", "keys.runr"), ("subjects.runs", "subjects.rtns")])
    func aLostTableIsNotMadeAnew(name: String, other: String) throws {
        let scratch = try Scratch()
        try Self.makeLog(scratch("log"))
        let path = URL(fileURLWithPath: scratch("log") + "/data.mdb")
        var file = try Data(contentsOf: path)
        var found = 0
        while let range = file.firstRange(of: Data(name.utf8)) {
            file.replaceSubrange(range, with: Data(other.utf8))
            found += 1
        }
        #expect(found > 0)
        try file.write(to: path)
        for readOnly in [false, true] {
            let error = Self.failure(scratch("log"), readOnly: readOnly)
            #expect(error?.code == .corrupt)
            #expect(error?.message.contains("table “\(name)” is gone") == true)
        }
        #expect(try Data(contentsOf: path) == file)
    }

    @Test func aLostHeadIsNoNewLog() throws {
        let scratch = try Scratch()
        try Self.makeLog(scratch("log"))
        try LogTampering(path: scratch("log")).change {
            try $0.delete($1.meta, bytes: LogSchema.headKey)
        }
        #expect(throws: LedgerError.self) {
            let log = try EventLog(testing: scratch("log"))
            defer { log.close() }
            _ = try log.append(EventBatch(responses: 50..<60))
        }
    }

    @Test func filesThatAreSomethingElse() throws {
        let scratch = try Scratch()
        try Data("a file".utf8).write(to: URL(fileURLWithPath: scratch("file")))
        #expect(Self.failure(scratch("file"))?.code == .notALedger)
        #expect(Self.failure(scratch("file"), create: true)?.code == .notALedger)
        #expect(Self.failure(scratch("file/log"), create: true)?.code == .notALedger)
        try FileManager.default.createDirectory(
            atPath: scratch("text"), withIntermediateDirectories: false)
        let text = Data(String(repeating: "not a database\n", count: 1_000).utf8)
        try text.write(to: URL(fileURLWithPath: scratch("text/data.mdb")))
        #expect(Self.failure(scratch("text"))?.code == .notALedger)
        #expect(Self.failure(scratch("text"), create: true)?.code == .notALedger)
    }

    @Test func aNewerFormatIsNamedAndNotTouched() throws {
        let scratch = try Scratch()
        try Self.makeLog(scratch("log"))
        var environment = try Environment(path: scratch("log"))
        let meta = try #require(try environment.database("meta", .bytes))
        try environment.write { transaction in
            try transaction.put(meta, bytes: LogSchema.formatKey, [4, 0, 0, 0, 0, 0, 0, 0])
        }
        environment.close()
        for create in [false, true] {
            let error = Self.failure(scratch("log"), create: create)
            #expect(error?.code == .newerFormat)
            #expect(error?.message.contains("format 4") == true)
        }
        #expect(Self.failure(scratch("log"), readOnly: true)?.code == .newerFormat)
        // A record that is no number is not taken for ours either.
        environment = try Environment(path: scratch("log"))
        let again = try #require(try environment.database("meta", .bytes))
        try environment.write { try $0.put(again, bytes: LogSchema.formatKey, [1]) }
        environment.close()
        #expect(Self.failure(scratch("log")) != nil)
    }

    @Test func aTruncatedFileIsCorrupt() throws {
        let scratch = try Scratch()
        try Self.makeLog(scratch("log"), count: 400)
        let data = scratch("log/data.mdb")
        let size = try #require(
            try FileManager.default.attributesOfItem(atPath: data)[.size] as? Int)
        let handle = try #require(FileHandle(forUpdatingAtPath: data))
        for keeps in [size / 2, 3 * 4096, 4096 + 100] {
            try handle.truncate(atOffset: UInt64(keeps))
            let error = Self.failure(scratch("log"))
            #expect(error?.code == .corrupt, "\(keeps) bytes of \(size)")
        }
        try handle.close()
    }

    @Test func aLogIsOpenOnceInAProcess() throws {
        let scratch = try Scratch()
        let log = try EventLog(testing: scratch("log"))
        let error = Self.failure(scratch("log"))
        #expect(error?.code == .lockHeld)
        #expect(error?.message.contains(scratch("log")) == true)
        log.close()
        try EventLog(testing: scratch("log")).close()
    }

    @Test func aReaderCannotAppend() throws {
        let scratch = try Scratch()
        try Self.makeLog(scratch("log"))
        let log = try EventLog(path: scratch("log"), readOnly: true) { TestClock.start }
        #expect(try log.head().size == 50)
        let error = #expect(throws: LedgerError.self) {
            _ = try log.append(EventBatch(responses: [1]))
        }
        #expect(error?.code == .permission)
        try AppendTests.expectSound(log)
        log.close()
    }

    @Test(.enabled(if: geteuid() == 0, "becoming somebody else needs the superuser"))
    func aDirectoryOfSomebodyElseIsRefused() throws {
        let scratch = try Scratch()
        try Self.makeLog(scratch("log"))
        for (mode, expected) in [(0o755, "permission"), (0o700, "permission")] {
            try FileManager.default.setAttributes(
                [.posixPermissions: mode], ofItemAtPath: scratch("log"))
            let child = try ChildProcess(
                ["open", scratch("log"), "65534"], output: scratch("out"))
            #expect(child.wait() == 0)
            #expect(try child.lines() == [expected])
        }
        #expect(try EventLog(testing: scratch("log")).head().size == 50)
    }
}
