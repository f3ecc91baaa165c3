import Catalog
import LedgerCore
import LedgerQueries
import LedgerReplay
import LedgerStore
import NPSBySegmentProjection
import NPSLedger

/// Which model is to read what it has not read.
public struct ClassificationRequest: Hashable, Sendable {
    /// The version; nil for the active one, after all that shadow.
    public var model: ModelVersion?
    /// At most so many texts, from 1; nil for all.
    public var limit: Int?
    /// Texts as they were then: those that were replaced since are read for answers as of then.
    public var asOf: LensRequest.Moment

    /// A request; without arguments, for all that should have read everything.
    public init(
        model: ModelVersion? = nil, limit: Int? = nil, asOf: LensRequest.Moment = .now
    ) {
        self.model = model
        self.limit = limit
        self.asOf = asOf
    }

    fileprivate func check() throws(LedgerError) {
        guard model != nil || asOf == .now else {
            throw LedgerError(
                .invalid, "texts as they were are read for a model that is named",
                remedy: .nameModel)
        }
        guard let limit else { return }
        guard limit > 0 else { throw LedgerError(.invalid, "a limit is at least 1") }
        guard model != nil else {
            throw LedgerError(.invalid, "a limit is for one model", remedy: .nameModel)
        }
    }
}

/// What a version has read, and recorded.
public struct TextsClassified: Hashable, Sendable {
    /// The version.
    public let model: ModelVersion
    /// Texts whose classification was recorded.
    public package(set) var classified = 0
    /// Texts left unread, by the language that the version has not learnt; that is recorded, and it is
    /// not asked about them again.
    public package(set) var unlearnt: [LanguageCode: Int] = [:]
    /// Texts that are erased, and stay unread.
    public package(set) var erased = 0
    /// Responses whose texts a program outside this process refused, or failed at: they stay unread,
    /// and are asked about again by the next classification.
    public package(set) var refused: [Position] = []

    package init(_ model: ModelVersion, _ report: HistoryClassifier.Report = .init()) {
        self.model = model
        (classified, unlearnt) = (report.classified, report.unlearnt)
        (erased, refused) = (report.erased, report.refused)
    }

    /// Whether nothing was recorded.
    var isEmpty: Bool { classified == 0 && unlearnt.isEmpty }
}

/// What came of having models read.
public struct ClassificationAnswer: Hashable, Sendable {
    /// The version asked for, or the active one.
    public let read: TextsClassified
    /// Those that shadow, in order; none where a version was asked for.
    public let shadows: [TextsClassified]
}

extension OpenLedger {
    /// Has a version read what it has not read, or the active one and those that shadow. Which one
    /// counts does not change.
    ///
    /// - Throws: `LedgerError` with code `invalid` for a limit that is none, `refused` where no model
    ///   is active and none is named, `not-found` where there is no such version, and what opening
    ///   texts and reading them throws.
    public func classify(_ request: ClassificationRequest) throws -> ClassificationAnswer {
        try request.check()
        models.beginAct()
        let shadows = request.model == nil ? try classifyShadows() : []
        guard let version = try request.model ?? models.active()?.version else {
            throw LedgerError(
                .refused,
                "no model is active" + (shadows.isEmpty ? "" : " (those that shadow have read)"),
                remedy: .nameModel)
        }
        let read = try classifyUnread(
            by: version, try models.reader(try models.model(version)), limit: request.limit,
            asOf: request.asOf)
        try refreshAll()
        return ClassificationAnswer(read: read, shadows: shadows)
    }

    /// Has a version read what was unread when this began.
    package func classifyUnread(by version: ModelVersion) throws -> TextsClassified {
        try classifyUnread(by: version, try models.reader(try models.model(version)))
    }

    /// Has a version read until nothing is unread: texts may come in meanwhile.
    package func classifyEverything(by version: ModelVersion) throws -> TextsClassified {
        var total = try classifyUnread(by: version)
        var last = total
        while !last.isEmpty {
            last = try classifyUnread(by: version)
            total.classified += last.classified
            total.unlearnt.merge(last.unlearnt, uniquingKeysWith: +)
            total.erased = last.erased
            // What was left is not asked about twice: a later pass has only others.
            total.refused += last.refused
        }
        return total
    }

