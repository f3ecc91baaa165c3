import Encoders
import Foundation
import LMDB
import LedgerFixtures
import NPSLedger
import Testing

/// Damage to the cache: it costs time, and never gives a wrong vector.
@Suite("Damage to the embedding cache")
struct EmbeddingDamageTests {
    private let fixture: EmbeddingFixture
    private let texts: EmbeddingFixture.Texts

    init() throws {
        fixture = try EmbeddingFixture()
        texts = fixture.texts(1...12)
        try fixture.withCache {
            _ = try $0.embeddings(of: texts, by: CountingEncoder(), threads: 1)
        }
    }

    /// How many texts are encoded when all are asked for; the answer must be right.
    private func encodedAgain() throws -> Int {
        let encoder = CountingEncoder()
        try fixture.withCache { cache throws in
            let answer = try cache.embeddings(of: texts, by: encoder, threads: 2)
            #expect(answer == texts.map { encoder.vector($0.text) })
        }
        return encoder.work.texts
    }

    @Test("a page with any byte changed, cut, empty or grown is absent, and is written anew")
    func changedPages() throws {
        let seed = UInt64.random(in: 0..<1 << 32)
        print("seed \(seed)")
        var numbers = SeededNumbers(seed: seed)
        for round in 0..<24 {
            try fixture.withPages { transaction, table, keys in
                let key = keys[numbers.below(keys.count)]
                var page = try transaction.value(table, bytes: key) ?? []
                switch round % 4 {
                case 0: page[numbers.below(page.count)] ^= UInt8(1 << numbers.below(8))
                case 1: page.removeLast(1 + numbers.below(page.count))
                case 2: page = numbers.bytes(numbers.below(200))
                default: page += numbers.bytes(1 + numbers.below(40))
                }
                try transaction.put(table, bytes: key, page)
            }
            #expect(try encodedAgain() == 1, "seed \(seed), round \(round)")
            #expect(try encodedAgain() == 0)
        }
    }

    @Test("a page in another's place does not open")
    func movedPages() throws {
        let other = CountingEncoder(99)
        try fixture.withCache { _ = try $0.embeddings(of: texts, by: other, threads: 1) }
        try fixture.withPages { transaction, table, keys in
            // Each subject has a page of either encoder, one after the other.
            let pages = try keys.map { try transaction.value(table, bytes: $0) ?? [] }
            for (subject, encoder) in [(0, 0), (3, 1)] {
                let here = 2 * subject + encoder
                let there = subject == 0 ? here + 1 : here + 2
                try transaction.put(table, bytes: keys[here], pages[there])
                try transaction.put(table, bytes: keys[there], pages[here])
            }
        }
        let counts = try [CountingEncoder(), CountingEncoder(99)].map { encoder in
            try fixture.withCache { cache throws in
                let answer = try cache.embeddings(of: texts, by: encoder, threads: 1)
                #expect(answer == texts.map { encoder.vector($0.text) })
                return encoder.work.texts
            }
        }
        // Subject 1 lost both, subjects 4 and 5, who say the same, that of the second.
        #expect(counts == [1, 2])
    }

    @Test("a damaged page among a subject's several costs its texts alone")
    func damagedAmongSeveral() throws {
        let many: EmbeddingFixture.Texts = (0..<40).map { (20, Array("text \($0)".utf8)) }
        try fixture.withCache { _ = try $0.embeddings(of: many, by: CountingEncoder(), threads: 1) }
        try fixture.withPages { transaction, table, keys in
            let own = keys.filter { $0[7] == 20 }
            #expect(own.count == 3)
            try transaction.put(table, bytes: own[0], [1])
        }
        for expected in [16, 0] {
            let encoder = CountingEncoder()
            try fixture.withCache { cache throws in
                let answer = try cache.embeddings(of: many, by: encoder, threads: 1)
                #expect(answer == many.map { encoder.vector($0.text) })
                #expect(encoder.work.texts == expected)
            }
        }
    }

    @Test("a file that is none of LMDB's is thrown away, and said so")
    func strangeFile() throws {
        let path = fixture.paths.embeddings + "/data.mdb"
        try Data(repeating: 0x5A, count: 100_000).write(to: URL(fileURLWithPath: path))
        try fixture.withCache { cache throws in
            #expect(cache.discardedDamage != nil)
            #expect(try cache.statistics().entries == 0)
        }
        #expect(try encodedAgain() > 0)
        #expect(try encodedAgain() == 0)
        try fixture.withCache { #expect($0.discardedDamage == nil) }
    }

    @Test("a file that lost its end is thrown away")
    func cutFile() throws {
        let path = fixture.paths.embeddings + "/data.mdb"
        let bytes = try fixture.fileBytes()
        try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: path))
        try fixture.withCache { #expect($0.discardedDamage != nil) }
        #expect(try encodedAgain() > 0)
    }

    @Test("a damaged page of the file is found where it is looked for")
    func damagedFilePage() throws {
        let path = fixture.paths.embeddings + "/data.mdb"
        var bytes = try fixture.fileBytes()
        // The heads of all pages but the two that say where everything is.
        for page in stride(from: 8_192, to: bytes.count, by: 4_096) {
            for offset in 10..<16 { bytes[page + offset] = 0xEE }
        }
        try bytes.write(to: URL(fileURLWithPath: path))
        try fixture.withCache(checksPages: true) { #expect($0.discardedDamage != nil) }
        #expect(try encodedAgain() > 0)
    }
}
