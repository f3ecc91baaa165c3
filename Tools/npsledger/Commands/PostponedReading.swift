import LedgerCore
import LedgerQueries
import LedgerStore
import NPSLedger
import Presentation

/// What a shadow outside this process is to read of an import: its share of the texts.
struct PostponedReading {
    let shadow: ShadowReader
    let texts: [(response: Position, text: Position)]

    /// Has them read; a failure is said, for what counts must not wait for it.
    ///
    /// - Returns: judgements recorded.
    func run(_ session: OpenLedger) throws -> Int {
        guard !texts.isEmpty else { return 0 }
        let bar = ProgressBar("model \(shadow.version) reads", unit: "texts")
        defer { bar.finish() }
        var read = 0
        do {
            let report = try HistoryClassifier(
                session.ledger, version: shadow.version, reader: shadow.reader,
                threads: Session.threads
            ).run(texts) { done, total in
                read = done
                bar.update(done: done, total: total)
            }
            return report.classified
        } catch let error as LedgerError {
            bar.finish()
            Printer.notice(
                "model \(shadow.version) cannot shadow: \(error.message). What it missed of its "
                    + "share stays unread")
            return read
        }
    }
}
