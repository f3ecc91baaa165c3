import AnswerEncoding
import ArgumentParser
import LedgerCore
import LedgerQueries
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
}

/// `model list`
struct ModelListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Every version and when its classifications counted.",
        usage: "npsledger model list [options]")
    @OptionGroup var options: LedgerOptions
    @OptionGroup var moment: MomentOptions

    func run() throws {
        let models = try Session.open(options).registeredModels(asOf: try moment.moment())
        let printer = Printer(options)
        printer.show(
            ModelEncoding.json(models),
            csv: (ModelEncoding.csvHeader, models.map(ModelEncoding.csv))
        ) {
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
                        ModelEncoding.shadowing(model) ?? ModelEncoding.state(model),
                        model.isActive ? .good : .plain),
                    Table.Cell("\(Timestamp.format(model.registeredAt).prefix(19))Z"),
                    Table.Cell(from.joined(separator: ", ")),
                ])
            }
            printer.table(table)
        }
    }
}
