import Encoders
import Foundation
import LedgerFixtures
import NPSLedger
import Testing

/// Several processes with one cache, and their sudden end.
@Suite("Several processes with one embedding cache")
struct EmbeddingProcessTests {
    @Test("what any of them was answered is kept, though they are killed at any moment")
    func killed() throws {
        let subjects = 400
        let fixture = try EmbeddingFixture(subjects: subjects)
        let seed = UInt64.random(in: 0..<1 << 32)
        print("seed \(seed)")
        var numbers = SeededNumbers(seed: seed)
        let folder = try Scratch()
        var seen: Set<UInt64> = []
        for round in 0..<(Scratch.isHeavy ? 12 : 3) {
            let children = try (0..<3).map { number in
                try ChildProcess(
                    ["embed", fixture.paths.directory, "\(numbers.next() >> 1)", "\(subjects)"],
                    output: folder.path + "/\(round)-\(number)")
            }
            for child in children { try child.wait(forLines: 2, atMost: 60) }
            Thread.sleep(forTimeInterval: Double(numbers.below(50)) / 1_000)
            for child in children {
                child.killNow()
                let lines = try child.lines()
                #expect(lines.count > 1 && lines[0] == "begin", "seed \(seed)")
                for line in lines.dropFirst() {
                    let ends = line.split(separator: " ").compactMap { UInt64($0) }
                    seen.formUnion(ends[0]...ends[1])
                }
            }
            let encoder = CountingEncoder()
            let texts = seen.sorted().map { (subject: $0, text: CountingEncoder.text(of: $0)) }
            try fixture.withCache { cache throws in
                let answer = try cache.embeddings(of: texts, by: encoder, threads: 2)
                #expect(answer == texts.map { encoder.vector($0.text) })
                // One entry each, whoever came first.
                #expect(try cache.statistics().entries >= seen.count)
                #expect(try cache.statistics().entries <= subjects)
            }
            #expect(encoder.work.calls == 0, "seed \(seed)")
        }
        #expect(seen.count > 2)
    }
}
