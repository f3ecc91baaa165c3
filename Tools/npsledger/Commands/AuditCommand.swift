import AnswerEncoding
import ArgumentParser
import AuditProjection
import Catalog
import LedgerCore
import LedgerQueries
import LedgerReplay
import LedgerStore
import LedgerVault
import NPSLedger
import Presentation

/// `audit`: who changed what, when, why.
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Who changed what, when and why; and the rows in quarantine.",
        usage: "npsledger audit [--as-of WHEN] [--quarantine] [options]",
        discussion: """
            EXAMPLES
              npsledger audit
              npsledger audit --as-of 2026-03-03 --format json
              npsledger audit --quarantine --code score.out-of-range
            """)

    @OptionGroup var options: LedgerOptions

    @Option(
        name: .customLong("as-of"),
        help: ArgumentHelp("Only what was recorded by then.", valueName: "position|time"))
    var asOf: String?

    @Flag(name: .long, help: "List the rows that could not be recorded.")
    var quarantine = false

    @Option(name: .long, help: "Only rows rejected for this reason.")
    var code: String?

    @Option(name: .long, help: "Only rows of this source.")
    var source: String?

    @Option(name: .long, help: "Show at most this many.")
    var limit: Int = 50

    @Option(name: .long, help: "Pass over this many first.")
    var offset: Int = 0

    @Flag(name: .long, help: "Leave reasons and rows sealed.")
    var sealed = false

    func validate() throws {
        guard limit > 0, offset >= 0 else {
            throw ValidationError("--limit is at least 1 and --offset at least 0.")
        }
    }

    func run() throws {
        let session = try Session.open(options)
        defer { session.ledger.close() }
        try session.catchUp(session.catalog.audit)
        let position = try session.position(try LensOptions.moment(asOf))
        if quarantine || code != nil || source != nil {
            try showQuarantine(session, position)
        } else {
            try showActs(session, position)
        }
    }

    /// Opens what is sealed beside `position`; says once where that cannot be.
    private func open(_ position: Position?, _ reader: SealedReader) throws -> PersonalData? {
        guard let position, reader.problem == nil else { return nil }
        let opened = try reader.open(position)
        if let problem = reader.problem {
            Printer.notice("reasons and rows are not shown: \(problem)")
        }
        return opened
    }

    /// An act, and what is not in the projection's state.
    private struct AuditedAct {
        let act: AuditAct
        let reason: String?
        /// What the clock said, where that is not when it was recorded.
        let clock: Microseconds?
    }

    private func showActs(_ session: OpenLedger, _ asOf: Position) throws {
        let reader = SealedReader(session.ledger, sealed: sealed)
        var acts: [AuditedAct] = []
        var found: [AuditAct] = []
        try session.catalog.audit.read { state, _ in
            try AuditQuery.acts(asOf: asOf, limit: limit, offset: offset, in: state) { act in
                found.append(act)
                return true
            }
        }
        for act in found {
            acts.append(
                AuditedAct(
                    act: act, reason: try open(act.sealedReason, reader)?.reason,
                    clock: try session.ledger.log.withEvent(act.position) { $0.clock } ?? nil))
        }
        let printer = Printer(options)
        switch options.format {
        case .json:
            printer.json([
                "asOf": .integer(asOf),
                "acts": .array(
                    acts.map { audited in
                        let act = audited.act
                        return [
                            "position": .integer(act.position),
                            "recordedAt": .string(Timestamp.format(act.recordedAt)),
                            "clock": .optional(audited.clock.map { Timestamp.format($0) }),
                            "actor": .string(act.actor), "event": .string(act.kind.event.rawValue),
                            "before": act.before?.json ?? .null,
                            "after": act.after.json,
                            "rollsBack": .optional(act.rollsBack), "cause": .optional(act.cause),
                            "gate": act.gate.map(GateText.json) ?? .null,
                            "disputed": .bool(act.isDisputed), "reason": .optional(audited.reason),
                        ]
                    }),
            ])
        case .csv:
            printer.csv(
                [
                    "position", "recordedAt", "actor", "event", "before", "after", "rollsBack",
                    "reason", "gate", "clock",
                ],
                acts.map { audited in
                    let act = audited.act
                    return [
                        "\(act.position)", Timestamp.format(act.recordedAt), act.actor,
                        act.kind.event.rawValue, act.before?.description ?? "",
                        act.after.description, act.rollsBack.map { "\($0)" } ?? "",
                        audited.reason ?? "",
                        act.gate.map { GateText.json($0).serialized() } ?? "",
                        audited.clock.map { Timestamp.format($0) } ?? "",
                    ]
                })
        case .table:
            for act in acts { show(act, printer) }
            if acts.isEmpty { printer.line("No acts.") }
            if acts.count == limit {
                printer.muted("More may follow: --offset \(offset + limit)")
            }
            try showCounts(session, asOf, printer)
        }
    }

    private func show(_ audited: AuditedAct, _ printer: Printer) {
        let (act, style) = (audited.act, printer.style)
        let what = act.rollsBack == nil ? act.kind.event.rawValue : "model.activated (rollback)"
        let author =
            "  \(Timestamp.format(act.recordedAt).prefix(19))Z by "
            + TerminalText.sanitized(act.actor)
        printer.line(
            style.paint("\(act.position)".leftPadded(to: 8), .muted) + "  "
                + style.paint(what, .strong)
                + style.paint(
                    DisplayWidth.truncated(author, to: printer.width - 10 - what.count), .muted))
        var change = act.after.description
        // Each commitment stands for itself: what was committed before is not what it changes.
        if let before = act.before, act.kind != .projectionCommitted {
            change = "\(before) → \(change)"
        }
        for line in TerminalText.wrapped(change, printer.width - 10) {
            printer.line("          " + TerminalText.sanitized(line))
        }
        if let rollsBack = act.rollsBack {
            printer.line("          takes back the activation at position \(rollsBack)")
        }
        if let gate = act.gate { GateText.show(gate, indent: 10, printer) }
        if act.isDisputed {
            printer.line(
                style.paint("          disputed: the log does not bear out what it says", .warning))
        }
        if let clock = audited.clock {
            printer.line("          at \(Timestamp.format(clock)) by the clock")
        }
        if let reason = audited.reason {
            for line in TerminalText.wrapped("“\(reason)”", printer.width - 10) {
                printer.line("          " + TerminalText.sanitized(line))
            }
        }
    }

    private func showCounts(_ session: OpenLedger, _ asOf: Position, _ printer: Printer) throws {
        let counts = try session.catalog.audit.read { state, _ in
            try AuditQuery.rejectionCounts(asOf: asOf, in: state)
        }
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

    private func showQuarantine(_ session: OpenLedger, _ asOf: Position) throws {
        let reader = SealedReader(session.ledger, sealed: sealed)
        var found: [AuditRejection] = []
        try session.catalog.audit.read { state, _ in
            try AuditQuery.rejections(
                source: source, code: code, asOf: asOf, limit: limit, offset: offset, in: state
            ) { row in
                found.append(row)
                return true
            }
        }
        let rows = try found.map { row in
            (
                row,
                try open(row.sealedRow, reader)?.row.map { String(decoding: $0, as: UTF8.self) }
            )
        }
        let printer = Printer(options)
        switch options.format {
        case .json:
            printer.json([
                "asOf": .integer(asOf),
                "rows": .array(
                    rows.map { row, raw in
                        [
                            "position": .integer(row.position),
                            "recordedAt": .string(Timestamp.format(row.recordedAt)),
                            "source": .string(row.source), "row": .integer(row.row),
                            "line": .integer(row.line), "code": .string(row.code),
                            "column": .optional(row.column), "expected": .string(row.expected),
                            "sourceRow": .optional(raw),
                        ]
                    }),
            ])
        case .csv:
            printer.csv(
                ["position", "source", "row", "line", "code", "column", "expected", "sourceRow"],
                rows.map { row, raw in
                    [
                        "\(row.position)", row.source, "\(row.row)", "\(row.line)", row.code,
                        row.column ?? "", row.expected, raw ?? "",
                    ]
                })
        case .table:
            var table = Table(columns: [
                .number("position", dropPriority: 1), Table.Column("source", dropPriority: 2),
                .number("row"), Table.Column("reason"), Table.Column("column", flexible: true),
                Table.Column("the row", flexible: true),
            ])
            for (row, raw) in rows {
                table.append([
                    Table.Cell("\(row.position)", .muted), Table.Cell(row.source),
                    Table.Cell("\(row.row)"), Table.Cell(row.code, .warning),
                    Table.Cell(row.column ?? ""), Table.Cell(raw ?? "", .muted),
                ])
            }
            if rows.isEmpty { printer.line("No rows in quarantine.") } else { printer.table(table) }
            if rows.count == limit { printer.muted("More may follow: --offset \(offset + limit)") }
        }
    }
}

extension String {
    /// Spaces in front up to a width.
    func leftPadded(to width: Int) -> String {
        String(repeating: " ", count: max(0, width - count)) + self
    }
}
