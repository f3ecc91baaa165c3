import Crypto
import Encoders
import Foundation
import LMDB
import LedgerFixtures
import NPSLedger
import Testing

/// What of a person is in the cache, and that it goes with the person.
@Suite("Privacy of the embedding cache")
struct EmbeddingPrivacyTests {
    private let fixture: EmbeddingFixture
    private let encoder = CountingEncoder(dimensions: 64)

    init() throws { fixture = try EmbeddingFixture() }

    private func fill(_ texts: EmbeddingFixture.Texts) throws {
        try fixture.withCache { _ = try $0.embeddings(of: texts, by: encoder, threads: 1) }
    }

    /// Subjects whose text is encoded when it is asked for again.
    private func absent(_ texts: EmbeddingFixture.Texts) throws -> [UInt64] {
        try fixture.withCache { cache throws in
            try texts.filter { text in
                let other = CountingEncoder(dimensions: 64)
                let answer = try cache.embeddings(of: [text], by: other, threads: 1)
                #expect(answer == [encoder.vector(text.text)])
                return other.work.texts > 0
            }.map(\.subject)
        }
    }

    @Test("nothing in the file tells of a text: neither words, nor digests, nor vectors")
    func nothingLeaks() throws {
        // The same comment of two persons must not look the same either.
        let comment = Array("ok".utf8)
        try fill([(1, comment), (2, comment)] + fixture.texts(3...40))
        let file = try fixture.fileBytes()
        var secrets: [[UInt8]] = []
        for (_, text) in [(1, comment)] + fixture.texts(3...40) {
            if text.count > 8 { secrets.append(text) }
            let digest = SHA256.hash(data: text).map(\.self)
            secrets += [Array(digest.prefix(8)), Array(digest.suffix(8))]
            secrets.append(
                encoder.vector(text).components.flatMap { value in
                    withUnsafeBytes(of: value.littleEndian) { [UInt8]($0) }
                })
        }
        for secret in secrets { #expect(file.firstRange(of: secret) == nil) }
        let pages = try fixture.withPages { transaction, table, keys in
            try keys.prefix(2).map { try transaction.value(table, bytes: $0) ?? [] }
        }
        let both = try #require(pages)
        // Nonce, content, tag: no run of eight bytes in common.
        let windows = { (bytes: [UInt8]) in Set((8...bytes.count).map { bytes[($0 - 8)..<$0] }) }
        #expect(both.count == 2 && windows(both[0]).isDisjoint(with: windows(both[1])))
    }

    @Test("only the owner may read folder and file")
    func modes() throws {
        try fill(fixture.texts(1...2))
        let mode = { (path: String) in
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        #expect(try mode(fixture.paths.embeddings) == 0o700)
        #expect(try mode(fixture.paths.embeddings + "/data.mdb") == 0o600)
    }

    @Test("without its subject's key an entry is absent, and no new one is made")
    func forgotten() throws {
        let texts = fixture.texts(1...20)
        try fill(texts)
        try fixture.forget(7)
        #expect(try absent(texts) == [7])
        #expect(try absent(texts) == [7])
        try fixture.withCache { cache throws in
            #expect(try cache.statistics().entries == 20)
            #expect(try cache.eraseForgotten() == 1)
            #expect(try cache.eraseForgotten() == 0)
            #expect(try cache.statistics().entries == 19)
        }
        #expect(try absent(texts) == [7])
        #expect(try fixture.withCache { try $0.statistics().entries } == 19)
    }

    @Test("texts of nobody, and of subjects that never were, are encoded and not kept")
    func nobody() throws {
        let texts: EmbeddingFixture.Texts = [
            (0, Array("anonymous".utf8)), (1_000_000, Array("far".utf8)), (.max, []), (1, []),
        ]
        try fill(texts)
        #expect(try fixture.withCache { try $0.statistics().entries } == 1)
        #expect(try absent(texts) == [0, 1_000_000, .max])
    }

    @Test("a subject's entries are erased under every encoder, and nobody else's")
    func erase() throws {
        var texts = fixture.texts(1...20)
        // More than a page holds.
        texts += (0..<40).map { (subject: 7, text: Array("more \($0)".utf8)) }
        try fill(texts)
        try fixture.withCache { cache throws in
            _ = try cache.embeddings(of: texts, by: CountingEncoder(77), threads: 1)
            #expect(try cache.erase(subject: 7) == 6)
            #expect(try cache.erase(subject: 7) == 0)
            #expect(try cache.erase(subject: 0) == 0)
            #expect(try cache.erase(subject: .max) == 0)
            #expect(try cache.statistics().entries == 2 * 19)
        }
        _ = try fixture.withPages { _, _, keys in
            #expect(keys.allSatisfy { $0.prefix(8).last != 7 })
        }
        #expect(try Set(absent(texts)) == [7])
    }

    @Test("what no program of this layout has written is swept out")
    func strangers() throws {
        try fill(fixture.texts(1...3))
        try fixture.withPages { transaction, table, _ in
            try transaction.put(table, bytes: [1, 2, 3], [4])
            try transaction.put(table, bytes: [UInt8](repeating: 0, count: 60), [])
        }
        try fixture.withCache { cache throws in
            #expect(try cache.eraseForgotten() == 2)
            #expect(try cache.statistics().entries == 3)
        }
        #expect(try absent(fixture.texts(1...3)) == [])
    }
}
