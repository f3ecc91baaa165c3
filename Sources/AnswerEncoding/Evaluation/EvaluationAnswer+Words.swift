import LedgerCore
import LedgerQueries
import NPSLedger
import NPSStatistics
import Presentation

extension EvaluationAnswer {
    /// What was evaluated on how many responses.
    package var title: String {
        let count = Formatted.count(evaluation.total.count, of: "response")
        switch subject {
        case .version:
            return "Model \(model.version) on \(count)"
                + (training.record == nil && counts.leftOut == 0 ? "" : " it was not trained on")
        case .file: return "Model \(model.version) on \(count) of a file"
        case .recipe: return "The training of model \(model.version), tried again on \(count)"
        }
    }

    /// How the responses were parted, for a recipe.
    package var recipeSentence: String? {
        guard let recipe else { return nil }
        let low = Formatted.count(recipe.examples.lowerBound)
        let high = Formatted.count(recipe.examples.upperBound)
        let examples = low == high ? low : "\(low) to \(high)"
        let how =
            switch recipe.split {
            case .crossValidation:
                "\(recipe.trainings) folds of \(examples): each response was read by a model that "
                    + "had seen neither it nor anything else of its respondent"
            case .later:
                "trained on \(examples) responses before "
                    + "\(recipe.before.map(Timestamp.format) ?? ""), tested on later ones"
            case .unseenSegments:
                "\(recipe.trainings) trainings on \(examples): each value of "
                    + "\(recipe.dimension ?? "") was read by a model that had seen none of its responses"
            }
        return how + ". This tells of the way of training, not of version \(model.version) itself."
    }

    /// What is in no figure, and why; one sentence each.
    package var leftOutSentences: [String] {
        var parts: [String] = []
        func say(_ count: Int, _ one: String, _ many: String) {
            guard count > 0 else { return }
            parts.append("\(Formatted.count(count)) " + (count == 1 ? one : many))
        }
        if let record = training.record, recipe == nil {
            say(
                counts.leftOut,
                "was learnt from, or has the same text as one that was, and is left out",
                "were learnt from, or have the same text as one that was, and are left out")
            if counts.leftOut > 0 {
                parts[parts.count - 1] += " (trained as of position \(record.asOf))"
            }
        }
        if case .embedded = training {
            say(
                counts.leftOut,
                "has a text that it learnt from before it came here, and is left out",
                "have texts that it learnt from before it came here, and are left out")
        }
        say(counts.erased, "has no text any more", "have no text any more")
        say(
            counts.unlearnt, "is in a language that it has not learnt, and is left out",
            "are in languages that it has not learnt, and are left out")
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
    package var remarks: [String] {
        var parts = ["as of position \(frame.lens.asOf)"]
        if case .file(let name, _) = subject { parts = [name] }
        if let from = frame.lens.from { parts.append("from \(Timestamp.format(from))") }
        if let to = frame.lens.to { parts.append("to \(Timestamp.format(to))") }
        for (dimension, values) in keptValues { parts.append("only \(dimension) \(values)") }
        parts.append(thresholdsSentence)
        parts.append("\(Formatted.shortest(confidence * 100) ?? "") % intervals")
        return parts
    }

    /// The cut-offs that make labels of scores.
    package var thresholdsSentence: String {
        (frame.thresholdsID.map { "thresholds \($0)" } ?? "standard thresholds") + ": "
            + EventDetail.cutOffs(frame.thresholds)
    }

    /// The dimensions that are kept to some values, and those values in words.
    package var keptValues: [(dimension: String, values: String)] {
        selection.keeping.sorted { $0.key < $1.key }.map { dimension, values in
            (dimension, values.sorted().map { $0.isEmpty ? "—" : $0 }.joined(separator: ", "))
        }
    }

    /// What kind of knowledge there is of what the version has learnt from.
    package var trainingSentence: String {
        switch training {
        case .here(let record, let responses):
            "\(Formatted.count(responses, of: "response")) of this ledger, as of position "
                + "\(record.asOf)" + (record.selectionSentence.map { " (\($0))" } ?? "")
                + ", seed \(record.seed)"
        case .embedded:
            counts.leftOut == 0
                ? "none of this ledger: it came with the program"
                : "public texts, before it came with the program; those of "
                    + "\(Formatted.count(counts.leftOut)) of these responses are among them"
        case .unknown: "not known: it was registered from a file"
        }
    }

    /// How much one segment among many is to be believed.
    package var segmentsSentence: String? {
        guard let error = segmentError else { return nil }
        let count = rows.count
        func points(_ share: Double) -> String { Formatted.fixed(share * 100, decimals: 1) }
        return "\(count == 1 ? "One segment" : "\(Formatted.count(count)) segments") with at least "
            + "\(responsesAtLeast) responses: off by \(points(error.expected)) points on average by "
            + "expected NPS, by \(points(error.counted)) by counting likeliest classes."
    }
}

extension EvaluationAnswer {
    /// Whether the probabilities can be taken at their word, in a sentence; nil without responses.
    package var calibrationSentence: String? {
        guard let grade = figures.calibration, let reliability = figures.reliability,
            let byChance = figures.byChance
        else { return nil }
        let name =
            recipe == nil ? "model \(model.version)" : "a model trained like model \(model.version)"
        let error = reliability.expectedCalibrationError
        let bins = "ECE \(AnswerNumber.decimals(error)) in \(reliability.bins.count) bins"
        let chance = "chance alone: up to \(AnswerNumber.decimals(byChance.high))"
        let tilt = reliability.overconfidence
        let way =
            tilt.magnitude < error / 2
            ? "in places too sure, in places not sure enough"
            : tilt > 0 ? "too sure of itself" : "not sure enough of itself"
        return switch grade {
        case .good: "The probabilities of \(name) can be believed: \(bins); \(chance)."
        case .unclear:
            "Whether the probabilities of \(name) can be believed, so few responses do not "
                + "tell: \(bins); \(chance)."
        case .fair: "The probabilities of \(name) are somewhat off, \(way): \(bins); \(chance)."
        case .bad:
            "The probabilities of \(name) are off by "
                + "\(Formatted.fixed(error * 100, decimals: 1)) points on average, \(way): it "
                + "is badly calibrated on these responses (\(bins); \(chance)). Train on "
                + "responses like these before an expected score of it is used."
        }
    }
}

extension EvaluationLimit {
    /// Why an evaluation does not reach it; nil where it does.
    package func failure(_ answer: EvaluationAnswer) -> String? {
        func shown(_ value: Double) -> String {
            Formatted.shortest((value * 1e4).rounded() / 1e4) ?? ""
        }
        guard !isMet(by: answer) else { return nil }
        guard let value = metric.value(answer) else { return "\(metric.rawValue) has no value" }
        return "\(metric.rawValue) is \(shown(value)), "
            + (metric.isBetterHigh ? "under " : "over ") + shown(limit)
    }
}

extension AnswerNumber {
    /// A share or a figure of a classifier for people.
    package static func decimals(_ value: Double) -> String {
        Formatted.fixed(value, decimals: 3)
    }
}
