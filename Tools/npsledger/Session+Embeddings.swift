import NPSLedger
import Presentation

/// Whether a command has said what is wrong with the kept embeddings: several models may read in it.
final class EmbeddingNotes {
    fileprivate var isGiven = false
}

extension Session {
    /// Says, once, why what an encoder made of texts was not kept or not found.
    func noteEmbeddings() {
        guard !embeddingNotes.isGiven, let problem = ledger.embeddingProblem else { return }
        embeddingNotes.isGiven = true
        Printer.notice(problem)
    }
}
