import LedgerCore
import LedgerOperations
import LedgerQueries
import NPSLedger
import Presentation

/// A person at the terminal, going through texts.
struct ReviewReading {
    private(set) var round: ReviewRound
    private let terminal: KeyTerminal
    private let style = TerminalStyle.detected(for: .standardError)
    private var note: String?
    /// Lines of the text above what is shown, where it is longer than the terminal.
    private var scrolled = 0

    init(_ round: ReviewRound, terminal: KeyTerminal) {
        self.round = round
        self.terminal = terminal
    }

    /// Goes through the texts until all are done or the person leaves.
    ///
    /// - Returns: The signal that ended it, where one did.
    mutating func run() throws -> Int32? {
        guard !round.texts.isEmpty else { return nil }
        var signal: Int32?
        var isLeaving = false
        while !isLeaving {
            try round.passDecided()
            let linesShown = draw()
            switch terminal.key() {
            case .signal(let number): (signal, isLeaving) = (number, true)
            case .end: isLeaving = true
            case .resized, .other: break
            case .down, .character(" "): scrolled += linesShown
            case .up, .character("b"): scrolled -= linesShown
            case .character(let character): isLeaving = try take(character)
            }
        }
        let isCurrent = try round.record()
        Terminal.write(Self.clearScreen, to: .standardError)
        if !isCurrent { Printer.notice(Self.overtaken) }
        return signal
    }

    private static let overtaken =
        "somebody decided on the last text meanwhile; yours is not recorded"

    /// Does what a key says; true for leaving.
    private mutating func take(_ key: Character) throws -> Bool {
        let before = round.index
        defer { if round.index != before { scrolled = 0 } }
        note = nil
        switch Character(key.lowercased()) {
        case "q": return true
        case "u":
            if !round.undo() {
                note = "there is nothing to take back: what was decided before is recorded"
            }
        case "s" where round.text != nil: round.skip()
        case "r" where round.text != nil: askRationale()
        case "d", "1": try decide(.detractor)
        case "n", "2": try decide(.passive)
        case "p", "3": try decide(.promoter)
        default: note = "“\(TerminalText.sanitized(String(key)))” is none of the keys below"
        }
        return false
    }

    private mutating func decide(_ npsClass: NPSClass) throws {
        if try !round.decide(npsClass) { note = Self.overtaken }
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
        round.rationale = trimmed.isEmpty ? nil : String(trimmed)
        if trimmed.utf8.count > Ledger.reasonBytesMax {
            round.rationale = nil
            note = "a rationale has at most \(Ledger.reasonBytesMax) bytes"
        }
    }

    /// To the upper left, and everything below away.
    private static let clearScreen = "\u{1B}[H\u{1B}[J"
    /// Wider lines are hard to read, whatever the terminal.
    private static let widthMax = 100
    private static let margin = "    "
    /// On fewer rows the text has what there is.
    private static let heightForContext = 8

    /// Draws what there is room for: where lines are few the text is shown in parts, and what the
    /// keys do stays.
    ///
    /// - Returns: How many lines of the text are shown.
    private mutating func draw() -> Int {
        let width = min(Self.widthMax, Terminal.columns(of: .standardError) ?? 80)
        // The cursor stands in the last row.
        let height = max(2, (Terminal.rows(of: .standardError) ?? 24) - 1)
        func lines(_ text: String, _ role: TerminalStyle.Role) -> [String] {
            TerminalText.wrapped(text, width).map { style.paint($0, role) }
        }
        let place = min(round.index + 1, round.texts.count)
        var head = lines(
            "Review by \(round.reviewer.name): \(place) of \(round.texts.count)", .strong)
        var body = ["That was the last one: q records and leaves, u goes back."]
        var foot = round.last.map { lines("Last: \($0.name); u takes it back", .muted) } ?? []
        if let note { foot += lines(note, .warning) }
        if let item = round.text {
            let segments = item.segments.sorted { $0.key < $1.key }
                .map { "\($0.key) \($0.value)" }
            let context = ([Timestamp.format(item.occurredAt)] + segments)
                .joined(separator: " · ")
            body = TerminalText.wrapped("“\(item.content)”", width - Self.margin.count)
                .map { Self.margin + $0 }
            if let rationale = round.rationale { foot += lines("Rationale: \(rationale)", .muted) }
            foot += lines("d detractor · n neither (passive) · p promoter", .strong)
            foot += lines("s skip · u undo · r rationale · q quit", .plain)
            let whole = lines(context, .muted)
            if head.count + whole.count + body.count + foot.count <= height {
                head += whole
            } else if height >= Self.heightForContext {
                head.append(style.paint(DisplayWidth.truncated(context, to: width), .muted))
            }
        } else {
            body = body.flatMap { TerminalText.wrapped($0, width) }
            foot += lines("u undo · q quit", .plain)
        }
        var room = height - head.count - foot.count
        let isLoose = body.count + 2 <= room
        if body.count > room {
            // On the smallest of terminals the text goes before what is said of it.
            foot = Array(foot.suffix(max(0, height - head.count - 2)))
            room = max(1, height - head.count - foot.count - 1)
            scrolled = min(max(0, scrolled), body.count - room)
            let end = scrolled + room
            foot.insert(
                style.paint(
                    DisplayWidth.truncated(
                        "lines \(scrolled + 1)–\(end) of \(body.count) · space on, b back",
                        to: width), .muted), at: 0)
            body = Array(body[scrolled..<end])
        } else {
            scrolled = 0
        }
        let gap = isLoose ? [""] : []
        let screen = (head + gap + body + gap + foot).prefix(height)
        Terminal.write(
            Self.clearScreen + screen.joined(separator: "\n") + "\n", to: .standardError)
        return body.count
    }
}
