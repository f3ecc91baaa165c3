import AnswerEncoding
import ArgumentParser
import LedgerCore
import LedgerQueries
import Presentation

/// `audit`: who changed what, when, why.
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Who changed what, when and why; and the rows in quarantine.",
        usage: "npsledger audit [--as-of WHEN] [--event NAME] [--about SUBJECT] [options]",
        discussion: """
            The table has the newest acts first, and what somebody recorded of one kind in one go \
            as one act; JSON and CSV have each event, as they stand in the log.

            EXAMPLES
              npsledger audit
              npsledger audit --about model=2
              npsledger audit --event thresholds.edited --actor ada --from 2026-03-01
              npsledger audit --as-of 2026-03-03 --format json
              npsledger audit --quarantine --code score.out-of-range
            """)

    @OptionGroup var options: LedgerOptions
    @OptionGroup var completeness: CompletenessOptions

    @Option(
        name: .customLong("as-of"),
        help: ArgumentHelp("Only what was recorded by then.", valueName: "position|time"))
    var asOf: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only such events, such as model.activated; can be repeated.", valueName: "name"))
    var event: [String] = []

    @Option(name: .long, help: "Only what this person did.") var actor: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only what is about model=N, response=N, source=NAME, thresholds, policy=NAME or "
                + "projection=NAME.", valueName: "subject"))
    var about: String?

    @Option(name: .long, help: ArgumentHelp("Recorded from then on.", valueName: "time"))
    var from: String?

    @Option(name: .long, help: ArgumentHelp("Recorded before.", valueName: "time"))
    var to: String?

    @Option(name: .long, help: "Which come first: newest or oldest.")
    var order: AuditOrder?

    @Flag(name: .long, help: "Show each event, not what was recorded in one go as one.")
    var each = false

    @Flag(name: .long, help: "List the rows that could not be recorded.")
    var quarantine = false

    @Option(name: .long, help: "Only rows rejected for this reason; implies --quarantine.")
    var code: String?

    @Option(name: .long, help: "Only rows of this source, beside --quarantine.")
    var source: String?

    @Option(name: .long, help: "Show at most this many, or all.")
    var limit = ListLimit.most(50)

    @Option(name: .long, help: "Pass over this many first.")
    var offset: Int = 0

    @Flag(name: .long, help: "Leave reasons and rows sealed.")
    var sealed = false

    private var listsRows: Bool { quarantine || code != nil }

    func validate() throws {
        guard limit.count ?? 1 > 0, offset >= 0 else {
            throw ValidationError("--limit is at least 1 and --offset at least 0.")
        }
        guard listsRows || source == nil else {
            throw ValidationError("Give --quarantine with --source, or --about source=NAME.")
        }
        guard !listsRows || event.isEmpty && about == nil && !each else {
            throw ValidationError("--event, --about and --each do not choose rows in quarantine.")
        }
    }

    private func page() throws -> AuditRequest {
        var page = AuditRequest()
        page.asOf = try LensOptions.moment(asOf)
        (page.limit, page.offset, page.opensSealed) = (limit.count, offset, !sealed)
        let isTable = options.format == .table
        page.order = (order ?? (isTable && !listsRows ? .newest : .oldest)).order
        page.groups = isTable && !each
        page.filter.events = Set(try event.map(Self.event))
        page.filter.actor = actor
        page.filter.from = try from.map { try TimeBound($0).time }
        page.filter.to = try to.map { try TimeBound($0).time }
        page.filter.subject = try about.map { try AuditSubject($0) }
        return page
    }

    private static func event(_ name: String) throws -> EventName {
        guard let event = EventName(rawValue: name) else {
            throw ValidationError("there is no event “\(name)”: audit lists how they are called")
        }
        return event
    }

    func run() throws {
        let open = try Session.open(options)
        let printer = Printer(options)
        guard listsRows else {
            let page = try page()
            let answer = try open.audit(page)
            try printer.show(answer.json, csv: answer.csv) {
                // Rows in quarantine are none of the acts that somebody looks for.
                let isWhole = page.filter == AuditFilter()
                show(
                    answer, isWhole ? try open.quarantineCounts(asOf: answer.asOf) : [], printer)
            }
            tellMore(answer.omitted, in: [.csv], printer)
            return try completeness.check(answer.incomplete)
        }
        let answer = try open.quarantine(
            QuarantineRequest(source: source, code: code, page: try page()))
        printer.show(answer.json, csv: answer.csv) { show(answer, printer) }
        tellMore(answer.omitted, in: [.csv, .table], printer)
        try completeness.check(answer.incomplete)
    }

    /// Where the next page begins; beside a table for programs it is a notice.
    private func tellMore(_ omitted: Int, in formats: [OutputFormat], _ printer: Printer) {
        guard omitted > 0, let limit = limit.count, formats.contains(printer.format) else { return }
        let text = "More follow: --offset \(offset + limit)"
        if printer.format == .csv { Printer.notice(text) } else { printer.muted(text) }
    }

    private func show(
        _ answer: AuditAnswer, _ counts: [QuarantineCount], _ printer: Printer
    ) {
        for act in answer.acts { show(act, printer) }
        if let sentence = answer.emptySentence { printer.line(sentence) }
        tellMore(answer.omitted, in: [.table], printer)
        guard !counts.isEmpty else { return }
        printer.line()
        var table = Table(columns: [
            Table.Column("quarantine", flexible: true), Table.Column("reason", flexible: true),
            .number("rows"),
        ])
        for count in counts {
            table.append([Table.Cell(count.source), Table.Cell(count.code), .count(count.count)])
        }
        printer.table(table)
    }

    private func show(_ act: AuditedAct, _ printer: Printer) {
        let style = printer.style
        let what = act.rollsBack == nil ? act.event.rawValue : "model.activated (rollback)"
        let author =
            "  \(Timestamp.format(act.recordedAt).prefix(19))Z by "
            + TerminalText.sanitized(act.actor)
        printer.line(
            style.paint("\(act.position)".leftPadded(to: 8), .muted) + "  "
                + style.paint(what, .strong)
                + style.paint(
                    DisplayWidth.truncated(author, to: printer.width - 10 - what.count), .muted))
        var change = EventDetail.describe(act.after)
        // Each digest on record stands for itself: the one before is not what it changes.
        if let before = act.before, act.event != .projectionCommitted {
            change = "\(EventDetail.describe(before)) → \(change)"
        }
        printer.wrapped(change, indent: 10)
        if act.count > 1 {
            printer.muted(
                "          and \(Formatted.count(act.count - 1)) more like it, the last at position "
                    + "\(act.through): --each shows them")
        }
        if let rollsBack = act.rollsBack {
            printer.line("          takes back the activation at position \(rollsBack)")
        }
        if let gate = act.gate { GateText.show(gate, indent: 10, printer) }
        if act.isDisputed {
            printer.line(
                style.paint("          disputed: the log does not bear out what it says", .warning))
        }
        if let clock = act.clock {
            printer.line("          at \(Timestamp.format(clock)) by the clock")
        }
        if let reason = act.reason { printer.wrapped("“\(reason)”", indent: 10) }
    }

    private func show(_ answer: QuarantineAnswer, _ printer: Printer) {
        var table = Table(columns: [
            .number("position", dropPriority: 1), Table.Column("source", dropPriority: 2),
            .number("row"), Table.Column("reason"), Table.Column("column", flexible: true),
            Table.Column("the row", flexible: true),
        ])
        for row in answer.rows {
            table.append([
                Table.Cell("\(row.position)", .muted), Table.Cell(row.source),
                Table.Cell("\(row.row)"), Table.Cell(row.code, .warning),
                Table.Cell(row.column ?? ""), Table.Cell(row.sourceRow ?? "", .muted),
            ])
        }
        if let sentence = answer.emptySentence {
            printer.line(sentence)
        } else {
            printer.table(table)
        }
    }
}

/// Which acts come first.
enum AuditOrder: String, ExpressibleByArgument {
    case newest, oldest

    var order: AuditRequest.Order { self == .newest ? .newestFirst : .oldestFirst }
}

extension String {
    /// Spaces in front up to a width.
    func leftPadded(to width: Int) -> String {
        String(repeating: " ", count: max(0, width - count)) + self
    }
}
