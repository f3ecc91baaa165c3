import Classification
import LedgerCore
import LedgerStore
import LedgerVault

/// Has a model judge responses that it has not read yet.
public struct HistoryClassifier: Sendable {
    /// Responses judged between two commits.
    public static let batchResponses = 8_192
    /// The same where an encoder reads, which takes seconds for as many, and a bar stands still for
    /// them.
    static let batchEncoded = EmbeddingCache.batchTexts

    let ledger: Ledger
    let version: ModelVersion
    let reader: ModelReader
    let threads: Int

    /// A run of one model version.
    public init(
        _ ledger: Ledger, version: ModelVersion, reader: ModelReader, threads: Int
    ) {
        self.ledger = ledger
        self.version = version
        self.reader = reader
        self.threads = threads
    }

    /// What became of the responses asked for.
    public struct Report: Hashable, Sendable {
        /// Judgements recorded.
        public var classified = 0
        /// Responses whose text is gone: erased.
        public var erased = 0

        /// Nothing judged.
        public init() {}
    }

    /// Fails where reading them all goes beyond what the model may read in this run.
    private func checkBudget(_ texts: [Position]) throws {
        guard reader.isExternal else { return }
        do {
            try reader.checkBudget(texts.count)
        } catch {
            // Erased ones stay unread for ever, and are not asked about.
            try reader.checkBudget(texts.count { try ledger.log.sealed($0) != nil })
        }
    }

    /// Judges texts, given as positions of the response and of the event whose text is read.
    public func run(
        _ unread: [(response: Position, text: Position)], progress: (Int, Int) -> Void
    ) throws -> Report {
        var report = Report()
        try checkBudget(unread.map(\.text))
        // What was asked of a model outside this process is not to be asked again.
        let batchMax =
            reader.commitTexts
            ?? (reader.encoder == nil ? Self.batchResponses : Self.batchEncoded)
        var start = 0
        while start < unread.count {
            let end = min(unread.count, start + batchMax)
            let piece = Array(unread[start..<end])
            var readable: [(response: Position, text: Position)] = []
            var texts: [EmbeddingCache.SubjectText] = []
            for item in piece {
                guard let text = try ledger.text(at: item.text) else {
                    report.erased += 1
                    continue
                }
                readable.append(item)
                texts.append(text)
            }
            var reading = TextReading(texts, of: ledger, threads: threads)
            let outputs = try reading.judged(by: reader)
            var batch = EventBatch()
            let now = ledger.clock()
            for (item, output) in zip(readable, outputs) {
                _ = try batch.append(
                    output, of: item.response, text: item.text, by: version, at: now)
                report.classified += 1
            }
            if batch.count > 0 { _ = try ledger.log.append(batch) }
            start = end
            progress(start, unread.count)
        }
        return report
    }
}
