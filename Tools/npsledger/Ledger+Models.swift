import Encoders
import ExternalModels
import NPSLedger
import Presentation

extension Ledger {
    /// Of this user; each is opened once in a process, however many models read its vectors.
    static let encoders = EncoderSource.store()

    /// Of this process: one command is one run of each model outside it.
    static let programs = ExternalPrograms(notice: Printer.notice)

    /// The models of this ledger.
    var models: ModelRegistry {
        ModelRegistry(self, encoders: Self.encoders, programs: Self.programs)
    }

    /// Ends the programs that were asked, and says how many texts went where.
    static func finishPrograms() {
        for (model, tally) in programs.finish() {
            Printer.notice(
                "\(Formatted.count(tally.texts)) \(tally.texts == 1 ? "text" : "texts") "
                    + "(\(Formatted.count(tally.bytes)) bytes, "
                    + (model.send == .full ? "in full" : "redacted")
                    + ") went to \(model.name), \(model.program)"
                    + (tally.resent > 0
                        ? "; \(Formatted.count(tally.resent)) were sent again" : ""))
        }
    }
}
