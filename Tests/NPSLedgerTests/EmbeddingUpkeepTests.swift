import Encoders
import Foundation
import LMDB
import LedgerFixtures
import LedgerStore
import Testing

@testable import NPSLedger

/// How large the cache becomes, what it says of itself, and reading all of it.
@Suite("Upkeep of the embedding cache")
struct EmbeddingUpkeepTests {
    private let fixture: EmbeddingFixture

    init() throws { fixture = try EmbeddingFixture(subjects: 3_000) }

    private func expected(
        _ texts: EmbeddingFixture.Texts, _ encoder: CountingEncoder
    ) -> [Embedding] {
        texts.map { encoder.vector($0.text) }
    }

    @Test("a full cache keeps no more, answers rightly, says so, and keeps again after clearing")
    func bounded() throws {
        let limit = 1 << 20
        let cache = try EmbeddingCache(fixture.ledger, mapSizeBytes: 1 << 16, bytesMax: limit)
        defer { cache.close() }
        let path = fixture.paths.embeddings + "/data.mdb"
        let encoders = [CountingEncoder(1, dimensions: 384), CountingEncoder(9, dimensions: 384)]
        let texts = (UInt64(1)...2_000).map { (subject: $0, text: Array("number \($0)".utf8)) }
        for encoder in encoders {
            let answer = try cache.embeddings(of: texts, by: encoder, threads: 1)
            #expect(answer == expected(texts, encoder))
            #expect(encoder.work.texts == 2_000)
        }
        #expect(cache.problem?.contains("cleared to make room") == true)
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
        #expect(try #require(size) <= limit)

        // Room is made by removing an encoder's, and used again.
        _ = try cache.removeAll(by: encoders[0].digest)
        _ = try cache.removeAll(by: encoders[1].digest)
        #expect(cache.problem == nil)
        let few = Array(texts.prefix(300))
        for round in 0...1 {
            let encoder = CountingEncoder(1, dimensions: 384)
            #expect(
                try cache.embeddings(of: few, by: encoder, threads: 1) == expected(few, encoder))
            #expect(encoder.work.texts == (round == 0 ? 300 : 0))
        }
    }

    @Test("it says what is kept of each encoder, and removes one's alone")
    func shares() throws {
        let encoders = [CountingEncoder(1, dimensions: 48), CountingEncoder(2, dimensions: 7)]
        var texts = fixture.texts(1...50)
        texts += (0..<40).map { (subject: 7, text: Array("more \($0)".utf8)) }
        try fixture.withCache { cache throws in
            #expect(try cache.shares() == [])
            for encoder in encoders {
                _ = try cache.embeddings(of: texts, by: encoder, threads: 1)
            }
            let shares = try cache.shares()
            #expect(shares.map(\.encoder) == encoders.map(\.digest))
            for (share, encoder) in zip(shares, encoders) {
                // 41 texts of subject 7, 16 a page.
                #expect(share.pages == 49 + 3)
                #expect(share.texts(dimensions: encoder.dimensions) == 90)
            }
            #expect(try cache.removeAll(by: encoders[0].digest) == 52)
            #expect(try cache.removeAll(by: encoders[0].digest) == 0)
            #expect(try cache.shares() == [shares[1]])
        }
    }

    @Test("all of an encoder's are handed out by subject, but those without a key")
    func scan() throws {
        let encoder = CountingEncoder(1, dimensions: 48)
        var texts = (UInt64(1)...200).map { (subject: $0, text: Array("number \($0)".utf8)) }
        texts += (0..<40).map { (subject: 7, text: Array("more \($0)".utf8)) }
        // More than one portion, with another encoder's between them.
        texts += (UInt64(201)...3_000).map { (subject: $0, text: Array("number \($0)".utf8)) }
        try fixture.withCache { cache throws in
            for other in [encoder, CountingEncoder(0, dimensions: 5)] {
                _ = try cache.embeddings(of: texts, by: other, threads: 1)
            }
        }
        try fixture.forget(8)
        try fixture.withPages { transaction, table, keys in
            let own = keys.filter { Array($0[8..<40]) == encoder.digest }
            #expect(own.count == 3_002)
            try transaction.put(table, bytes: own[10], [1, 2, 3])
        }
        try fixture.withCache { cache throws in
            var found: [UInt64: [Embedding]] = [:]
            var order: [UInt64] = []
            try cache.forEachEmbedding(by: encoder.digest, dimensions: 48) { subject, components in
                found[subject, default: []].append(Embedding(components: Array(components)))
                order.append(subject)
                return true
            }
            #expect(order == order.sorted())
            #expect(found[8] == nil)
            // Subject 7 has three pages, so the eleventh page is of subject 9.
            #expect(found[9] == nil)
            #expect(found.count == 2_998)
            for (subject, vectors) in found {
                let own = texts.filter { $0.subject == subject }
                #expect(Set(vectors) == Set(expected(own, encoder)))
            }
            var count = 0
            try cache.forEachEmbedding(by: encoder.digest, dimensions: 48) { _, _ in
                count += 1
                return count < 5
            }
            #expect(count == 5)
            try cache.forEachEmbedding(by: encoder.digest, dimensions: 47) { _, _ in
                Issue.record("vectors of another length")
                return true
            }
        }
    }
}
