import Catalog
import Classification
import Foundation
import LedgerCore
import LedgerFixtures
import LedgerReplay
import LedgerStore
import NPSBySegmentProjection
import NPSLedger
import Testing

/// `model cache`: what is kept of encoders' work, and making room.
@Suite("Kept embeddings by command")
struct ModelCacheTests {
    private let encoder = CountingEncoder(3, dimensions: 64)
    private var digest: String { Hex.encode(encoder.digest) }

    /// A ledger of which an encoder has read every text, for the models trained on it.
    private func fill(_ here: Workspace, models: Int = 2) throws -> Int {
        _ = try here.prepare(responses: 400, seed: 12)
        _ = try here.json(["import", "answers.csv", "--no-classify"] + Workspace.mapping)
        let ledger = try Ledger(at: LedgerPaths(directory: here.path + "/ledger"))
        defer { ledger.close() }
        let catalog = try ProjectionCatalog(directory: ledger.paths.projections)
        defer { catalog.close() }
        try catalog.npsBySegment.catchUp(with: ledger.log)
        let examples = try catalog.npsBySegment.read { state, build in
            let lens = try ResolvedLens(Lens(asOf: build.position), in: state)
            return try NPSBySegmentQuery(state).scoredTexts(lens).map {
                ModelTraining.Example(
                    response: $0.response, text: $0.text,
                    label: lens.thresholds.classify(score: $0.score))
            }
        }
        for seed in 0..<UInt64(models) {
            let trained = try ModelTraining(ledger).train(
                examples, asOf: ledger.log.head().size, selection: "{}", seed: seed, threads: 2,
                encoder: ("counting", encoder)
            ) { _ in }
            _ = try ModelRegistry(ledger).register(trained, actor: .system)
        }
        return examples.count
    }

    @Test("where nothing is kept it says so, and makes no folder")
    func nothing() throws {
        let here = try Workspace()
        try here.succeed("init", "--origin", "test.example/nps")
        let outcome = try here.run("model", "cache")
        #expect(outcome.status == 0 && outcome.output.contains("Nothing is kept"))
        let answer = try here.json("model", "cache", "--sweep")
        #expect(answer["encoders"]?.items.isEmpty == true && answer["removedPages"]?.int == 0)
        let refused = try here.run("model", "cache", "--clear", "minilm")
        #expect(refused.status == 66 && refused.errors.contains("minilm"))
        #expect(!FileManager.default.fileExists(atPath: here.path + "/ledger/embeddings"))
        #expect(try here.run("model", "cache", "--ledger", "nowhere").status == 66)
    }

    @Test("it lists by encoder who reads what is kept, and clears one or all")
    func lists() throws {
        let here = try Workspace()
        let texts = try fill(here)
        #expect(encoder.work.texts <= texts)
        let answer = try here.json("model", "cache")
        let row = try #require(answer["encoders"]?.items.first)
        #expect(answer["encoders"]?.items.count == 1)
        #expect(row["name"]?.text == "counting" && row["digest"]?.text == digest)
        #expect(row["models"]?.items.compactMap(\.int) == [2, 3])
        let kept = try #require(row["texts"]?.int)
        #expect((encoder.work.texts...texts).contains(kept))
        #expect((row["bytes"]?.int ?? 0) >= kept * (32 + 2 * 64))
        #expect((answer["fileBytes"]?.int ?? 0) > 0)
        let table = try here.run("model", "cache")
        #expect(table.output.contains("counting") && table.output.contains("2, 3"))
        for line in table.lines { #expect(Columns.count(line[...]) <= 80, "\(line)") }
        let csv = try here.run("model", "cache", "--format", "csv")
        let lines = csv.output.split(separator: "\r\n")
        #expect(lines.first == "encoder,digest,models,texts,pages,bytes" && lines.count == 2)

        for (wrong, says) in [("other", "counting"), ("", "counting"), ("ff", digest.prefix(16))] {
            let refused = try here.run("model", "cache", "--clear", wrong)
            #expect(refused.status == 66 && refused.errors.contains(says), "\(refused)")
        }
        let pages = try #require(row["pages"]?.int)
        for (number, name) in ["counting", String(digest.prefix(8)), "all"].enumerated() {
            if number > 0 { try refill(here) }
            let cleared = try here.json("model", "cache", "--clear", name)
            // Once more there are the texts without a score, which nothing was trained on.
            let removed = try #require(cleared["removedPages"]?.int)
            #expect(number == 0 ? removed == pages : removed > pages, "\(name)")
            #expect(cleared["encoders"]?.items.isEmpty == true)
        }
        try here.verify()
    }

    /// Has what was cleared encoded again.
    private func refill(_ here: Workspace) throws {
        let ledger = try Ledger(at: LedgerPaths(directory: here.path + "/ledger"))
        defer { ledger.close() }
        let texts = try (0..<ledger.log.head().size).compactMap { try ledger.text(at: $0) }
        _ = try ledger.embeddings(of: texts, by: encoder, threads: 1)
    }

    @Test("a damaged file is thrown away, which is said")
    func damage() throws {
        let here = try Workspace()
        _ = try fill(here, models: 1)
        try here.write(
            "ledger/embeddings/data.mdb", [UInt8](repeating: 0x5A, count: 50_000))
        let outcome = try here.run("model", "cache")
        #expect(outcome.status == 0 && outcome.output.contains("Nothing is kept"))
        #expect(outcome.errors.contains("thrown away"), "\(outcome)")
        #expect(try here.run("model", "cache").errors.isEmpty)
    }
}
