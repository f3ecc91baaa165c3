import Classification
import LedgerCore
import LedgerVault
import NPSLedger
import Presentation

/// Opens texts and has a model read them, without recording anything; what an encoder makes of them
/// is kept.
struct StoredTextReading {
    /// Texts that are in memory at a time.
    private static let batchTexts = 4_096

    let session: Session
    let model: ModelReader
    /// What the progress bar says.
    let title: String

    /// What was read in the texts at these positions, in their order; nil where one is erased.
    func read(_ positions: [Position]) throws -> [ClassifierOutput?] {
        var outputs: [ClassifierOutput?] = []
        outputs.reserveCapacity(positions.count)
        let bar = ProgressBar(title, unit: "texts")
        var start = 0
        while start < positions.count {
            let end = min(positions.count, start + Self.batchTexts)
            var texts: [EmbeddingCache.SubjectText] = []
            var isThere: [Bool] = []
            for position in positions[start..<end] {
                let text = try session.ledger.text(at: position)
                isThere.append(text != nil)
                if let text { texts.append(text) }
            }
            var reading = TextReading(texts, of: session.ledger, threads: Session.threads)
            var read = try reading.judged(by: model)[...]
            for isThere in isThere { outputs.append(isThere ? read.popFirst() : nil) }
            start = end
            bar.update(done: start, total: positions.count)
        }
        bar.finish()
        session.noteEmbeddings()
        return outputs
    }
}
