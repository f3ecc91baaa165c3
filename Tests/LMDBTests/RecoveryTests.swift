import Glibc
import Testing

@testable import LMDB

/// After a meta page could not be written LMDB refuses everything until it is opened again.
///
/// No device fails on demand, so the test sets the flag LMDB sets, after making sure that it
/// stands where this LMDB has it.
@Suite struct RecoveryTests {
    /// Three file descriptors stand before the flags in LMDB 0.9's environment.
    private static let flagsOffset = 12
    private static let fatalError: UInt32 = 0x8000_0000
    /// MDB_NOTLS | MDB_NOSYNC, which the environment was opened with.
    private static let openedFlags: UInt32 = 0x200000 | 0x10000

    private static func setFatal(_ environment: Environment) -> Bool {
        guard let raw = environment.opened.raw else { return false }
        let flags = UnsafeMutableRawPointer(raw).advanced(by: flagsOffset)
        let value = flags.load(as: UInt32.self)
        guard value & openedFlags == openedFlags else { return false }
        flags.storeBytes(of: value | fatalError, as: UInt32.self)
        return true
    }

    @Test func aPanicIsHealedByOpeningAgain() throws {
        let scratch = try Scratch()
        let environment = try Environment(path: scratch.path, configuration: .small())
        let names = try environment.named("first")
        let entries = try environment.integers()
        try environment.append(0..<100, bytes: 200, to: entries)
        try environment.write { try $0.put(names, bytes: [1], [7]) }

        try #require(Self.setFatal(environment))
        #expect(try environment.checkedCount(entries, bytes: 200) == 100)
        #expect(environment.opened.generation == 2)

        try #require(Self.setFatal(environment))
        try environment.append(100..<200, bytes: 200, to: entries)
        #expect(environment.opened.generation == 3)
        #expect(try environment.checkedCount(entries, bytes: 200) == 200)
        #expect(try environment.read { try $0.value(names, bytes: [1]) } == [7])
        #expect(environment.statistics.readers == 1)
    }

    @Test func manyThreadsThatMeetOnePanicOpenOnce() throws {
        let scratch = try Scratch()
        let environment = try Environment(path: scratch.path, configuration: .small())
        let entries = try environment.integers()
        try environment.append(0..<100, bytes: 200, to: entries)
        try #require(Self.setFatal(environment))
        try onThreads(8) { _ in
            let count = try environment.checkedCount(entries, bytes: 200)
            #expect(count == 100)
        }
        #expect(environment.opened.generation == 2)
    }

    @Test func whenOpeningAgainFailsTheErrorSaysWhyAndALaterTrySucceeds() throws {
        let scratch = try Scratch()
        let environment = try Environment(path: scratch.path, configuration: .small())
        let entries = try environment.integers()
        try environment.append(0..<100, bytes: 200, to: entries)
        try #require(Self.setFatal(environment))
        let file = "\(scratch.path)/data.mdb"
        #expect(rename(file, "\(file).away") == 0)
        try Scratch.write(file, Array(repeating: 1, count: 9000))
        for _ in 0..<2 {
            let error = #expect(throws: LMDBError.self) {
                _ = try environment.checkedCount(entries, bytes: 200)
            }
            #expect(error?.code == .invalidFile)
        }
        #expect(environment.statistics == Environment.Statistics())
        #expect(rename("\(file).away", file) == 0)
        #expect(try environment.checkedCount(entries, bytes: 200) == 100)
    }
}
