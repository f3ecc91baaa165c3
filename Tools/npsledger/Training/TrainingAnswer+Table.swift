import AnswerEncoding
import Classification
import LedgerCore
import LedgerOperations
import NPSLedger
import Presentation

extension TrainingAnswer {
    func show(_ printer: Printer) {
        ModelCard.show(model, metrics, erased: erased, printer)
        printer.muted(
            isNew
                ? "Next: npsledger model shadow \(model.version)"
                : "The same events gave the same artefact: it is model \(model.version) already")
    }
}

extension RetrainingPlan {
    func show(_ printer: Printer) {
        let following =
            "Following model \(model.version), trained as of position \(record.asOf) on "
            + "\(Formatted.count(record.examples, of: "text"))"
            + (record.selectionSentence.map { " (\($0))" } ?? "")
        for line in TerminalText.wrapped(following, printer.width) { printer.line(line) }
        printer.line(
            "  \(Formatted.count(examples, of: "text")) can be learnt from by now, "
                + "\(Formatted.count(newLabels)) of them with a new label")
        for request in openRequests {
            printer.line(
                "  asked for at position \(request.position) by "
                    + "\(TerminalText.sanitized(request.actor)) "
                    + "(\(request.request.trigger.rawValue)), and not answered: --request "
                    + "\(request.position)")
        }
    }
}

extension RetrainingAnswer {
    func show(_ printer: Printer) {
        guard outcome == .registered else {
            printer.line(
                "The same artefact came out again: it is model \(model.version), "
                    + ModelEncoding.state(model))
            return
        }
        ModelCard.show(model, metrics, erased: erased, printer)
        printer.muted("Next: npsledger model shadow \(model.version)")
    }
}

extension ModelCard {
    /// What came out of a training.
    fileprivate static func show(
        _ model: RegisteredModel, _ metrics: TrainingMetrics, erased: Int, _ printer: Printer
    ) {
        printer.line(
            "Trained model \(model.version) on \(Formatted.count(metrics.examples, of: "text")), sha256 "
                + "\(model.digest.prefix(16))…")
        show(metrics, printer)
        if let metadata = model.metadata {
            showOthers(metadata, printer)
            let found = metadata.heads.first { $0.head == "topics" }?.labels ?? []
            let absent = found.filter { $0.origin == TopicOrigin.absent.name }.map(\.name)
            if !absent.isEmpty {
                Printer.notice(
                    "never found, for want of labels and of an encoder for phrases: "
                        + absent.joined(separator: ", "))
            }
        }
        if erased > 0 {
            printer.muted(
                "\(Formatted.count(erased, of: "text")) \(erased == 1 ? "is" : "are") erased and were left out"
            )
        }
    }
}
