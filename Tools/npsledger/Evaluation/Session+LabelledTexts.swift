import LedgerCore
import LedgerVault
import NPSLedger
import Presentation

extension Session {
    /// Responses with a text that a version has learnt from in a labelled file; takes the master key
    /// where it has learnt from such files.
    ///
    /// - Parameter responses: positions of responses and of the events whose text is read.
    func responses(
        withLabelledTextsOf model: RegisteredModel,
        among responses: @autoclosure () -> [(response: Position, text: Position)]
    ) throws -> Set<Position> {
        guard let marks = try ledger.models.labelledMarks(of: model) else { return [] }
        let responses = responses()
        var found: Set<Position> = []
        let bar = ProgressBar("looking for what it has learnt from", unit: "texts")
        for (index, (response, text)) in responses.enumerated() {
            if let text = try ledger.personalData(at: text)?.text, marks.contains(text) {
                found.insert(response)
            }
            bar.update(done: index + 1, total: responses.count)
        }
        bar.finish()
        return found
    }
}
