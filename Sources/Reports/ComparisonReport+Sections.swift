import AnswerEncoding
import LedgerCore
import LedgerQueries
import NPSLedger
import NPSStatistics
import Presentation

extension ComparisonReport {
    private var versions: (first: ModelVersion, second: ModelVersion) {
        (compared.first.version, compared.second.version)
    }

    // MARK: Segments

    func segments(_ page: inout Markup) {
        ComparisonChart(self).draw(&page)
        guard !compared.segments.isEmpty else {
            page.element(
                "p", ["class": "note"],
                text: "Compared without segments"
                    + (hints.segments.map { ": \($0)." } ?? "."))
            return
        }
        page.raw("\n")
        page.table(
            caption: "Scores by \(compared.selection.by.joined(separator: ", "))",
            head: compared.selection.by,
            numbers: [
                "responses", "model \(versions.first)", "interval", "model \(versions.second)",
                "interval", "change", "interval", "p", "adjusted p",
            ]
        ) { page in
            for row in compared.segments { segment(row, &page) }
            segment(compared.total, &page)
        }
        var note =
            "Intervals at \(Formatted.shortest(compared.frame.confidence) ?? "") % ("
            + "\(compared.frame.interval.rawValue)); the change is paired, since the responses "
            + "are the same. "
        note +=
            compared.adjustment == .none
            ? "p is not adjusted." : "p is adjusted over the segments (\(adjustmentName))."
        if (compared.segments + [compared.total]).contains(where: \.isExact) {
            note += " With fewer than \(FlipMatrix.exactFlipsMax) flips, p is exact."
        }
        page.element("p", ["class": "note"], text: note)
    }

    /// A long value may be broken anywhere; a word of common length is not.
    private static func nameClass(_ value: String) -> String {
        DisplayWidth.of(value) > 24 ? "name long" : "name"
    }

    private var adjustmentName: String {
        compared.adjustment == .holm ? "Holm" : "Benjamini and Hochberg"
    }

    private func segment(_ row: ComparisonRow, _ page: inout Markup) {
        page.element("tr", row.isTotal ? ["class": "total"] : [:]) { page in
            if row.isTotal {
                page.element(
                    "th", ["scope": "row", "colspan": "\(compared.selection.by.count)"],
                    text: "all")
            }
            for (index, value) in row.values.enumerated() {
                let name = value ?? "—"
                if index == 0 {
                    page.element("th", ["scope": "row", "class": Self.nameClass(name)], text: name)
                } else {
                    page.element("td", ["class": Self.nameClass(name)], text: name)
                }
            }
            page.element("td") { $0.count(row.after.total) }
            page.element("td") { $0.points(row.before.score) }
            page.element("td", ["class": "side"]) { $0.points(compared.interval(row.before)) }
            page.element("td") { $0.points(row.after.score) }
            page.element("td", ["class": "side"]) { $0.points(compared.interval(row.after)) }
            page.element("td", ["class": tone(row, row.adjustedP ?? row.p)]) {
                $0.points(row.difference?.estimate)
            }
            page.element("td", ["class": "side"]) { $0.points(compared.interval(row)) }
            page.element("td") { $0.number(row.p, AnswerNumber.probability) }
            page.element("td") { $0.number(row.adjustedP, AnswerNumber.probability) }
        }
        page.raw("\n")
    }

    // MARK: Flip matrix

    func matrix(_ page: inout Markup) {
        let flips = compared.total.flips ?? FlipMatrix()
        let largest = (0..<9).map { flips[from: $0 / 3, to: $0 % 3] }.max() ?? 0
        page.element("div", ["class": "wide", "tabindex": "0"]) { page in
            page.element("table", ["class": "grid"]) { page in
                page.element(
                    "caption",
                    text: "Responses by their class under model \(versions.first) (rows) and "
                        + "model \(versions.second) (columns)")
                page.element("thead") { page in
                    page.element("tr") { page in
                        page.element("th", ["scope": "col", "class": "name"], text: "from ↓ to →")
                        for to in NPSClass.allCases {
                            page.element("th", ["scope": "col"], text: to.name)
                        }
                    }
                }
                page.raw("\n")
                page.element("tbody") { page in
                    for from in NPSClass.allCases {
                        page.element("tr") { page in
                            page.element("th", ["scope": "row"], text: from.name)
                            for to in NPSClass.allCases {
                                cell(
                                    flips[from: Int(from.rawValue), to: Int(to.rawValue)], largest,
                                    flips.total, stays: from == to, &page)
                            }
                        }
                        page.raw("\n")
                    }
                }
            }
        }
        page.raw("\n")
        page.element("p") { page in
            page.count(flips.flipped)
            page.text(" of ")
            page.count(flips.total)
            page.text(" responses change class: agreement ")
            page.number(flips.agreement) { Formatted.percent($0) }
            page.text(", Cohen's kappa ")
            page.number(flips.kappa) { Formatted.fixed($0, decimals: 3) }
            page.text(".")
        }
    }

