import LedgerCore
import LedgerQueries
import Presentation

extension TerminalObserver {
    static func words(_ notice: ModelNotice) -> String {
        switch notice {
        case .readBefore(let model, let texts): read(model, texts, "first")
        case .readAfterwards(let model, let texts): read(model, texts, "afterwards")
        case .notReadYet(let reason):
            "what came in meanwhile is not read yet (\(reason)): `npsledger classify` reads it"
        case .effectUnknown(let position, let reason):
            "it is recorded at position \(position) and counts, but what came of it cannot be told "
                + "(\(reason)): run `npsledger verify`"
        case .eventsAfterGate(let count, let from):
            "\(Formatted.count(count)) events came in after the gate was measured, from position "
                + "\(from) on; no activation and no edit of thresholds is among them"
        case .shadowUnusable(let model, let readsShare, let reason):
            "model \(model) cannot shadow: \(reason). Once it can, "
                + (readsShare
                    ? "it goes on with its share of what comes in."
                    : "`npsledger model shadow \(model)` reads what it missed.")
        case .shadowShareMissed(let model, let reason):
            "model \(model) cannot shadow: \(reason). What it missed of its share stays unread"
        case .shadowsAllTheSame(let model, let from):
            "it shadows from position \(from) on all the same: `npsledger model shadow \(model)` "
                + "reads what is missing, --stop ends it"
        case .notAllowed(let model):
            "model \(model) is asked nothing before `npsledger policy set externalModels=… --reason "
                + "WHY` allows it"
        }
    }

    private static func read(_ model: ModelVersion, _ texts: Int, _ when: String) -> String {
        "model \(model) read \(Formatted.count(texts)) texts \(when); its judgements are recorded"
    }

    static func words(_ notice: ImportNotice) -> String {
        switch notice {
        case .rowsWithoutID:
            "no response_id is mapped: rows are told apart by the file's name (or --delivery), "
                + "their number and their content"
        case .stopped(let rows):
            "stopped after \(rows) rows; what was recorded stays. The same command again goes on "
                + "from there without duplicates."
        case .addressesInClear(let byColumn, let isDryRun):
            "e-mail addresses \(isDryRun ? "would be" : "are") recorded in clear, and cannot be "
                + "erased: \(columns(byColumn)). Map a column that identifies nobody; of a "
                + "respondent_id only a keyed pseudonym is recorded"
        case .sourceIsAddress: "--source holds an e-mail address, which is recorded in clear"
        }
    }

    private static func columns(_ counts: [String: Int]) -> String {
        counts.sorted { $0.key < $1.key }.map { "\(Formatted.count($0.value)) in “\($0.key)”" }
            .joined(separator: ", ")
    }

    static func words(_ notice: BootstrapNotice) -> String {
        switch notice {
        case .manifestWrittenAgain:
            "ledger.json was written again. After how many events states are put on record "
                + "(`projection commit --every`) stood there alone: say it again, if it was set"
        case .keyWithinLedger:
            "the master key lies in the ledger's own directory: whoever copies that can open every "
                + "text. Move it away, and name it with NPSLEDGER_KEY_FILE"
        }
    }
}
