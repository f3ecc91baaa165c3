import ArgumentParser
import LedgerCore
import NPSLedger
import Presentation

/// `model`: the models' life.
struct ModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model", abstract: "Register, train, shadow, activate and roll back models.",
        discussion: """
            EXAMPLE
              npsledger model train --seed 7   a new version from this ledger's scores
              npsledger model shadow 2         it reads what there is and what comes in
              npsledger model compare 1 2 --by region
              npsledger model activate 2 --reason "agrees better with stated scores"
              npsledger model rollback --reason "EMEA moved without cause"
              npsledger model register --external judge.json   a program of yours
            """,
        subcommands: [
            ModelListCommand.self, ModelShowCommand.self, ModelCardCommand.self,
            ModelTrainCommand.self,
            ModelRetrainCommand.self,
            ModelRegisterCommand.self, ModelApproveCommand.self, ModelShadowCommand.self,
            ModelEvaluateCommand.self,
            ModelEstimateCommand.self, ModelCompareCommand.self,
            ModelActivateCommand.self, ModelRollbackCommand.self, ModelFetchCommand.self,
            ModelCacheCommand.self,
        ], defaultSubcommand: ModelListCommand.self)

    /// `active`, `shadowing`, `retired` for what was active once, or `registered`.
    static func state(_ model: RegisteredModel) -> String {
        if model.isActive { return "active" }
        if model.shadow != nil { return "shadowing" }
        return model.activations.isEmpty ? "registered" : "retired"
    }

    /// Of what comes in, the share that a shadow reads, in percent.
    fileprivate static func share(_ shadow: RegisteredModel.Shadow) -> Double {
        shadow.share.map { Double($0) / 100 } ?? 100
    }

    /// Since when a version shadows, and what share, where that is not all; nil where it does not.
    static func shadowing(_ model: RegisteredModel) -> String? {
        model.shadow.map { shadow in
            "shadowing "
                + (shadow.share == nil ? "" : "\(Formatted.shortest(share(shadow)) ?? "")% ")
                + "since \(shadow.position)"
        }
    }

    /// - Parameter showsGates: whether activations say on what ground a gate let the model pass.
    static func json(
        _ model: RegisteredModel, showsGates: Bool = false
    ) -> [(String, JSONValue)] {
        [
            ("version", .integer(model.version)), ("kind", .string(model.registration.kind)),
            ("digest", .string(model.digest)), ("state", .string(state(model))),
            ("registeredAt", .string(Timestamp.format(model.registeredAt))),
            (
                "activeFrom",
                .array(
                    model.activations.map { activation in
                        let gate = activation.gate.map(GateText.json) ?? .null
                        return .object(
                            [
                                ("position", .integer(activation.position)),
                                ("recordedAt", .string(Timestamp.format(activation.recordedAt))),
                                ("until", .optional(activation.until)),
                                ("rollsBack", .optional(activation.rollsBack)),
                            ] + (showsGates ? [("gate", gate)] : []))
                    })
            ),
            ("shadowingSince", .optional(model.shadow?.position)),
            ("shadowShare", .optional(model.shadow.map(share))),
        ]
    }
}

/// `model list`
struct ModelListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Every version and when its judgements counted.",
        usage: "npsledger model list [options]")
    @OptionGroup var options: LedgerOptions
    @OptionGroup var moment: MomentOptions

    func run() throws {
        let ledger = try Ledger(at: options.paths)
        defer { ledger.close() }
        let models = try ledger.models.list(asOf: try moment.position(in: ledger.log))
        let printer = Printer(options)
        switch options.format {
        case .json:
            printer.json(["models": .array(models.map { .object(ModelCommand.json($0)) })])
        case .csv:
            printer.csv(
                [
                    "version", "kind", "digest", "state", "registeredAt", "activeFrom",
                    "shadowingSince", "shadowShare",
                ],
                models.map { model in
                    [
                        "\(model.version)", model.registration.kind, model.digest,
                        ModelCommand.state(model), Timestamp.format(model.registeredAt),
                        model.activations.map { "\($0.position)" }.joined(separator: " "),
                        model.shadow.map { "\($0.position)" } ?? "",
                        model.shadow.flatMap { Formatted.shortest(ModelCommand.share($0)) } ?? "",
                    ]
                })
        case .table:
            var table = Table(columns: [
                .number("version"), Table.Column("kind"), Table.Column("from"),
                Table.Column("sha256", dropPriority: 2), Table.Column("state"),
                Table.Column("registered", dropPriority: 1),
                Table.Column("counted at positions", minWidth: 20, flexible: true),
            ])
            for model in models {
                let from = model.activations.map { activation in
                    "\(activation.position)–" + (activation.until.map { "\($0)" } ?? "")
                        + (activation.rollsBack == nil ? "" : " (rollback)")
                }
                table.append([
                    Table.Cell("\(model.version)", model.isActive ? .strong : .plain),
                    Table.Cell(model.registration.kind),
                    Table.Cell(model.registration.provenance),
                    Table.Cell(model.digest.prefix(12) + "…", .muted),
                    Table.Cell(
                        // Whether it was active before is in the last column.
                        ModelCommand.shadowing(model) ?? ModelCommand.state(model),
                        model.isActive ? .good : .plain),
                    Table.Cell("\(Timestamp.format(model.registeredAt).prefix(19))Z"),
                    Table.Cell(from.joined(separator: ", ")),
                ])
            }
            printer.table(table)
        }
    }
}