    /// Shaded by the square root of its share of the largest: what moves is seldom a match for what
    /// stays, and has to be seen.
    private func cell(
        _ value: Int, _ largest: Int, _ total: Int, stays: Bool, _ page: inout Markup
    ) {
        let share = largest == 0 ? 0 : (Double(value) / Double(largest)).squareRoot()
        page.element(
            "td",
            [
                "class": stays ? "stays" : "moves",
                "style": "--share: \(Formatted.fixed(share, decimals: 3))",
            ]
        ) { page in
            page.count(value)
            page.element(
                "small",
                text: total == 0 ? "" : Formatted.percent(Double(value) / Double(total)))
        }
    }

    // MARK: Flipped responses

    func flips(_ page: inout Markup) {
        guard !compared.flips.isEmpty else {
            let none = (compared.total.flips?.flipped ?? 0) == 0
            page.element("p", text: none ? "No response changes class." : "None is listed.")
            return
        }
        let by = compared.selection.by
        page.table(
            caption: "The flipped responses, those first of whose class model "
                + "\(versions.second) is surest",
            head: ["response"] + (by.isEmpty ? ["segment"] : by) + ["from", "to"]
                + (compared.showsTexts ? ["text"] : []),
            numbers: ["stated score", "model \(versions.first)", "model \(versions.second)"]
        ) { page in
            for flip in compared.flips { row(flip, &page) }
        }
        page.element(
            "p", ["class": "note"],
            text: "Each model's probabilities of detractor, passive and promoter in percent."
                + (compared.omitted > 0
                    ? " \(Formatted.count(compared.omitted)) more are not listed"
                        + (hints.flips.map { ": \($0)." } ?? ".")
                    : "")
                + (compared.showsTexts ? "" : " Texts are personal data and are left out."))
    }

    private func row(_ flip: ComparedModels.Flip, _ page: inout Markup) {
        let response = flip.response
        page.element("tr") { page in
            page.element("th", ["scope": "row"], text: "\(response.position)")
            let by = compared.selection.by
            for value in by.isEmpty
                ? [compared.name(flip)] : by.map({ flip.segments[$0] ?? "—" })
            {
                page.element("td", ["class": Self.nameClass(value)], text: value)
            }
            page.element("td", ["class": "name"], text: response.from.name)
            page.element("td", ["class": "name"], text: response.to.name)
            if compared.showsTexts {
                page.element("td", ["class": "quote"], text: flip.text ?? "(erased)")
            }
            page.element("td", text: response.score.map(EventDetail.score) ?? "—")
            for shares in [response.first, response.second] {
                page.element("td", ["class": "shares"]) { page in
                    for (index, share) in shares.enumerated() {
                        if index > 0 { page.text(" / ") }
                        page.element(
                            "data",
                            ["value": Formatted.shortest(Double(share) / 10_000) ?? ""],
                            text: Formatted.fixed(Double(share) / 100, decimals: 0))
                    }
                }
            }
        }
        page.raw("\n")
    }

    // MARK: Frame

    func frame(_ page: inout Markup) {
        let frame = compared.frame
        page.element("dl", ["class": "facts"]) { page in
            page.fact("Ledger", compared.origin)
            for model in [compared.first, compared.second] {
                page.fact(
                    "Model \(model.version)",
                    "\(model.registration.kind), \(model.registration.provenance), "
                        + "\(ModelEncoding.state(model)), sha256 \(model.digest)")
            }
            page.fact(
                "As of",
                frame.momentSentence.replacing("as of ", with: "")
                    + (frame.recordedAt.map { ", recorded \(Timestamp.format($0))" } ?? "")
                    + (frame.incompleteSentence.map { "; " + $0 } ?? ""))
            page.fact("Log root", compared.root)
            page.fact("Basis", "\(frame.lens.basis.rawValue): \(basisSentence)")
            page.fact("Cut-offs", compared.thresholdsSentence)
            page.fact("Responses", compared.windowSentence ?? "of any time")
            for (dimension, values) in compared.keptValues {
                page.fact("Only \(dimension)", values)
            }
            page.fact(
                "Texts",
                "\(Formatted.count(compared.texts)); model \(versions.first) has read "
                    + "\(Formatted.count(compared.readByFirst)), model \(versions.second) "
                    + Formatted.count(compared.readBySecond))
        }
    }
}
