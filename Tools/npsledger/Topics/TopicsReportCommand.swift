import ArgumentParser
import Catalog
import LedgerCore
import LedgerQueries
import LedgerReplay
import LedgerStore
import NPSBySegmentProjection
import NPSLedger
import NPSStatistics
import Presentation

/// `topics report`, which `topics` alone stands for.
struct TopicsReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "How often each topic comes up, and with what score.",
        usage: "npsledger topics [--by DIM,…] [--where DIM=VALUE]… [options]",
        discussion: """
            Of the texts a model has read: how many are about each topic, the stated NPS of those \
            who say so, and how far it lies from that of the others. A difference is no cause.

            EXAMPLES
              npsledger topics --window 90d
              npsledger topics --by region --where plan=pro --format csv
            """)

    @OptionGroup var options: LedgerOptions
    @OptionGroup var selection: SelectionOptions
    @OptionGroup var lens: TopicLensOptions

    func run() throws {
        let session = try Session.open(options)
        defer { session.ledger.close() }
        try session.catchUp(session.catalog.npsBySegment)
        let printer = Printer(options)
        let report = try session.catalog.npsBySegment.read { state, _ in
            try self.report(session, state)
        }
        switch options.format {
        case .json: printer.json(report.json)
        case .csv: printer.csv(report.csvColumns, report.csv)
        case .table: report.show(printer)
        }
    }

    private func report(_ session: OpenLedger, _ state: some StateReader) throws -> TopicReport {
        let query = NPSBySegmentQuery(state, workers: Session.workers)
        let chosen = try selection.selection()
        try session.check(chosen, query)
        // Judgements are looked up under any basis but the stated one: whether a text was read is
        // asked of them, the score is the stated one.
        let lookup = try session.resolve(try lens.lens(.blended), selection, state)
        guard let version = lookup.model else {
            throw CommandFailure(
                ExitStatus.no, "no model was active: name one with --model")
        }
        let model = try session.ledger.models.model(version)
        let topics = model.topics
        guard !topics.isEmpty else {
            throw CommandFailure(
                ExitStatus.no,
                "model \(version) finds no topics: train one that does (`npsledger topics show` "
                    + "begins a file of them)")
        }
        let found = try findings(session.ledger, by: version, before: lookup.lens.asOf)
        var groups = SegmentGroups(chosen, query)
        var tallies: [TopicTally] = []
        try query.forEachText(lookup, chosen) { text in
            guard let group = try groups.group(of: text.row.tuple) else { return }
            while tallies.count <= group { tallies.append(TopicTally(topics: topics.count)) }
            guard text.row.isJudged else {
                tallies[group].unread += 1
                return
            }
            tallies[group].add(
                found[text.event] ?? 0,
                text.row.score.map { lookup.thresholds.classify(score: $0) })
        }
        // Without any text there is one group all the same: of nothing.
        let isEmpty = tallies.isEmpty && chosen.by.isEmpty
        let counted =
            isEmpty
            ? [([], TopicTally(topics: topics.count))]
            : zip(groups.values, tallies).map { ($0, $1) }
        let stated = try lens.lens(.stated)
        return TopicReport(
            frame: try ResultFrame(
                session, try session.resolve(stated, selection, state), stated),
            model: version, topics: topics, by: chosen.by,
            groups: counted)
    }

    /// By position of the event whose text was read: the topics found, as bits.
    private func findings(
        _ ledger: Ledger, by version: ModelVersion, before end: Position
    ) throws -> [Position: UInt64] {
        var found: [Position: UInt64] = [:]
        try ledger.log.forEachEvent(in: 0..<end, named: [.topicsRecorded]) { event in
            let recorded = try TopicsRecorded(event)
            if recorded.model == version, let text = event.cause {
                found[text] = recorded.topics.reduce(0) { $0 | 1 << UInt64($1.topic) }
            }
            return true
        }
        return found
    }
}

/// The frame of a question about topics: a lens but for the basis, which is the stated one.
struct TopicLensOptions: ParsableArguments {
    @OptionGroup var frame: LensFrameOptions

    @Option(name: .long, help: "What this model version found, whichever is active.")
    var model: UInt32?

    func validate() throws { try lens(.stated).validate() }

    /// The same as options of any question.
    func lens(_ basis: Lens.Basis) throws -> LensOptions {
        var lens = try frame.lens(basis)
        lens.model = model
        return lens
    }
}
