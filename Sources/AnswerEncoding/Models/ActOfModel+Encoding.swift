import JSON
import LedgerCore
import LedgerOperations
import LedgerQueries
import NPSLedger
import NPSStatistics
import Presentation

extension TextsClassified {
    package var fields: [(String, JSONValue)] {
        [
            ("model", .integer(model)), ("classified", .integer(classified)),
            ("erased", .integer(erased)),
            ("refused", .array(refused.map { .integer($0) })),
            ("unlearntLanguages", UnlearntLanguages.json(unlearnt)),
        ]
    }
}

extension ClassificationAnswer {
    /// What was read, for programs.
    package var json: JSONValue {
        .object(read.fields + [("shadows", .array(shadows.map { .object($0.fields) }))])
    }

    /// A header and a row for each version that has read.
    package var csv: (header: [String], rows: [[String]]) {
        (
            ["model", "classified", "erased", "refused", "unlearntLanguage"],
            ([read] + shadows).map {
                [
                    "\($0.model)", "\($0.classified)", "\($0.erased)",
                    $0.refused.map { "\($0)" }.joined(separator: " "),
                    "\($0.unlearnt.values.reduce(0, +))",
                ]
            }
        )
    }
}

extension ShadowAnswer {
    /// What came of it, for programs.
    package var fields: [(String, JSONValue)] {
        read.fields + [
            ("shadowingSince", .optional(shadow?.position)),
            ("share", shadow?.share.map { .number(Double($0) / 10_000) } ?? .null),
            ("position", .optional(position)),
        ]
    }
}

extension ActivationEffect {
    /// The act and the score before and after it, for programs.
    ///
    /// - Parameter gate: what the act records of a gate.
    package func fields(gate: GateEvidence? = nil) -> [(String, JSONValue)] {
        [
            ("model", .integer(model)), ("position", .integer(position)),
            ("leafHash", .string(leafHash)),
            ("npsBefore", .optional(AnswerNumber.points(before.score))),
            ("npsAfter", .optional(after.flatMap { AnswerNumber.points($0.score) })),
        ] + (gate.map { [("gate", GateText.json($0))] } ?? [])
    }
}

extension ActivationAnswer {
    /// What was done, with what its event records of a gate; where nothing was, how the gate stands.
    package var json: JSONValue {
        effect.map { .object($0.fields(gate: evidence)) } ?? gate?.json ?? .null
    }
}

extension GateStanding {
    /// How it stands, for programs; nothing was activated.
    package var json: JSONValue {
        [
            "model": .integer(model), "against": .optional(active), "activated": false,
            "gate": GateText.json(report, asOf: asOf),
        ]
    }

    /// A header and a row for each condition.
    package var csv: (header: [String], rows: [[String]]) {
        (GateText.csvHeader, GateText.csv(report))
    }
}

extension ProgramApproval {
    /// What was said of the program, for programs.
    package var fields: [(String, JSONValue)] {
        [
            ("model", .integer(model)), ("approved", .bool(isApproved)),
            ("command", .array(command.map { .string($0) })), ("directory", .string(directory)),
            ("environment", .array(environment.map { .string($0) })),
            ("send", .string(getsFullTexts ? "full" : "redacted")),
        ]
    }
}

extension EncoderInstallation {
    /// The encoder, for programs.
    package var fields: [(String, JSONValue)] {
        [
            ("encoder", .string(name)), ("digest", .string(digest)),
            ("dimensions", .integer(dimensions)), ("layer", .integer(layer)),
            ("runtime", .string(runtime)), ("recipe", .string(recipe)),
            ("directory", .string(directory)), ("fetched", .bool(isNew)),
        ]
    }
}

extension EmbeddingCacheState {
    /// What is kept, for programs.
    package var json: JSONValue {
        .object(
            [
                ("path", .string(path)), ("fileBytes", .integer(fileBytes)),
                ("fileBytesMax", .integer(fileBytesMax)),
                ("encoders", .array(shares.map { .object($0.fields) })),
            ] + (removedPages.map { [("removedPages", .integer($0))] } ?? []))
    }

    /// A header and a row for each encoder.
    package var csv: (header: [String], rows: [[String]]) {
        (
            ["encoder", "digest", "models", "texts", "pages", "bytes"],
            shares.map { share in
                [
                    share.name ?? "", share.digest,
                    share.models.map { "\($0)" }.joined(separator: " "),
                    share.texts.map { "\($0)" } ?? "", "\(share.pages)", "\(share.sealedBytes)",
                ]
            }
        )
    }
}

extension EmbeddingCacheState.Share {
    fileprivate var fields: [(String, JSONValue)] {
        [
            ("name", .optional(name)), ("digest", .string(digest)),
            ("models", .array(models.map { .integer($0) })), ("texts", .optional(texts)),
            ("pages", .integer(pages)), ("bytes", .integer(sealedBytes)),
        ]
    }
}
