import Crypto
import Encoders
import Foundation
import LedgerCore
import LedgerFixtures
import LedgerStore
import Testing

@testable import NPSLedger

@Suite("Embedding cache")
struct EmbeddingCacheTests {
    private let fixture: EmbeddingFixture

    init() throws { fixture = try EmbeddingFixture() }

    private func expected(
        _ texts: EmbeddingFixture.Texts, _ encoder: CountingEncoder
    ) -> [Embedding] {
        texts.map { encoder.vector($0.text) }
    }

    @Test("what was encoded once is not encoded again, by another model or another process")
    func secondModel() throws {
        let texts = fixture.texts(1...200)
        let encoder = CountingEncoder()
        try fixture.withCache { cache throws in
            let first = try cache.embeddings(of: texts, by: encoder, threads: 2)
            #expect(first == expected(texts, encoder))
            // Pairs of subjects say the same; it is encoded once.
            #expect(encoder.work.texts == Set(texts.map(\.text)).count)
            #expect(encoder.work.texts < 110)
            #expect(try cache.embeddings(of: texts, by: encoder, threads: 1) == first)
        }
        let other = CountingEncoder()
        try fixture.withCache { cache throws in
            let shuffled = texts.shuffled()
            let answer = try cache.embeddings(of: shuffled, by: other, threads: 3)
            #expect(answer == expected(shuffled, other))
            #expect(try cache.statistics().entries == 200)
        }
        #expect(other.work.texts == 0 && other.work.calls == 0)
    }

    @Test("encoders are kept apart by their digests")
    func encoders() throws {
        let texts = fixture.texts(1...20)
        try fixture.withCache { cache throws in
            for name in [UInt8(1), 9] {
                let encoder = CountingEncoder(name, dimensions: name == 9 ? 7 : 48)
                let answer = try cache.embeddings(of: texts, by: encoder, threads: 1)
                #expect(answer == expected(texts, encoder))
                #expect(encoder.work.texts > 0)
            }
            #expect(try cache.statistics().entries == 40)
        }
    }

    @Test("only what is missing is encoded; empty, huge and invalid texts are texts")
    func missing() throws {
        var texts = fixture.texts(1...30)
        try fixture.withCache { cache throws in
            _ = try cache.embeddings(of: texts, by: CountingEncoder(), threads: 1)
            texts[3].text = []
            texts[4].text = [0xFF, 0x00, 0xC0]
            texts[5].text = [UInt8](repeating: 0x61, count: 5_000_000)
            texts.append(texts[3])
            for round in 0...1 {
                let encoder = CountingEncoder()
                let answer = try cache.embeddings(of: texts, by: encoder, threads: 1)
                #expect(answer == expected(texts, encoder))
                #expect(encoder.work.texts == (round == 0 ? 3 : 0))
            }
            #expect(try cache.embeddings(of: [], by: CountingEncoder(), threads: 1) == [])
        }
    }

    @Test("a subject may have more texts than a page holds, and get some later")
    func manyTexts() throws {
        let texts: EmbeddingFixture.Texts = (0..<90).map {
            (subject: $0 % 3 == 0 ? 8 : 7, text: Array("text \($0)".utf8))
        }
        try fixture.withCache { cache throws in
            var known = 0
            for count in [1, 2, 3, 20, 21, 49, 50, 90, 90] {
                let encoder = CountingEncoder()
                let some = Array(texts.prefix(count).reversed())
                let answer = try cache.embeddings(of: some, by: encoder, threads: 2)
                #expect(answer == expected(some, encoder))
                #expect(encoder.work.texts == count - known)
                known = count
            }
            // 60 texts of one and 30 of the other, 16 a page.
            #expect(try cache.statistics().entries == 4 + 2)
        }
    }

    @Test("batches are bounded, told of, and kept when a later one fails")
    func batches() throws {
        let large = try EmbeddingFixture(subjects: 5_000)
        let texts = (UInt64(1)...5_000).map { (subject: $0, text: Array("number \($0)".utf8)) }
        try large.withCache { cache throws in
            let failing = CountingEncoder(failsAfter: 4_500)
            var told: [Int] = []
            let error = #expect(throws: EncoderError.self) {
                _ = try cache.embeddings(of: texts, by: failing, threads: 2) { done, all in
                    told.append(done)
                    #expect(all == 5_000)
                }
            }
            #expect(error?.code == .failed)
            #expect(told == [4_096])
            #expect(failing.work.batchMax == 4_096)
            let encoder = CountingEncoder()
            told = []
            let answer = try cache.embeddings(of: texts, by: encoder, threads: 2) { done, _ in
                told.append(done)
            }
            #expect(answer == expected(texts, encoder))
            #expect(encoder.work.texts == 5_000 - 4_096)
            #expect(told == [5_000])
        }
    }

    @Test("an encoder that gives other vectors than it says is refused")
    func lyingEncoder() throws {
        struct Liar: TextEncoder {
            let digest = [UInt8](repeating: 5, count: 32)
            let dimensions = 4
            let answer: [Embedding]
            func encode(batch: [[UInt8]], threads: Int) throws(EncoderError) -> [Embedding] {
                answer
            }
        }
        let short = Embedding(components: [1, 2, 3])
        let right = Embedding(components: [1, 2, 3, 4])
        try fixture.withCache { cache throws in
            for answer in [[], [short], [right, right]] {
                let error = #expect(throws: EncoderError.self) {
                    _ = try cache.embeddings(
                        of: fixture.texts(1...1), by: Liar(answer: answer), threads: 1)
                }
                #expect(error?.code == .failed)
            }
            #expect(try cache.statistics().entries == 0)
        }
    }

    @Test("a full map grows and loses nothing")
    func mapFull() throws {
        let small = try EmbeddingFixture(subjects: 3_000)
        let texts = small.texts(1...3_000)
        let encoder = CountingEncoder(dimensions: 384)
        let cache = try EmbeddingCache(small.ledger, mapSizeBytes: 1 << 16)
        let answer = try cache.embeddings(of: texts, by: encoder, threads: 2)
        #expect(answer == expected(texts, encoder))
        #expect(try cache.statistics().entries == 3_000)
        #expect(try cache.statistics().bytes > 2_000_000)
        cache.close()
        let other = CountingEncoder(dimensions: 384)
        let again = try small.withCache { try $0.embeddings(of: texts, by: other, threads: 2) }
        #expect(again == answer && other.work.calls == 0)
    }

    @Test("the cache is emptied, or its folder deleted, and nothing is lost")
    func removal() throws {
        let texts = fixture.texts(1...50)
        let encoder = CountingEncoder()
        try fixture.withCache { cache throws in
            let answer = try cache.embeddings(of: texts, by: encoder, threads: 1)
            try cache.removeAll()
            #expect(try cache.statistics().entries == 0)
            #expect(try cache.embeddings(of: texts, by: encoder, threads: 1) == answer)
        }
        try FileManager.default.removeItem(atPath: fixture.paths.embeddings)
        try fixture.withCache { cache throws in
            #expect(
                try cache.embeddings(of: texts, by: encoder, threads: 1)
                    == expected(texts, encoder))
        }
        #expect(try LogVerifier(fixture.ledger.log).verify().isSound)
    }

    @Test("it is open once in a process, and says so")
    func openTwice() throws {
        try fixture.withCache { _ in
            let error = #expect(throws: LedgerError.self) { try fixture.withCache { _ in } }
            #expect(error?.code == .lockHeld)
        }
    }
}
