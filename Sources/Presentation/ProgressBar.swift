import Synchronization

/// How far a long work has come: a bar with rate and time left, on standard error.
///
/// Drawn only on a terminal, at most ten times a second, so that a loop may report every step.
/// Elsewhere it is silent but for its last line and for notices. Safe to call from any thread.
public final class ProgressBar: Sendable {
    private let label: String
    private let unit: String
    private let output: Output
    private let style: TerminalStyle
    private let now: @Sendable () -> Duration
    private let state: Mutex<State>

    /// Time between two drawings: faster than ten a second only costs the terminal's time.
    private static let drawInterval = Duration.milliseconds(100)
    /// How far back the shown rate looks: long enough to be steady, short enough to follow.
    private static let rateWindow = Duration.seconds(5)

    /// A bar on this process's standard error.
    ///
    /// - Parameters:
    ///   - label: What is being done, such as `Importing`.
    ///   - unit: What is counted, such as `rows`.
    public convenience init(_ label: String, unit: String = "") {
        let clock = ContinuousClock()
        let start = clock.now
        self.init(
            label, unit: unit, output: .standardError(),
            style: .detected(for: .standardError), now: { start.duration(to: clock.now) })
    }

    /// A bar with an output, a style and a clock of the caller's.
    ///
    /// - Parameter now: Time since any fixed moment; it must not go backwards.
    public init(
        _ label: String, unit: String = "", output: Output, style: TerminalStyle,
        now: @escaping @Sendable () -> Duration
    ) {
        self.label = TerminalText.sanitized(label)
        self.unit = TerminalText.sanitized(unit)
        self.output = output
        self.style = style
        self.now = now
        state = Mutex(State(start: now()))
    }

    deinit {
        // A work that failed leaves no half-drawn bar in front of its error.
        state.withLock { clear(&$0) }
    }

    /// Says how much is done, and how much there is if that is known.
    ///
    /// The first update draws at once, later ones when a tenth of a second has gone by.
    public func update(done: Int, total: Int? = nil) {
        guard output.isTerminal else { return }
        state.withLock { state in
            guard !state.isFinished else { return }
            let time = now()
            if let last = state.lastDraw, time - last < Self.drawInterval { return }
            state.note(done: done, at: time, window: Self.rateWindow)
            state.lastDraw = time
            state.isDrawn = true
            let line = ProgressLine(
                label: label, unit: unit, done: done, total: total, rate: state.rate,
                elapsed: time - state.start)
            let room = max(output.columns() - 1, 1)
            output.write("\r" + line.render(width: room, style: style) + "\u{1B}[K")
        }
    }

    /// Writes a line of its own, on a terminal or not, without disturbing the bar.
    public func notice(_ message: String) {
        state.withLock { state in
            clear(&state)
            // The bar comes back with the next update.
            state.lastDraw = nil
            output.write(TerminalText.sanitized(message, lineBreaks: .kept) + "\n")
        }
    }

    /// Removes the bar, and writes the message if there is one; later updates draw nothing.
    public func finish(_ message: String? = nil) {
        state.withLock { state in
            clear(&state)
            guard !state.isFinished else { return }
            state.isFinished = true
            guard let message, !message.isEmpty else { return }
            output.write(TerminalText.sanitized(message, lineBreaks: .kept) + "\n")
        }
    }

    private func clear(_ state: inout State) {
        if state.isDrawn { output.write("\r\u{1B}[K") }
        state.isDrawn = false
    }
}

extension ProgressBar {
    /// Where a bar draws.
    public struct Output: Sendable {
        /// Whether the bar is drawn at all.
        public let isTerminal: Bool
        let columns: @Sendable () -> Int
        let write: @Sendable (String) -> Void

        /// An output of the caller's.
        ///
        /// - Parameter columns: The terminal's width, asked at each drawing, as windows change.
        public init(
            isTerminal: Bool, columns: @escaping @Sendable () -> Int = { 80 },
            write: @escaping @Sendable (String) -> Void
        ) {
            self.isTerminal = isTerminal
            self.columns = columns
            self.write = write
        }

        /// This process's standard error; a `dumb` terminal, which cannot redraw, counts as none.
        public static func standardError() -> Output {
            let isDumb = ["", "dumb"].contains(Terminal.environment("TERM") ?? "")
            return Output(
                isTerminal: Terminal.isTerminal(.standardError) && !isDumb,
                columns: { Terminal.columns(of: .standardError) ?? 80 },
                write: { Terminal.write($0, to: .standardError) })
        }

        /// Nothing at all, as `--quiet` wants it.
        public static let silent = Output(isTerminal: false, write: { _ in })
    }

    /// What the bar remembers between two calls.
    private struct State {
        let start: Duration
        var lastDraw: Duration?
        var isDrawn = false
        var isFinished = false
        private var samples: [(time: Duration, done: Int)]

        init(start: Duration) {
            self.start = start
            samples = [(start, 0)]
        }

        /// Steps per second over the window; nil until time has gone by.
        var rate: Double? {
            guard let first = samples.first, let last = samples.last else { return nil }
            let span = (last.time - first.time) / .seconds(1)
            guard span > 0, last.done >= first.done else { return nil }
            return Double(last.done - first.done) / span
        }

        mutating func note(done: Int, at time: Duration, window: Duration) {
            samples.append((time, done))
            // The newest sample outside the window stays: it is where the window begins.
            let outside = samples.prefix { time - $0.time > window }.count
            if outside > 1 { samples.removeFirst(outside - 1) }
        }
    }
}

/// The text of one drawing of a progress bar.
struct ProgressLine {
    var label: String
    var unit: String
    var done: Int
    var total: Int?
    var rate: Double?
    var elapsed: Duration

    /// What is worth showing, most needed first; what does not fit is left out, then cut.
    func render(width: Int, style: TerminalStyle) -> String {
        var line = label
        for part in parts {
            let longer = line + "  " + part
            if DisplayWidth.of(longer) > width { break }
            line = longer
        }
        let room = min(width - DisplayWidth.of(line) - 2, 30)
        if let share, room >= 8 {
            let bar = Bar(share: share).render(width: room - 2, style: style)
            let rest = line.dropFirst(label.count)
            line = label + "  " + (style.usesUnicode ? "▕\(bar)▏" : "[\(bar)]") + rest
        }
        return DisplayWidth.truncated(line, to: width, ellipsis: style.ellipsis)
    }

    private var share: Double? {
        guard let total, total > 0 else { return nil }
        return min(max(Double(done) / Double(total), 0), 1)
    }

    private var parts: [String] {
        let suffix = unit.isEmpty ? "" : " " + unit
        guard let total, let share else {
            return [Formatted.count(done) + suffix]
                + (rate.map { [Formatted.rate($0)] } ?? [])
                + [Formatted.duration(elapsed)]
        }
        // Rounded down: 100% is only shown when all is done.
        var parts = ["\(Int(share * 100))%"]
        parts.append("\(Formatted.count(done)) of \(Formatted.count(total))\(suffix)")
        // Before the first step there is no rate to speak of.
        guard let rate, done > 0 else { return parts }
        parts.append(Formatted.rate(rate))
        let left = Double(max(total - done, 0)) / rate
        // A time beyond a month is a guess nobody can use.
        if rate > 0, left < 2_592_000 {
            let seconds = Int(left.rounded(.up))
            let span = seconds < 60 ? "\(seconds) s" : Formatted.duration(.seconds(seconds))
            parts.append(span + " left")
        }
        return parts
    }
}