    private func classifyUnread(
        by version: ModelVersion, _ reader: ModelReader, limit: Int? = nil,
        asOf moment: LensRequest.Moment = .now
    ) throws -> TextsClassified {
        try refresh(catalog.npsBySegment)
        let unread = try catalog.npsBySegment.read { state, build in
            try NPSBySegmentQuery(state, workers: workers).unread(
                by: version, asOf: try asOf(moment, horizon: build.position),
                readAsOf: build.position)
        }
        let left = models.leftTexts(by: version)
        let open = left.isEmpty ? unread : unread.filter { !left.contains($0.text) }
        guard !open.isEmpty else { return TextsClassified(version) }
        defer { tellEmbeddings() }
        return try record(
            open.prefix(limit ?? .max).map { ($0.response, $0.text) }, by: version, reader)
    }

    /// Has texts read, given as positions of the response and of the event whose text it is.
    ///
    /// - Parameter progress: is told how many are done, each time some are recorded.
    private func record(
        _ texts: [(response: Position, text: Position)], by version: ModelVersion,
        _ reader: ModelReader, progress: (Int) -> Void = { _ in }
    ) throws -> TextsClassified {
        let work = observer.begin(.reading(model: version))
        defer { work.finish() }
        let report = try HistoryClassifier(
            ledger, version: version, reader: reader, threads: threads
        ).run(texts) { done, total in
            progress(done)
            work.update(done: done, total: total)
        }
        if !report.refused.isEmpty {
            observer.notice(.model(.textsLeft(version, responses: report.refused)))
        }
        return TextsClassified(version, report)
    }

    /// Has the models that take long for a text read what has just come in, or everything that they
    /// have not read.
    ///
    /// - Parameter texts: nil for everything.
    /// - Throws: what opening texts and reading them throws; what was read before is recorded.
    package func readBehind(_ texts: CommittedTexts?) throws {
        models.beginAct()
        if let active = try models.active() {
            let reader = try models.reader(active)
            if let texts {
                if !reader.isInline, !texts.all.isEmpty {
                    _ = try record(texts.all, by: active.version, reader)
                }
            } else {
                _ = try classifyUnread(by: active.version, reader)
            }
        }
        guard let texts else {
            _ = try classifyShadows()
            return
        }
        for shadow in try models.shadowReaders(unusable: tellUnusable)
        where !shadow.reader.isInline {
            let own = shadow.share == nil ? texts.all : texts.shares[shadow.version] ?? []
            _ = try classifyPostponed(own, by: shadow)
        }
    }

    // MARK: Shadows

    /// Has each shadowing version that can be run read what it has not read; one that reads a share
    /// of what comes in leaves the rest unread.
    ///
    /// - Parameter tellsUnusable: whether those that cannot be run are told of.
    package func classifyShadows(tellsUnusable: Bool = true) throws -> [TextsClassified] {
        let readers = try models.shadowReaders { if tellsUnusable { tellUnusable($0, $1) } }
        return try readers.filter { $0.share == nil }.compactMap { shadow in
            do {
                return try classifyUnread(by: shadow.version, shadow.reader)
            } catch let error as LedgerError where shadow.reader.isExternal {
                // It answers or does not; what counts must not wait for it.
                tellUnusable(try models.model(shadow.version), error)
                return nil
            }
        }
    }

    /// Says that a shadow is left out: what counts goes on.
    package func tellUnusable(_ model: RegisteredModel, _ error: LedgerError) {
        observer.notice(
            .model(
                .shadowUnusable(
                    model.version, readsShare: model.shadow?.share != nil, error)))
    }

    /// Has a shadow outside this process read its share of an import; a failure is told, for what
    /// counts must not wait for it.
    ///
    /// - Returns: how many classifications were recorded.
    package func classifyPostponed(
        _ texts: [(response: Position, text: Position)], by shadow: ShadowReader
    ) throws -> Int {
        guard !texts.isEmpty else { return 0 }
        var recorded = 0
        do {
            return try record(texts, by: shadow.version, shadow.reader) { recorded = $0 }.classified
        } catch let error as LedgerError {
            observer.notice(
                .model(.shadowShareMissed(shadow.version, error)))
            return recorded
        }
    }
}
