import AnswerEncoding
import Classification
import LedgerCore
import LedgerQueries
import NPSLedger
import Presentation

/// A model card (Mitchell et al. 2019) as Markdown.
package struct ModelCardDocument {
    private let account: ModelAccount
    private let evaluation: String

    /// - Parameter evaluation: how it is found out how good the version is on what came since it was
    ///   made, in Markdown.
    package init(_ account: ModelAccount, evaluation: String) {
        self.account = account
        self.evaluation = evaluation
    }

    package var markdown: String {
        let model = account.model
        var lines = [
            "# Model \(model.version) of \(Self.plain(account.origin))", "",
            "Made from the ledger's events as of position \(account.asOf) (root `\(account.root)`).",
            "",
            "## What it is", "",
        ]
        lines += account.facts.map { "- **\($0.0)**: \(Self.plain($0.1))" }
        lines += ["", "## What it is for", ""]
        lines += [
            "It reads a comment and says how likely its writer is a detractor, a passive or a "
                + "promoter, its sentiment and intents"
                + (model.registration.topics.isEmpty ? "" : ", and what it is about")
                + ". A stated score is never overruled by it. It is no judge of single people: use "
                + "sums over segments, with their intervals."
        ]
        if let metadata = model.metadata { lines += quality(metadata) }
        lines += ["", "## Its life", "", "| position | when | who | what | why |"]
        lines += ["|---:|---|---|---|---|"]
        for step in account.life.steps {
            let why =
                step.reason
                ?? (step.kind == .activated && account.sealedBecause != nil ? "(sealed)" : "")
            lines.append(
                Self.row([
                    "\(step.position)", Timestamp.format(step.recordedAt), step.actor, step.words,
                    why,
                ]))
        }
        for step in account.life.steps {
            guard let gate = step.gate else { continue }
            lines += ["", "The gate it passed at position \(step.position):", ""]
            lines += ["| condition | limit | observed |", "|---|---:|---:|"]
            for finding in gate.findings {
                let condition = finding.condition
                lines.append(
                    Self.row([
                        GateText.subject(condition),
                        GateText.sign(condition.rule) + " " + GateText.limit(condition),
                        GateText.figure(finding.observed, condition.metric),
                    ]))
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func quality(_ metadata: ModelMetadata) -> [String] {
        func percent(_ basisPoints: Int) -> String {
            Formatted.percent(Double(basisPoints) / 10_000)
        }
        var lines = [
            "", "## How good it was when it was made", "",
            "Out of fold: each text by a model and a calibration that had not seen it. How good it "
                + "is on what came since: \(evaluation).", "",
            "| reads | origin | examples | accuracy | largest class | macro-F1 | calibration error |",
            "|---|---|---:|---:|---:|---:|---:|",
        ]
        for head in metadata.heads {
            let figures =
                head.examples == 0
                ? ["", "", "", ""]
                : [
                    percent(head.accuracy), percent(head.majority), percent(head.macroF1),
                    percent(head.calibrationError),
                ]
            let count = head.examples == 0 ? "" : Formatted.count(head.examples)
            lines.append(Self.row([ModelCard.name(head), head.origin, count] + figures))
        }
        let labels = metadata.heads.flatMap { head in head.labels.map { (head, $0) } }
        guard !labels.isEmpty else { return lines }
        lines += [
            "", "| reads | label | from | examples | precision | recall | F1 |",
            "|---|---|---|---:|---:|---:|---:|",
        ]
        for (head, label) in labels {
            let figures =
                ModelCard.isMeasured(label)
                ? [percent(label.precision), percent(label.recall), percent(label.f1)]
                : ["", "", ""]
            lines.append(
                Self.row(
                    [
                        ModelCard.name(head), label.name,
                        label.origin == nil ? "labels" : ModelCard.source(label),
                        Formatted.count(label.examples),
                    ] + figures))
        }
        return lines
    }

    private static func row(_ cells: [String]) -> String {
        "| " + cells.map(plain).joined(separator: " | ") + " |"
    }

    /// Text that Markdown shows as it is, on one line.
    private static func plain(_ text: String) -> String {
        var shown = ""
        for character in TerminalText.sanitized(text, lineBreaks: .spaces) {
            if "\\`*_[]<>|#".contains(character) { shown.append("\\") }
            shown.append(character)
        }
        return shown
    }
}
