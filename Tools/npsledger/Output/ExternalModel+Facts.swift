import ExternalModels
import LedgerCore
import NPSLedger
import Presentation

extension ExternalModel {
    /// The description in a registration; nil where it is of another kind.
    init?(_ registration: ModelRegistered) {
        guard registration.kind == ExternalModel.kind,
            let model = try? ExternalModel(artefact: Array(registration.card.utf8))
        else { return nil }
        self = model
    }

    /// What is asked and what it is sent, by name.
    var facts: [(String, String)] {
        var facts: [(String, String)] = [
            ("asked", command.joined(separator: " ")),
            (
                "sent",
                (send == .full ? "texts in full" : "texts without addresses and long numbers")
                    + ", at most \(Formatted.count(budgetTexts)) in a run"
            ),
        ]
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
