import Classification
import ExternalModels
import JSON
import LedgerCore
import LedgerQueries
import NPSLedger
import Presentation

extension ModelAccount {
    /// What it is and was made from, by name.
    package var facts: [(String, String)] {
        let registration = model.registration
        var facts: [(String, String)] = [
            ("kind", "\(registration.kind), \(registration.provenance)"),
            ("sha256", model.digest),
        ]
        if let encoder = registration.encoder { facts.append(("encoder", Hex.encode(encoder))) }
        if let program = registration.program { facts.append(("program", program)) }
        if let external { facts += external.facts }
        if !registration.topics.isEmpty {
            facts.append(("topics", registration.topics.joined(separator: ", ")))
        }
        if let record = model.training {
            let reviewed = registration.training.map { Int(clamping: $0.reviewed) } ?? 0
            facts += [
                (
                    "learnt from",
                    "\(Formatted.count(record.examples, of: "response")) as of position \(record.asOf), "
                        + (record.selectionSentence ?? "all that there were")
                        + (reviewed > 0 ? "; \(Formatted.count(reviewed)) decided by people" : "")
                        + (record.erased > 0
                            ? "; \(Formatted.count(record.erased)) more were erased" : "")
                ),
                ("root", record.root), ("seed", "\(record.seed)"),
            ]
            if let edit = labelThresholds {
                facts.append(
                    (
                        "labels by",
                        "thresholds \(edit.id): \(EventDetail.cutOffs(edit.thresholds))"
                    ))
            }
            if let positions = record.positions {
                facts.append(("positions", "sha256 \(Hex.encode(positions))"))
            }
            if let taxonomy = record.taxonomy {
                facts.append(("taxonomy", "sha256 \(Hex.encode(taxonomy))"))
            }
            for file in record.files {
                facts.append(
                    (
                        "and from",
                        "a file of \(Formatted.count(Int(clamping: file.examples))) labelled "
                            + "texts, sha256 \(Hex.encode(file.digest))"
                    ))
            }
        }
        if let metadata = model.metadata {
            facts += [("trainer", metadata.trainer), ("features", metadata.featureSet)]
            facts.append(
                (
                    "languages",
                    metadata.languages.map { codes in
                        codes.map { LanguageCode($0)?.name ?? $0 }.joined(separator: ", ")
                            + "; texts in others are left unread"
                    } ?? "not known: it reads every text"
                ))
        }
        return facts
    }

    package var json: [(String, JSONValue)] {
        let registration = model.registration
        let training = model.training.map { record -> JSONValue in
            [
                "asOf": .integer(record.asOf), "root": .string(record.root),
                "seed": .integer(record.seed), "examples": .integer(record.examples),
                "erased": .integer(record.erased),
                "reviewed": .optional(registration.training?.reviewed),
                "thresholds": .optional(labelThresholds?.id),
                "positions": .optional(record.positions.map(Hex.encode)),
                "selection": ModelCard.json(registration.training?.selection ?? "{}"),
                "taxonomy": .optional(record.taxonomy.map(Hex.encode)),
                "files": .array(
                    record.files.map {
                        [
                            "sha256": .string(Hex.encode($0.digest)),
                            "examples": .integer($0.examples),
                        ]
                    }),
            ]
        }
        return ModelEncoding.json(model, showsGates: true) + [
            ("provenance", .string(registration.provenance)),
            ("position", .integer(model.position)), ("asOf", .integer(asOf)),
            ("program", .optional(registration.program)),
            ("encoder", .optional(registration.encoder.map(Hex.encode))),
            ("topics", .array(registration.topics.map { .string($0) })),
            ("training", training ?? .null),
            ("life", .array(life.steps.map { .object($0.json) })),
            ("card", ModelCard.json(registration.card)),
        ]
    }
}

extension ModelLife.Step {
    /// What was done, without who and why.
    package var words: String {
        switch act {
        case .requested(let trigger, let newLabels):
            "training asked for (\(trigger.rawValue), "
                + "\(Formatted.count(Int(clamping: newLabels))) new labels)"
        case .registered(let version): "registered as model \(version)"
        case .shadowing(let share):
            "shadowing from here"
                + (share.map {
                    " (\(Formatted.shortest(Double($0) / 100) ?? "")% of what comes in)"
                } ?? "")
        case .shadowEnded: "its shadow ended"
        case .activated(let takesBack):
            takesBack.map { "made to count again (taking back \($0))" } ?? "made to count"
        case .superseded(let version, let isRollback):
            (isRollback ? "rolled back to" : "superseded by") + " model \(version)"
        }
    }

    /// The act with who, when and why.
    package var sentence: String {
        "\(words) at position \(position), \(Timestamp.format(recordedAt)), by "
            + TerminalText.sanitized(actor)
            + (reason.map { ": “\(TerminalText.sanitized($0, lineBreaks: .spaces))”" } ?? "")
    }

    package var json: [(String, JSONValue)] {
        [
            ("act", .string(kind.rawValue)), ("position", .integer(position)),
            ("recordedAt", .string(Timestamp.format(recordedAt))), ("actor", .string(actor)),
            ("text", .string(words)), ("reason", .optional(reason)),
        ]
    }
}

extension ExternalModel {
    /// What is asked and what it is sent, by name.
    fileprivate var facts: [(String, String)] {
        var facts: [(String, String)] = [
            ("asked", command.joined(separator: " ")),
            (
                "sent",
                (send == .full ? "texts in full" : "texts without addresses and long numbers")
                    + ", at most \(Formatted.count(budgetTexts)) in a run"
            ),
        ]
        if let languages {
            facts.append(
                (
                    "languages",
                    languages.map { LanguageCode($0)?.name ?? $0 }.joined(separator: ", ")
                        + "; texts in others are not sent, and left unread"
                ))
        }
        for (path, digest) in sha256.sorted(by: { $0.key < $1.key }) {
            facts.append(("checked", "\(path), sha256 \(Hex.encode(digest))"))
        }
        facts.append(
            (
                "repeatable",
                "no: the sha256 above is the description's, and what the program answered is only "
                    + "in the log"
            ))
        return facts
    }
}
