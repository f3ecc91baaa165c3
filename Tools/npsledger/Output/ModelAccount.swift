import AnswerEncoding
import Classification
import ExternalModels
import Foundation
import LedgerCore
import LedgerQueries
import LedgerStore
import NPSLedger
import Presentation

/// All that the log says of one model version, as of a position.
struct ModelAccount {
    let model: RegisteredModel
    let life: ModelLife
    let asOf: Position
    let origin: String
    /// The thresholds by which its labels were told from scores; nil where it was not trained here.
    let labelThresholds: ThresholdRegistry.Edit?
    /// Why reasons are not shown, where they are not.
    let sealedBecause: String?

    init(_ version: ModelVersion, _ ledger: Ledger, asOf: Position) throws {
        let reader = SealedReader(ledger, sealed: false)
        model = try ledger.models.model(version, asOf: asOf)
        life = try ModelLife(version, ledger, asOf: asOf, reader: reader)
        labelThresholds = try model.training.flatMap {
            try ThresholdRegistry(ledger).history(asOf: $0.asOf).last
        }
        self.asOf = asOf
        origin = ledger.manifest.origin
        sealedBecause = reader.problem
    }

    /// What it is and was made from, by name.
    var facts: [(String, String)] {
        let registration = model.registration
        var facts: [(String, String)] = [
            ("kind", "\(registration.kind), \(registration.provenance)"),
            ("sha256", model.digest),
        ]
        if let encoder = registration.encoder { facts.append(("encoder", Hex.encode(encoder))) }
        if let program = registration.program { facts.append(("program", program)) }
        if let external = ExternalModel(registration) { facts += external.facts }
        if !registration.topics.isEmpty {
            facts.append(("topics", registration.topics.joined(separator: ", ")))
        }
        if let record = model.training {
            let reviewed = registration.training.map { Int(clamping: $0.reviewed) } ?? 0
            facts += [
                (
                    "learnt from",
                    "\(Formatted.count(record.examples)) responses as of position \(record.asOf), "
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
        }
        return facts
    }

    var json: [(String, JSONValue)] {
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
