import AnswerEncoding
import LedgerCore
import LedgerQueries
import Presentation

/// Tells a person at a terminal what happens: notices and bars on standard error.
struct TerminalObserver: LedgerObserver {
    func notice(_ notice: Notice) { Printer.notice(Self.words(notice)) }

    func begin(_ work: Work) -> any WorkProgress {
        let (label, unit) = work.words
        return Bar(bar: ProgressBar(label, unit: unit))
    }

    private struct Bar: WorkProgress {
        let bar: ProgressBar

        func update(done: Int, total: Int?) { bar.update(done: done, total: total) }
        func finish() { bar.finish() }
    }

    private static func words(_ notice: Notice) -> String {
        switch notice {
        case .stateDiscarded(let id, let damage):
            "the file of \(id) was damaged and is thrown away; it is folded anew from the log "
                + "(\(damage))"
        case .stateMoved(let ids, let folder, let reason):
            "\(ids.joined(separator: ", ")): kept in \(folder) for this command, for \(reason)"
        case .partsMismatch(let problem): "\(problem): run `npsledger verify`"
        case .incomplete(let id, let events):
            "incomplete: \(Formatted.count(events, of: "event")) \(events == 1 ? "waits" : "wait") in "
                + "the quarantine of \(id); see `npsledger projection list`"
        case .beforeBeginning(let begin):
            "nothing was recorded by then: the ledger begins \(Timestamp.format(begin)); --from "
                + "and --to ask about the time of the responses"
        case .windowEndsBefore(let time):
            "what is dated after its recording is left out of the window, the latest "
                + Timestamp.format(time)
        case .wrongTimes(let positions):
            "times were wrong between positions \(positions.lowerBound) and "
                + "\(positions.upperBound - 1): as of a time is as of the last event there that the "
                + "clock put at or before it, with all before; a position is sharp"
        case .embeddings(let problem): problem
        case .textsNotCompared(let model, let reason):
            "texts are not compared (\(reason)): where one that model \(model) has learnt from "
                + "comes again, the figures flatter it"
        case .trainingUnknown(let model):
            "what model \(model) was trained on is not known, since it was registered from a file: "
                + "if it has learnt from these responses, the figures flatter it"
        case .labelledFilesLeftOut(let model, let texts):
            "model \(model) has learnt from \(Formatted.count(texts, of: "text")) of labelled files too, "
                + "which are left out of this"
        case .retrainingRequested(let position):
            "the request is at position \(position): should this be interrupted, `npsledger model "
                + "retrain --request \(position)` goes on"
        case .sealed(.texts, let reason): "texts are not shown: \(reason)"
        case .sealed(.reasonsAndRows, let reason): "reasons and rows are not shown: \(reason)"
        case .digestNotRecorded(let problem): "not committed: \(problem)"
        case .digestContradicted(let id, let upTo, let position):
            contradiction(id, upTo: upTo, position: position)
        case .digestsRecorded(let ids): "committed the states of " + ids.joined(separator: ", ")
        case .file(let path, let remark): "\(path): \(remark)"
        case .program(let text): text
        case .model(let notice): words(notice)
        case .importing(let notice): words(notice)
        case .bootstrapping(let notice): words(notice)
        case .fetching(let text): "fetch: \(text)"
        case .stateUnfoldable(let problem):
            "the state that was live could not be folded on: \(problem)"
        case .remark(let text): text
        }
    }

    /// What to say where a state is not the one on record.
    static func contradiction(_ id: String, upTo: Position, position: Position) -> String {
        "the state of \(id) is not the one committed as of \(upTo) at position \(position): "
            + "npsledger projection verify \(id)"
    }
}

extension TerminalObserver {
    static func words(_ notice: ModelNotice) -> String {
        switch notice {
        case .readBefore(let model, let texts): read(model, texts, "first")
        case .readAfterwards(let model, let texts): read(model, texts, "afterwards")
        case .notReadYet(let failure):
            "what came in meanwhile is not read yet (\(failure.words)): `npsledger classify` reads it"
        case .effectUnknown(let position, let failure):
            "it is recorded at position \(position) and counts, but what came of it cannot be told "
                + "(\(failure.words)): run `npsledger verify`"
        case .eventsAfterGate(let count, let from):
            "\(Formatted.count(count, of: "event")) came in after the gate was measured, from position "
                + "\(from) on; no activation and no edit of thresholds is among them"
        case .shadowUnusable(let model, let readsShare, let failure):
            "model \(model) cannot shadow: \(failure.words)"
                + (readsShare
                    ? ". Once it can, it goes on with its share of what comes in."
                    : failure.remedy?.isPart == true
                        ? ""
                        : ". Once it can, `npsledger model shadow \(model)` reads what it missed.")
        case .shadowShareMissed(let model, let failure):
            "model \(model) cannot shadow: \(failure.words). What it missed of its share stays unread"
        case .textsLeft(let model, let responses):
            "the program of model \(model) \(TextsLeft.words(responses)): "
                + "`npsledger classify --model \(model)` asks again"
        case .shadowsAllTheSame(let model, let from, let remedy):
            "it shadows from position \(from) on all the same: "
                + (remedy.flatMap { $0.isPart ? $0.words + " of what is missing" : nil }
                    ?? "`npsledger model shadow \(model)` reads what is missing")
                + ", --stop ends it"
        case .artefactUnusable(let model, let failure):
            "model \(model) cannot read, and this is what the log says of it: \(failure.words)"
        case .notAllowed(let model):
            "model \(model) is asked nothing before `npsledger policy set externalModels=… --reason "
                + "WHY` allows it"
        }
    }

    private static func read(_ model: ModelVersion, _ texts: Int, _ when: String) -> String {
        "model \(model) read \(Formatted.count(texts, of: "text")) \(when); its classifications are recorded"
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
        case .datedAhead(let count, let latest):
            "\(Formatted.count(count, of: "response")) dated after now, the latest "
                + "\(Timestamp.format(latest)): see whether --time-format and --time-zone are right; "
                + "a --window ends before"
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
