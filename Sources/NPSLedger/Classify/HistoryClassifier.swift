import Classification
import ExternalModels
import LedgerCore
import LedgerStore
import LedgerVault

/// Has a model classify responses that it has not read yet.
public struct HistoryClassifier: Sendable {
    /// Responses classified between two commits.
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
        /// Classifications recorded.
        public var classified = 0
        /// Texts left unread, by the language that the model has not learnt; recorded as well.
        public var unlearnt: [LanguageCode: Int] = [:]
        /// Responses whose text is gone: erased.
        public var erased = 0
        /// Responses whose text a program outside this process refused, or failed at: they stay unread
        /// until it is asked again.
        public var refused: [Position] = []

        /// Nothing classified.
        public init() {}
    }

    /// Fails where reading them all goes beyond what the model may read in this run.
    private func checkBudget(_ texts: [Position]) throws {
        guard case .external(let external) = reader else { return }
        do {
            try reader.checkBudget(texts.count)
        } catch {
            // Erased ones stay unread for ever, and are not asked about.
            let there = try texts.count { try ledger.log.sealed($0) != nil }
            do throws(LedgerError) {
                try external.checkBudget(there)
            } catch {
                throw LedgerError(
                    error.code, error.message,
                    remedy: .classifyPart(version, limit: external.model.budgetTexts))
            }
        }
    }

    /// Classifies texts, given as positions of the response and of the event whose text is read.
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
            let (outputs, failure) = try reading.attempted(by: reader)
            var batch = EventBatch()
            var left: [(response: Position, text: Position)] = []
            let now = ledger.clock()
            for (item, output) in zip(readable, outputs) {
                guard let output else {
                    if failure == nil { left.append(item) }
                    continue
                }
                _ = try batch.append(
                    output, of: item.response, text: item.text, by: version, at: now)
                if let language = output.unlearntLanguage?.ledgerCode {
                    report.unlearnt[language, default: 0] += 1
                } else {
                    report.classified += 1
                }
            }
            // What was answered stands, whatever came after it.
            if batch.count > 0 { _ = try ledger.log.append(batch) }
            if let failure { throw failure }
            if case .external(let external) = reader, !left.isEmpty {
                report.refused += left.map(\.response)
                external.programs.leave(left.map(\.text), by: version)
            }
            start = end
            progress(start, unread.count)
        }
        return report
    }
}

extension HistoryClassifier {
    /// How fast a model reads on this machine.
    public struct Pace: Hashable, Sendable {
        /// Texts it was measured on.
        public let texts: Int
        /// What opening and reading them took.
        public let duration: Duration

        /// What reading `count` texts like these takes; commits to the log come on top.
        public func estimate(_ count: Int) -> Duration {
            texts > 0 ? duration * count / texts : .zero
        }
    }

    /// Texts that a pace is measured on: enough to level out long and short ones, and read in a
    /// fraction of a second.
    public static let paceTextsMax = 512

    /// Opens and reads some of the texts, evenly spread over all of them, and records nothing; what
    /// an encoder makes of them is kept, so that reading them all goes on from there.
    ///
    /// - Throws: what the vault throws where it cannot be opened, and `EncoderError`. `LedgerError`
    ///   with code `refused` for a model outside this process, which is not asked for a guess.
    public func pace(_ unread: [(response: Position, text: Position)]) throws -> Pace {
        guard !reader.isExternal else {
            throw LedgerError(
                .refused, "model \(version) is outside this process: only asking would tell")
        }
        let step = max(1, (unread.count + Self.paceTextsMax - 1) / Self.paceTextsMax)
        let sample = stride(from: 0, to: unread.count, by: step)
        // The first opening takes the vault's key and the files into memory.
        if let first = unread.first { _ = try ledger.personalData(at: first.text) }
        let clock = ContinuousClock()
        let start = clock.now
        let texts = try sample.compactMap { try ledger.text(at: unread[$0].text) }
        var reading = TextReading(texts, of: ledger, threads: threads)
        _ = try reading.classified(by: reader)
        return Pace(texts: texts.count, duration: clock.now - start)
    }
}

extension EventBatch {
    /// Appends what a model read in a text, and then what it found the text to be about, if anything; or
    /// that it left the text unread.
    ///
    /// Both stand in one commit: a classification without its topics would never get them, since the
    /// model has read the text by then.
    /// - Returns: Whether topics were appended.
    mutating func append(
        _ output: ClassifierOutput, of response: Position, text: Position, by model: ModelVersion,
        at now: Microseconds
    ) throws -> Bool {
        if let language = output.unlearntLanguage?.ledgerCode {
            try append(
                EventDraft(
                    ClassificationDeclined(
                        response: response, model: model, reason: .language(language)),
                    occurredAt: now, actor: .system, cause: text),
                key: .classification(of: response, text: text, by: model))
            return false
        }
        let payload = ClassificationRecorded(response: response, model: model, output)
        try append(
            ClassificationRecorded.name, version: ClassificationRecorded.version, occurredAt: now,
            actor: .system, cause: text, key: .classification(of: response, text: text, by: model)
        ) { payload.write(to: &$0) }
        guard !output.topics.isEmpty else { return false }
        try append(
            EventDraft(
                TopicsRecorded(
                    response: response, model: model,
                    topics: output.topics.map {
                        TopicsRecorded.Finding(topic: $0.index, probability: $0.probability)
                    }), occurredAt: now, actor: .system, cause: text),
            key: .topics(of: response, text: text, by: model))
        return true
    }
}

extension Language {
    /// The same in the log's terms.
    package var ledgerCode: LanguageCode? { LanguageCode(code) }
}
