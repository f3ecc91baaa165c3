import AnswerEncoding
import LedgerCore
import LedgerQueries
import NPSBySegmentProjection
import NPSLedger
import Presentation

extension EvaluationReport {
    /// What was evaluated on how many responses.
    var title: String {
        let count =
            "\(Formatted.count(evaluation.total.count)) "
            + (evaluation.total.count == 1 ? "response" : "responses")
        switch subject {
        case .version:
            return "Model \(model.version) on \(count)"
                + (trained.record == nil ? "" : " it was not trained on")
        case .file: return "Model \(model.version) on \(count) of a file"
        case .recipe: return "The training of model \(model.version), tried again on \(count)"
        }
    }

    /// How the responses were parted, for a recipe.
    var recipeSentence: String? {
        guard case .recipe(let outcome, let before, let dimension) = subject else { return nil }
        let low = Formatted.count(outcome.examples.lowerBound)
        let high = Formatted.count(outcome.examples.upperBound)
        let examples = low == high ? low : "\(low) to \(high)"
        let how =
            switch outcome.split {
            case .crossValidation:
                "\(outcome.trainings) folds of \(examples): each response was read by a model that "
                    + "had seen neither it nor anything else of its respondent"
            case .later:
                "trained on \(examples) responses before "
                    + "\(before.map(Timestamp.format) ?? ""), tested on later ones"
            case .unseenSegments:
                "\(outcome.trainings) trainings on \(examples): each value of \(dimension ?? "") "
                    + "was read by a model that had seen none of its responses"
            }
        return how + ". This tells of the way of training, not of version \(model.version) itself."
    }

    /// What is in no figure, and why; one sentence each.
    var leftOutSentences: [String] {
        var parts: [String] = []
        func say(_ count: Int, _ one: String, _ many: String) {
            guard count > 0 else { return }
            parts.append("\(Formatted.count(count)) " + (count == 1 ? one : many))
        }
        if let record = trained.record, recipe == nil {
            say(
                counts.leftOut, "was learnt from and is left out",
                "were learnt from and are left out")
            if counts.leftOut > 0 {
                parts[parts.count - 1] += " (trained as of position \(record.asOf))"
            }
        }
        say(counts.erased, "has no text any more", "have no text any more")
        say(counts.unlabelled, "row has no score or no text", "rows have no score or no text")
        say(counts.rejected, "row was not taken", "rows were not taken")
        if case .file = subject {
        } else {
            say(
                counts.readNow, "text was read for this and not recorded",
                "texts were read for this and not recorded")
        }
        say(
            counts.reviewed, "label is a person's decision", "labels are people's decisions")
        return parts
    }

    /// The frame of the evaluation, one remark each.
    var remarks: [String] {
        var parts = ["as of position \(lens.lens.asOf)"]
        if case .file(let path, _) = subject { parts = [path] }
        if let from = lens.lens.from { parts.append("from \(Timestamp.format(from))") }
        if let to = lens.lens.to { parts.append("to \(Timestamp.format(to))") }
        for (dimension, values) in keptValues { parts.append("only \(dimension) \(values)") }
        parts.append(thresholdsSentence)
        parts.append("\(Formatted.shortest(confidence * 100) ?? "") % intervals")
        return parts
    }

    /// The cut-offs that make labels of scores.
    var thresholdsSentence: String {
        (lens.thresholdsID.map { "thresholds \($0)" } ?? "standard thresholds") + ": "
            + EventDetail.cutOffs(lens.thresholds)
    }

    /// The dimensions that are kept to some values, and those values in words.
    var keptValues: [(dimension: String, values: String)] {
        selection.keeping.sorted { $0.key < $1.key }.map { dimension, values in
            (dimension, values.sorted().map { $0.isEmpty ? "—" : $0 }.joined(separator: ", "))
        }
    }

    /// What kind of knowledge there is of what the version has learnt from.
    var trainingSentence: String {
        switch trained {
        case .here(let record, let examples):
            "\(Formatted.count(examples.count)) responses of this ledger, as of position "
                + "\(record.asOf)" + (record.selectionSentence.map { " (\($0))" } ?? "")
                + ", seed \(record.seed)"
        case .embedded: "none of this ledger: it came with the program"
        case .unknown: "not known: it was registered from a file"
        }
    }

    /// How much one segment among many is to be believed.
    var segmentsSentence: String? {
        guard let error = segmentError else { return nil }
        let count = rows.count
        func points(_ share: Double) -> String { Formatted.fixed(share * 100, decimals: 1) }
        return "\(count == 1 ? "One segment" : "\(Formatted.count(count)) segments") with at least "
            + "\(responsesAtLeast) responses: off by \(points(error.expected)) points on average by "
            + "expected NPS, by \(points(error.counted)) by counting likeliest classes."
    }
}
