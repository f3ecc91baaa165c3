import AnswerEncoding
import Classification
import NPSLedger
import NPSStatistics
import Presentation

extension TopicReport {
    var json: JSONValue {
        [
            "asOf": frame.asOf, "lens": frame.json, "window": frame.window,
            "model": .integer(model),
            "segments": .array(
                groups.map { group in
                    [
                        "segment": .object(zip(by, group.values).map { ($0, .optional($1)) }),
                        "read": .integer(group.tally.read),
                        "unread": .integer(group.tally.unread),
                        "withoutTopic": .integer(group.tally.withoutTopic),
                        "nps": .optional(ScoreRow.points(group.tally.scores.score)),
                        "topics": .array(group.rows.map(json)),
                    ]
                }),
        ]
    }

    private func json(_ row: Row) -> JSONValue {
        let bounds = row.difference?.interval(confidence: confidence)
        return [
            "topic": .integer(row.number), "name": .string(row.topic.name),
            "origin": .optional(row.topic.origin?.name),
            "responses": .integer(row.responses), "share": .optional(row.share),
            "scored": .integer(row.scores.total),
            "promoters": .integer(row.scores.promoters),
            "passives": .integer(row.scores.passives),
            "detractors": .integer(row.scores.detractors),
            "nps": .optional(ScoreRow.points(row.scores.score)),
            "low": .optional(ScoreRow.points(row.interval?.low)),
            "high": .optional(ScoreRow.points(row.interval?.high)),
            "othersScored": .integer(row.others.total),
            "othersNps": .optional(ScoreRow.points(row.others.score)),
            "difference": .optional(ScoreRow.points(row.difference?.estimate)),
            "differenceLow": .optional(ScoreRow.points(bounds?.low)),
            "differenceHigh": .optional(ScoreRow.points(bounds?.high)),
            "p": .optional(row.difference?.pValue), "adjustedP": .optional(row.adjustedP),
        ]
    }

    var csvColumns: [String] {
        by + [
            "topic", "origin", "responses", "share", "scored", "promoters", "passives",
            "detractors", "nps", "low", "high", "othersScored", "othersNps", "difference",
            "differenceLow", "differenceHigh", "p", "adjustedP",
        ]
    }

    var csv: [[String]] {
        groups.flatMap { group in
            group.rows.map { row -> [String] in
                let bounds = row.difference?.interval(confidence: confidence)
                func points(_ share: Double?) -> String {
                    ScoreRow.points(share).flatMap { Formatted.shortest($0) } ?? ""
                }
                func number(_ value: Double?) -> String {
                    value.flatMap { Formatted.shortest($0) } ?? ""
                }
                let counts = [
                    row.scores.total, row.scores.promoters, row.scores.passives,
                    row.scores.detractors,
                ].map(String.init)
                return group.values.map { $0 ?? "" }
                    + [
                        row.topic.name, row.topic.origin?.name ?? "", "\(row.responses)",
                        number(row.share),
                    ] + counts
                    + [
                        points(row.scores.score), points(row.interval?.low),
                        points(row.interval?.high), "\(row.others.total)",
                        points(row.others.score), points(row.difference?.estimate),
                        points(bounds?.low), points(bounds?.high), number(row.difference?.pValue),
                        number(row.adjustedP),
                    ]
            }
        }
    }

    func show(_ printer: Printer) {
        printer.table(table)
        let prototypes = topics.filter(\.isPrototype).map(\.name)
        if !prototypes.isEmpty {
            printer.muted(
                "* found by how close a text lies to a few phrases, not learnt from labels: nobody "
                    + "has measured how often that is right")
        }
        let absent = topics.filter { $0.origin == .absent }.map(\.name)
        if !absent.isEmpty {
            printer.muted(
                "never found, for want of labels and of an encoder for phrases: "
                    + absent.joined(separator: ", "))
        }
        if unread > 0 {
            printer.muted(
                "\(Formatted.count(unread)) texts are not counted: model \(model) has not read them "
                    + "(npsledger classify --model \(model))")
        }
        printer.muted("topics by model \(model), " + frame.sentence)
    }

    private var table: Table {
        let names = topics.map { $0.name + ($0.isPrototype ? " *" : "") } + ["none of these"]
        var table = Table(columns: [
            Table.Column(
                "topic", minWidth: min(24, names.map { DisplayWidth.of($0) }.max() ?? 0),
                flexible: true), .number("texts"),
            .number("share"), .number("scored", dropPriority: 4), .number("NPS"),
            .number("interval", dropPriority: 1), .number("others", dropPriority: 5),
            .number("vs others"), .number("adj. p", dropPriority: 3), Table.Column(""),
        ])
        for group in groups {
            if !by.isEmpty {
                table.appendSection(
                    zip(by, group.values).map { "\($0): \($1 ?? "—")" }.joined(separator: ", "))
            }
            for row in group.rows where row.topic.origin != .absent {
                table.append(cells(row))
            }
            if by.isEmpty { table.appendRule() }
            let tally = group.tally
            for (name, texts, scores) in [
                ("none of these", tally.withoutTopic, tally.scoresWithoutTopic),
                ("all read", tally.read, tally.scores),
            ] {
                table.append([
                    Table.Cell(name, .muted), .count(texts),
                    share(tally.read > 0 ? Double(texts) / Double(tally.read) : nil),
                    .count(scores.total), points(scores),
                    Table.Cell(
                        AnswerNumber.intervalText(
                            scores.interval(frame.options.interval, confidence: confidence)),
                        .muted),
                ])
            }
        }
        return table
    }

    private func cells(_ row: Row) -> [Table.Cell] {
        // How often phrases are right nobody has measured: no difference rests on that.
        let isReal = (row.adjustedP ?? 1) < 1 - confidence && !row.topic.isPrototype
        let change = row.difference.map { $0.estimate * 100 }
        let tone: TerminalStyle.Role = (change ?? 0) < 0 ? .bad : .good
        return [
            Table.Cell(row.topic.name + (row.topic.isPrototype ? " *" : "")),
            .count(row.responses), share(row.share), .count(row.scores.total),
            points(row.scores), Table.Cell(AnswerNumber.intervalText(row.interval), .muted),
            points(row.others),
            change.map { Table.Cell(Formatted.points($0), isReal ? tone : .plain) } ?? "—",
            Table.Cell(row.adjustedP.map(AnswerNumber.probability) ?? ""),
            Table.Cell(isReal ? "●" : "", tone),
        ]
    }

    private func share(_ share: Double?) -> Table.Cell {
        share.map { Table.Cell(Formatted.percent($0)) } ?? "—"
    }

    private func points(_ counts: NPSCounts) -> Table.Cell {
        counts.score.map { Table.Cell(Formatted.points($0 * 100)) } ?? "—"
    }
}
