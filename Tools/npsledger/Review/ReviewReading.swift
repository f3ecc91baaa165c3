import LedgerCore
import LedgerOperations
import LedgerQueries
import NPSLedger
import Presentation

/// A person at the terminal, going through texts.
struct ReviewReading {
    /// What came of it.
    struct Outcome {
        var recorded = 0
        var skipped = 0
        var left = 0
        /// The signal that ended it, where one did.
        var signal: Int32?
    }

    /// A decision that can still be taken back.
    private struct Pending {
        let index: Int
        let decision: ReviewRegistry.Decision
    }

    private let open: OpenLedger
    private let actor: Actor
    private let texts: [TextToReview]
    private let terminal: KeyTerminal
    private let style = TerminalStyle.detected(for: .standardError)
    private var index = 0
    private var pending: Pending?
    private var rationale: String?
    private var note: String?
    private var decided: Set<Int> = []
    private var outcome = Outcome()

    init(
        _ open: OpenLedger, _ actor: Actor, _ texts: [TextToReview], terminal: KeyTerminal
    ) {
        self.open = open
        self.actor = actor
        self.texts = texts
        self.terminal = terminal
    }

    /// Goes through the texts until all are done or the person leaves.
    mutating func run() throws -> Outcome {
        var isLeaving = texts.isEmpty
        while !isLeaving {
            // Somebody else may have decided while this person read: then it is not asked any more.
            if index < texts.count, try !open.waits(texts[index].text, for: actor.name) {
                index += 1
                continue
            }
            draw()
            switch terminal.key() {
            case .signal(let signal):
                outcome.signal = signal
                isLeaving = true
            case .end: isLeaving = true
            case .other: break
            case .character(let character): isLeaving = try take(character)
            }
        }
        try record()
        if !texts.isEmpty { write(Self.clearScreen) }
        outcome.left = texts.count - decided.count
        return outcome
    }

    /// Does what a key says; true for leaving.
    private mutating func take(_ key: Character) throws -> Bool {
        note = nil
        switch Character(key.lowercased()) {
        case "q": return true
        case "u": undo()
        case "s" where index < texts.count:
            outcome.skipped += 1
            rationale = nil
            index += 1
        case "r" where index < texts.count: askRationale()
        case "d", "1": try decide(.detractor)
        case "n", "2": try decide(.passive)
        case "p", "3": try decide(.promoter)
        default: note = "“\(TerminalText.sanitized(String(key)))” is none of the keys below"
        }
        return false
    }

    private mutating func decide(_ npsClass: NPSClass) throws {
        guard index < texts.count else { return }
        try record()
        pending = Pending(
            index: index, decision: ReviewRegistry.Decision(npsClass, rationale: rationale))
        decided.insert(index)
        rationale = nil
        index += 1
    }

    private mutating func undo() {
        guard let last = pending else {
            note = "there is nothing to take back: what was decided before is recorded"
            return
        }
        pending = nil
        decided.remove(last.index)
        index = last.index
        rationale = last.decision.rationale
    }

    private mutating func askRationale() {
        let prompt = "\n" + style.paint("Rationale (Enter for none): ", .strong)
        guard let line = terminal.line(prompt: prompt) else { return }
        // Escape is how people leave a line that they did not mean.
        guard !line.contains("\u{1B}") else {
            note = "the rationale was left as it is"
            return
        }
        let trimmed = TerminalText.sanitized(line, lineBreaks: .spaces)
            .trimmingPrefix { $0.isWhitespace }
        rationale = trimmed.isEmpty ? nil : String(trimmed)
        if let given = rationale, given.utf8.count > Ledger.reasonBytesMax {
            rationale = nil
            note = "a rationale has at most \(Ledger.reasonBytesMax) bytes"
        }
    }

    /// Appends the decision that waits.
    private mutating func record() throws {
        guard let waiting = pending else { return }
        pending = nil
        do {
            let isNew = try open.decide(
                waiting.decision, onWaiting: texts[waiting.index].text, by: actor)
            if isNew { outcome.recorded += 1 }
        } catch let error as LedgerError where error.code == .overtaken {
            note = "somebody decided on the last text meanwhile; yours is not recorded"
            decided.remove(waiting.index)
        }
    }

    private func write(_ text: String) { Terminal.write(text, to: .standardError) }

    /// To the upper left, and everything below away.
    private static let clearScreen = "\u{1B}[H\u{1B}[J"
    /// Wider lines are hard to read, whatever the terminal.
    private static let widthMax = 100

    private func draw() {
        let width = min(Self.widthMax, Terminal.columns(of: .standardError) ?? 80)
        var lines: [String] = []
        func add(_ text: String, _ role: TerminalStyle.Role, indent: Int = 0) {
            for line in TerminalText.wrapped(text, width - indent) {
                lines.append(String(repeating: " ", count: indent) + style.paint(line, role))
            }
        }
        let place = min(index + 1, texts.count)
        add("Review by \(actor.name): \(place) of \(texts.count)", .strong)
        lines.append("")
        if index < texts.count {
            let item = texts[index]
            let segments = item.segments.sorted { $0.key < $1.key }
                .map { "\($0.key) \($0.value)" }
            let context = [Timestamp.format(item.occurredAt)] + segments
            add(context.joined(separator: " · "), .muted)
            lines.append("")
            add("“\(item.content)”", .plain, indent: 4)
            if let rationale {
                lines.append("")
                add("Rationale: \(rationale)", .muted)
            }
        } else {
            add("That was the last one: q records and leaves, u goes back.", .plain)
        }
        lines.append("")
        if let pending {
            add("Last: \(pending.decision.npsClass.name); u takes it back", .muted)
        }
        if let note { add(note, .warning) }
        add(
            index < texts.count
                ? "d detractor · n neither (passive) · p promoter" : "", .strong)
        add(
            index < texts.count
                ? "s skip · u undo · r rationale · q quit" : "u undo · q quit", .plain)
        write(Self.clearScreen + lines.joined(separator: "\n") + "\n")
    }
}
