import Classification
import LedgerCore
import LedgerVault
import NPSLedger

/// Opens texts and has a model read them, without recording anything; what an encoder makes of them
/// is kept.
package struct StoredTextReading {
    /// Texts that are in memory at a time.
    private static let batchTexts = 4_096

    private let open: OpenLedger
    private let model: ModelReader
    /// As what it is told.
    private let work: Work

    package init(_ open: OpenLedger, _ model: ModelReader, as work: Work) {
        self.open = open
        self.model = model
        self.work = work
    }

    /// What was read in the texts at these positions, in their order; nil where one is erased.
    package func read(_ positions: [Position]) throws -> [ClassifierOutput?] {
        var outputs: [ClassifierOutput?] = []
        outputs.reserveCapacity(positions.count)
        let progress = open.observer.begin(work)
        defer { progress.finish() }
        var start = 0
        while start < positions.count {
            let end = min(positions.count, start + Self.batchTexts)
            var texts: [EmbeddingCache.SubjectText] = []
            var isThere: [Bool] = []
            for position in positions[start..<end] {
                let text = try open.ledger.text(at: position)
                isThere.append(text != nil)
                if let text { texts.append(text) }
            }
            var reading = TextReading(texts, of: open.ledger, threads: open.threads)
            var read = try reading.judged(by: model)[...]
            for isThere in isThere { outputs.append(isThere ? read.popFirst() : nil) }
            start = end
            progress.update(done: start, total: positions.count)
        }
        open.tellEmbeddings()
        return outputs
    }
}
