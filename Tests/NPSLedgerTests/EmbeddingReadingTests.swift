import Classification
import Encoders
import Foundation
import LMDB
import LedgerCore
import LedgerFixtures
import LedgerStore
import LedgerVault
import Synchronization
import Testing

@testable import NPSLedger

/// Reading and training through the cache: what any of them had encoded, none encodes again.
@Suite("Reading through the embedding cache")
struct EmbeddingReadingTests {
    private let test: TestLedger

    init() throws {
        test = try TestLedger()
        let file = try SimulatedFile(seed: 41, responses: 500)
        _ = try test.run(TestLedger.Run(SimulatedFile.mapping), file.bytes)
    }

    /// Subjects that have pages in the cache.
    private func cachedSubjects() throws -> Set<UInt64> {
        let cache = try test.ledger.embeddingCache()
        var subjects: Set<UInt64> = []
        try cache.environment.read { transaction in
            try transaction.forEach(cache.pages, fromBytes: []) { key, _ in
                subjects.insert(
                    key.withUnsafeBytes { $0.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } })
                return true
            }
        }
        return subjects
    }

    /// Subjects under whose keys something is sealed in the log.
    private func sealedSubjects() throws -> Set<UInt64> {
        try Set(
            (0..<test.size()).compactMap { try test.ledger.log.sealed($0)?.subject })
    }

    @Test("a second model on the same encoder runs no encoder: training, history, shadow, import")
    func secondModel() throws {
        let encoder = CountingEncoder()
        var told: [Int] = []
        let first = try test.trainAndRegister(by: encoder, seed: 1) { done, all in
            told.append(done)
            #expect(done <= all)
        }
        let distinct = encoder.work.texts
        #expect(distinct > 100 && told.last ?? 0 >= distinct)

        let again = CountingEncoder()
        let second = try test.trainAndRegister(by: again, seed: 2)
        #expect(second.version != first.version)
        #expect(again.work.calls == 0)

        // History: the texts without a score are new to the first model, and known to the second.
        var classified: [ModelVersion: Int] = [:]
        for model in [first, second] {
            let counting = CountingEncoder()
            let reader = try ModelRegistry(
                test.ledger, encoders: TestLedger.source(counting)
            ).reader(model)
            let classifier = HistoryClassifier(
                test.ledger, version: model.version, reader: reader, threads: 2)
            let unread = try test.unread(by: model.version)
            _ = try classifier.pace(unread)
            classified[model.version] = try classifier.run(unread) { _, _ in }.classified
            #expect(
                model == first
                    ? counting.work.texts > 0 && counting.work.texts < unread.count
                    : counting.work.calls == 0)
        }
        #expect(classified[first.version] == classified[second.version])
        #expect(classified[first.version] ?? 0 > distinct)

        // What comes in is encoded once, for both that read it, and for a third that comes later.
        let incoming = CountingEncoder()
        let late = try SimulatedFile(seed: 42, responses: 300)
        let report = try test.run(
            late.bytes, source: "late", mapping: SimulatedFile.mapping, by: first,
            shadows: [second], encoder: incoming)
        #expect(report.classified > 50 && report.shadowClassified == report.classified)
        #expect(incoming.work.texts == report.classified)
        let third = CountingEncoder()
        _ = try test.trainAndRegister(by: third, seed: 3)
        #expect(third.work.calls == 0)
        #expect(try cachedSubjects().isSubset(of: sealedSubjects()))
        #expect(test.ledger.embeddingProblem == nil)
    }

    @Test("what is read through the cache is what is read without it")
    func sameOutput() throws {
        let encoder = CountingEncoder()
        let model = try test.trainAndRegister(by: encoder, seed: 1)
        let reader = try ModelRegistry(test.ledger, encoders: TestLedger.source(encoder))
            .reader(model)
        _ = try HistoryClassifier(
            test.ledger, version: model.version, reader: reader, threads: 2
        ).run(try test.unread(by: model.version)) { _, _ in }
        let classifications = try test.events(ClassificationRecorded.self)
        #expect(classifications.count > 100)
        for (position, classified) in classifications {
            let cause = try test.ledger.log.withEvent(position) { $0.cause } ?? nil
            let text = try test.ledger.personalData(at: #require(cause))?.text
            let output = try reader.classify(
                batch: [[UInt8](#require(text).utf8)], threads: 1)[0]
            #expect(
                classified
                    == ClassificationRecorded(
                        response: classified.response, model: model.version, output))
        }
    }

    @Test("a cache that cannot be used costs time and stops nobody; why is said")
    func unusable() throws {
        let encoder = CountingEncoder()
        let path = test.ledger.paths.embeddings
        try Data("not a folder".utf8).write(to: URL(fileURLWithPath: path))
        let model = try test.trainAndRegister(by: encoder, seed: 1)
        let counting = CountingEncoder()
        let reader = try ModelRegistry(test.ledger, encoders: TestLedger.source(counting))
            .reader(model)
        let report = try HistoryClassifier(
            test.ledger, version: model.version, reader: reader, threads: 2
        ).run(try test.unread(by: model.version)) { _, _ in }
        #expect(report.classified > 100 && counting.work.texts == report.classified)
        #expect(test.ledger.embeddingProblem?.contains(path) == true)
        let late = try SimulatedFile(seed: 43, responses: 50)
        #expect(
            try test.run(
                late.bytes, source: "late", mapping: SimulatedFile.mapping, by: model,
                encoder: counting
            ).classified > 5)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "not a folder")
    }

    /// Has another import take the rows in while this one's texts are being encoded.
    private final class Overtaken: TextEncoder {
        private let inner = CountingEncoder()
        private let test: TestLedger
        private let rows: [UInt8]
        private let isDone = Mutex(false)
        var digest: [UInt8] { inner.digest }
        var texts: Int { inner.work.texts }
        var dimensions: Int { inner.dimensions }

        init(_ test: TestLedger, _ rows: [UInt8]) { (self.test, self.rows) = (test, rows) }

        func encode(batch: [[UInt8]], threads: Int) throws(EncoderError) -> [Embedding] {
            let isFirst = isDone.withLock { isDone in
                defer { isDone = true }
                return !isDone
            }
            if isFirst {
                do {
                    _ = try test.run(TestLedger.Run(SimulatedFile.mapping), rows)
                } catch {
                    throw EncoderError(.failed, "\(error)")
                }
            }
            return try inner.encode(batch: batch, threads: threads)
        }
    }

    @Test("what the log refused leaves nothing in the cache that nobody's erasure would find")
    func refusedRows() throws {
        let model = try test.trainAndRegister(by: CountingEncoder(), seed: 1)
        let late = try SimulatedFile(seed: 44, responses: 80)
        let encoder = Overtaken(test, late.bytes)
        let before = try cachedSubjects()
        let report = try test.run(
            late.bytes, source: "web", mapping: SimulatedFile.mapping, by: model,
            encoder: encoder, batchRows: 500)
        #expect(report.duplicates > 50 && report.recorded == 0)
        #expect(encoder.texts > 10)
        #expect(try cachedSubjects() == before)
        #expect(try before.isSubset(of: sealedSubjects()))
    }
}
