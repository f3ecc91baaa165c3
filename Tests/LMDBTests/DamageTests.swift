import Glibc
import LMDB
import Testing

@Suite struct DamageTests {
    private static func code(_ path: String, readOnly: Bool = false) -> LMDBError.Code? {
        var configuration = Environment.Configuration.small()
        configuration.readOnly = readOnly
        do throws(LMDBError) {
            try Environment(path: path, configuration: configuration).close()
            return nil
        } catch {
            return error.code
        }
    }

    private static func filled(_ path: String, entries count: UInt64) throws {
        let environment = try Environment(path: path, configuration: .small())
        try environment.append(0..<count, bytes: 200, to: try environment.integers())
        environment.close()
    }

    @Test func aFileThatIsNotLMDBsIsRefused() throws {
        let scratch = try Scratch()
        try Scratch.write("\(scratch.path)/data.mdb", Array(repeating: 0x41, count: 20_000))
        #expect(Self.code(scratch.path) == .invalidFile)
        #expect(Self.code(scratch.path, readOnly: true) == .invalidFile)
        try Scratch.write("\(scratch.path)/data.mdb", Array("hello".utf8))
        #expect(Self.code(scratch.path) == .invalidFile)
    }

    @Test func aPathThatIsAFileIsRefused() throws {
        let scratch = try Scratch()
        try Scratch.write("\(scratch.path)/file", [1])
        #expect(Self.code("\(scratch.path)/file") == .invalidFile)
        #expect(Self.code("\(scratch.path)/absent", readOnly: true) == .noSuchFile)
    }

    @Test func anotherFormatVersionIsRefused() throws {
        let scratch = try Scratch()
        try Self.filled(scratch.path, entries: 10)
        let descriptor = open("\(scratch.path)/data.mdb", O_RDWR)
        var version: UInt32 = 2
        #expect(pwrite(descriptor, &version, 4, 20) == 4)
        close(descriptor)
        #expect(Self.code(scratch.path) == .versionMismatch)
    }

    @Test func aTruncatedFileIsRefusedWhereverItIsCut() throws {
        let scratch = try Scratch()
        try Self.filled(scratch.path, entries: 2000)
        let file = "\(scratch.path)/data.mdb"
        let size = Scratch.sizeBytes(file)
        #expect(size > 400_000)
        for kept in [size - 4096, size - 1, size / 2, 3 * 4096, 2 * 4096, 4096 + 10, 4096] {
            #expect(truncate(file, kept) == 0)
            #expect(Self.code(scratch.path) == .corrupted, "\(kept) of \(size) bytes kept")
            #expect(Self.code(scratch.path, readOnly: true) == .corrupted)
        }
        // Too short for a meta page: nothing of LMDB's is left to recognise.
        #expect(truncate(file, 100) == 0)
        #expect(Self.code(scratch.path) == .invalidFile)
        // An empty file is what LMDB makes first.
        #expect(truncate(file, 0) == 0)
        #expect(Self.code(scratch.path) == nil)
    }

    @Test func aSoundFileThatEndsBeforeItsLastPageOpens() throws {
        let scratch = try Scratch()
        let environment = try Environment(path: scratch.path, configuration: .small())
        let entries = try environment.integers()
        try environment.append(0..<1000, bytes: 200, to: entries)
        try environment.write { transaction in
            for key in 100..<1000 as Range<UInt64> { try transaction.delete(entries, key) }
        }
        for _ in 0..<3 {
            try environment.write { try $0.put(entries, 0, Environment.value(0, 200)) }
        }
        // Once LMDB reuses free pages, pages of long values that come and go within a
        // transaction are never written.
        try environment.write { transaction in
            for key in 1000..<1500 as Range<UInt64> {
                try transaction.put(entries, key, Environment.value(key, 9000), append: true)
            }
            for key in 1000..<1500 as Range<UInt64> { try transaction.delete(entries, key) }
        }
        let used = environment.statistics.usedBytes
        environment.close()
        let file = "\(scratch.path)/data.mdb"
        #expect(Scratch.sizeBytes(file) < used, "the case this test is about did not arise")
        let again = try Environment(path: scratch.path, configuration: .small())
        #expect(try again.checkedCount(try again.integers(), bytes: 200) == 100)
        again.close()
        // The same file cut by pages that are in use is still found out.
        #expect(truncate(file, 5 * 4096) == 0)
        #expect(Self.code(scratch.path) == .corrupted)
    }

    @Test func aDamagedMetaPageIsReportedNotFollowed() throws {
        let scratch = try Scratch()
        try Self.filled(scratch.path, entries: 100)
        let file = "\(scratch.path)/data.mdb"
        let original = try Scratch.read(file)
        for (offset, value) in [(40, 77), (40, 0), (136, UInt64.max), (32, UInt64.max)] {
            for page in [0, 4096] {
                var damaged = original
                for index in 0..<(offset == 40 ? 4 : 8) {
                    damaged[page + offset + index] = UInt8(
                        truncatingIfNeeded: UInt64(value) >> (8 * UInt64(index)))
                }
                try Scratch.write(file, damaged)
                #expect(Self.code(scratch.path) == .corrupted, "\(offset) \(value) at \(page)")
            }
        }
        try Scratch.write(file, original)
        #expect(Self.code(scratch.path) == nil)
    }

    @Test func zeroedPagesAreAnErrorAndNotACrash() throws {
        let scratch = try Scratch()
        try Self.filled(scratch.path, entries: 2000)
        let file = "\(scratch.path)/data.mdb"
        var bytes = try Scratch.read(file)
        for index in 2 * 4096..<bytes.count { bytes[index] = 0 }
        try Scratch.write(file, bytes)
        let error = #expect(throws: LMDBError.self) {
            let environment = try Environment(path: scratch.path, configuration: .small())
            _ = try environment.checkedCount(try environment.integers(), bytes: 200)
        }
        #expect(error?.code == .corrupted)
        #expect(error?.path == file)
    }

}
