import Foundation
import LMDB
import LedgerCore
import LedgerFixtures
import Testing

@testable import LedgerStore

/// Pages of the file that are damaged: LMDB believes them, and would take the process with it.
@Suite struct DamagedPagesTests {
    private static let rounds = 48
    private static let pageBytes = 4096

    @Test func noDamagedPageKillsTheVerifier() throws {
        let seed: UInt64 = 131
        let scratch = try Scratch()
        try LogTampering.make(scratch("log"))
        let sound = [UInt8](try Data(contentsOf: URL(fileURLWithPath: scratch("log/data.mdb"))))
        var random = SeededNumbers(seed: seed)
        var answers: [String: Int] = [:]
        try FileManager.default.createDirectory(
            atPath: scratch("copy"), withIntermediateDirectories: false)
        for round in 0..<Self.rounds {
            var bytes = sound
            let page = Self.pageBytes * (2 + random.below(sound.count / Self.pageBytes - 2))
            switch round % 4 {
            case 0: bytes.replaceSubrange(page..<(page + Self.pageBytes), with: zeroes)
            case 1:
                bytes.replaceSubrange(
                    page..<(page + Self.pageBytes), with: random.bytes(Self.pageBytes))
            case 2: bytes[page + random.below(64)] = UInt8(random.below(256))
            default: bytes[page + random.below(Self.pageBytes)] = UInt8(random.below(256))
            }
            try Data(bytes).write(to: URL(fileURLWithPath: scratch("copy/data.mdb")))
            let child = try ChildProcess(["verify", scratch("copy")], output: scratch("out"))
            #expect(child.wait() == 0, "round \(round), seed \(seed)")
            answers[try child.lines().first ?? "nothing", default: 0] += 1
        }
        #expect(Set(answers.keys).isSubset(of: ["sound", "unsound", "corrupt"]), "\(answers)")
        // Some pages are free, and a changed byte may be one that says nothing; most are not.
        #expect(answers["sound", default: 0] < Self.rounds * 3 / 4, "\(answers)")
    }

    private var zeroes: [UInt8] { [UInt8](repeating: 0, count: Self.pageBytes) }

    @Test func aDamagedPageIsNamed() throws {
        let scratch = try Scratch()
        try LogTampering.make(scratch("log"))
        let data = scratch("log/data.mdb")
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: data)))
        var named = 0
        for page in 2..<(bytes.count / Self.pageBytes) {
            // What looks like a page of entries; some are of earlier commits and free by now.
            let start = page * Self.pageBytes
            let content = bytes[start..<(start + Self.pageBytes)]
            guard content.firstRange(of: Array("response.recorded".utf8)) != nil else { continue }
            var damaged = bytes
            damaged[start] ^= 0xFF
            try Data(damaged).write(to: URL(fileURLWithPath: data))
            // Its opening needs few pages; damage to the others is found by verifying.
            guard let findings = try? LogTampering(path: scratch("log")).findings() else {
                continue
            }
            guard !findings.report.isSound else { continue }
            #expect(findings.places == [LogTampering.Place(.pages, nil)])
            let problem = findings.report.findings.first?.problem ?? ""
            if problem.contains("page \(page) of table “entries”") { named += 1 }
        }
        #expect(named >= 10)
    }

    @Test func aWriterAtWorkIsNoDamage() throws {
        let scratch = try Scratch()
        try EventLog(testing: scratch("log")).close()
        let child = try ChildProcess(
            ["append", scratch("log"), Sample.source, "7", "30", "0"], output: scratch("out"))
        try child.wait(forLines: 1)
        for _ in 0..<20 {
            let log = try EventLog(path: scratch("log"), clock: { TestClock.start })
            for _ in 0..<5 { try log.environment.checkPages() }
            log.close()
        }
        child.killNow()
        let log = try EventLog(path: scratch("log"), clock: { TestClock.start })
        try AppendTests.expectSound(log)
        log.close()
    }
}
