import Foundation
import Synchronization

/// One run of a model outside this process: its program, started when it is first needed, its
/// budget, and what went out. Whoever asks meanwhile waits.
public final class ExternalRun: Sendable {
    /// What went out.
    public struct Tally: Hashable, Sendable {
        /// Texts, each counted once.
        public var texts = 0
        /// Of those, how many times one was sent again.
        public var resent = 0
        /// Bytes of all that was sent.
        public var bytes = 0
        /// How often the program was started.
        public var starts = 0
    }

    /// What came of asking about some texts.
    public struct Answers: Sendable {
        /// The answers, in the order of the texts; nil where there is none.
        public var answers: [ExternalAnswer?]
        /// Why the run cannot go on; nil where it can, and what has no answer was refused.
        public var failure: ExternalModelError?
    }

    /// Failures in a row after which it is the program that is at fault, and not the texts. The last
    /// of them is at the sample, so that texts left by an earlier run, and asked about again before
    /// any other, are not taken for a program that is broken.
    package static let failuresInARowMax = 3
    /// So many texts are refused, and none answered, before the program is asked about the sample; at
    /// so many it may fail, without an answer to any, whatever becomes of the sample.
    package static let unansweredMax = 20
    /// Nobody's text: it shows whether a program answers at all.
    package static let sample = "Good."
    /// First wait before a batch is asked again; each further one is twice as long.
    static let firstWaitSeconds = 0.25
    /// Longest such wait.
    static let waitSecondsMax = 8.0

    /// What is asked.
    public let model: ExternalModel
    private let environment: [String: String]
    private let notice: @Sendable (String) -> Void
    private let state: Mutex<State>

    private struct State {
        var program: ExternalProgram?
        let errors: ErrorLines
        var tally = Tally()
        var nextID = 0
        /// Whether anything was ever answered.
        var hasAnswered = false
        /// Texts that the program refused to the last, since it last answered the sample.
        var refused = 0
        /// Texts at which it failed since it last answered anything.
        var failuresInARow = 0
        /// Texts at which it failed since it last answered one.
        var failed = 0
    }

    /// A run that has not begun.
    ///
    /// - Parameters:
    ///   - environment: this process's; only what the description names is passed on.
    ///   - notice: takes what the program writes to its standard error, a line at a time and not
    ///     sanitised, and what is done about a failure.
    public init(
        _ model: ExternalModel,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        notice: @escaping @Sendable (String) -> Void
    ) {
        self.model = model
        self.environment = environment
        self.notice = notice
        state = Mutex(State(errors: ErrorLines { notice("\(model.name) says: \($0)") }))
    }

    /// What went out so far.
    public var tally: Tally { state.withLock { $0.tally } }

    /// Fails where this run may not send so many texts more.
    ///
    /// - Throws: `ExternalModelError` with code `budget`, before anything is sent.
    public func checkBudget(_ texts: Int) throws(ExternalModelError) {
        try checkBudget(texts, beside: tally.texts)
    }

    private func checkBudget(_ texts: Int, beside sent: Int) throws(ExternalModelError) {
        guard texts > model.budgetTexts - sent else { return }
        throw ExternalModelError(
            .budget,
            "\(texts) texts would have to be sent"
                + (sent > 0 ? " beside \(sent) that were sent already" : "")
                + ", and the budget of a run is \(model.budgetTexts): nothing of them was sent")
    }

    /// Where a batch that begins at `start` ends: as many texts as both bounds allow, at least one.
    public func batchEnd(of texts: [String], from start: Int) -> Int {
        var end = start
        var bytes = 0
        while end < texts.count, end - start < model.batchTexts {
            bytes += texts[end].utf8.count
            if end > start, bytes > model.batchBytes { break }
            end += 1
        }
        return end
    }

    /// The answers to one batch, in the order of the texts.
    ///
    /// What was not answered is asked again, after a wait, as often as the description says. Where
    /// the program broke off, hung or broke the protocol it is started anew; where that does not
    /// help, what is left is asked one by one, so that one text cannot keep the others from being
    /// read.
    ///
    /// - Throws: `ExternalModelError` with code `missing`, `changed` or `budget`, before anything of
    ///   the batch is answered.
    public func answers(to texts: [String]) throws(ExternalModelError) -> Answers {
        return try state.withLock { state throws(ExternalModelError) in
            // Here, where nobody else can take what is left meanwhile.
            try checkBudget(texts.count, beside: state.tally.texts)
            var answers = [ExternalAnswer?](repeating: nil, count: texts.count)
            var attempt = 0
            state.tally.texts += texts.count
            while true {
                let missing = answers.indices.filter { answers[$0] == nil }
                if missing.isEmpty { return Answers(answers: answers) }
                if attempt > 0 { state.tally.resent += missing.count }
                guard let problem = try ask(texts, missing, &answers, &state) else { continue }
                attempt += 1
                let what = "the program \(model.program) \(problem.what)"
                guard attempt <= model.retries else {
                    let why = what + (attempt > 1 ? ", the last of \(attempt) attempts" : "")
                    let failure = ExternalModelError(.failed, why)
                    switch problem {
                    case .texts:
                        state.refused += missing.count
                        // Where it refuses all that it is asked, no text is the reason.
                        let isAlive = try isAlive(&state)
                        return Answers(answers: answers, failure: isAlive ? nil : failure)
                    case .program: return try askEach(texts, answers, &state, failure)
                    case .protocolBroken: return Answers(answers: answers, failure: failure)
                    }
                }
                notice("\(what); the batch is asked again")
                Thread.sleep(
                    forTimeInterval: min(
                        Self.waitSecondsMax, Self.firstWaitSeconds * Double(1 << (attempt - 1))))
            }
        }
    }

    /// Asks one by one what no batch answered. It is the text's fault where the program fails at it
    /// and answers others; the program's, where it fails at several in a row.
    private func askEach(
        _ texts: [String], _ found: [ExternalAnswer?], _ state: inout State,
        _ failure: ExternalModelError
    ) throws(ExternalModelError) -> Answers {
        var answers = found
        // A text that was alone from the beginning was asked alone.
        let wasAlone = texts.count == 1
        notice(
            failure.description
                + (wasAlone ? "; the text is left" : "; what is left is asked one by one"))
        for index in answers.indices where answers[index] == nil {
            if !wasAlone {
                state.tally.resent += 1
                switch try ask(texts, [index], &answers, &state) {
                case .program, .protocolBroken: break
                case .texts:
                    state.failuresInARow = 0
                    continue
                case nil: continue
                }
            }
            state.failuresInARow += 1
            state.failed += 1
            let isLast = answers[(index + 1)...].allSatisfy { $0 != nil }
            guard try isAlive(&state, isLast: isLast) else {
                return Answers(answers: answers, failure: failure)
            }
        }
        return Answers(answers: answers)
    }

    /// Whether it is the texts at which the program failed, or that it refused, that are at fault:
    /// where that is in doubt, it is asked about the sample, once and alone.
    ///
    /// - Parameter isLast: whether it failed at the last of what it is asked for now, after which a
    ///   program that never answered anything would pass for one that did its part.
    private func isAlive(
        _ state: inout State, isLast: Bool = false
    ) throws(ExternalModelError) -> Bool {
        let isRefusing = !state.hasAnswered && state.refused >= Self.unansweredMax
        let isFailing = state.failuresInARow >= Self.failuresInARowMax - 1
        guard isRefusing || isFailing || (isLast && !state.hasAnswered) else { return true }
        guard state.failed < Self.unansweredMax else { return false }
        var answers: [ExternalAnswer?] = [nil]
        let before = (hasAnswered: state.hasAnswered, failed: state.failed)
        let problem = try ask([Self.sample], [0], &answers, &state)
        (state.hasAnswered, state.failed) = before
        switch problem {
        case .program, .protocolBroken: return false
        case .texts where isRefusing: return false
        case .texts, nil:
            (state.refused, state.failuresInARow) = (0, 0)
            return true
        }
    }

    /// What went wrong when some texts were asked about.
    private enum Problem {
        /// The program said of some that it cannot classify them.
        case texts(String)
        /// It broke off or hung.
        case program(String)
        /// It did not keep to the protocol, and nothing that it says is believed.
        case protocolBroken(String)

        var what: String {
            switch self {
            case .texts(let what), .program(let what), .protocolBroken(let what): what
            }
        }
    }

    /// Asks once; gives what went wrong, if anything.
    private func ask(
        _ texts: [String], _ missing: [Int], _ answers: inout [ExternalAnswer?],
        _ state: inout State
    ) throws(ExternalModelError) -> Problem? {
        let deadline = ContinuousClock.now + .seconds(model.timeoutSeconds)
        let program = try running(&state)
        let first = state.nextID
        state.nextID += missing.count
        let lines = missing.enumerated().flatMap { offset, index in
            TextLine(id: first + offset, text: texts[index]).bytes
        }
        state.tally.bytes += lines.count
        let result = program.exchange(
            lines, ids: first..<state.nextID, deadline: deadline)
        if let fault = result.fault {
            if case .ended = fault { program.awaitEnd() } else { program.kill() }
            state.program = nil
        }
        // Of a program that does not keep to what was agreed nothing is believed.
        if case .violation(let what)? = result.fault { return .protocolBroken(what) }
        for (id, answer) in result.answers { answers[missing[id - first]] = answer }
        if !result.answers.isEmpty {
            state.hasAnswered = true
            (state.failuresInARow, state.failed) = (0, 0)
        }
        // One that was told unclassifiable has its answer.
        let errors = result.fault == nil ? 0 : result.errors.count
        let unanswered = missing.count - result.answers.count - errors
        let of = "\(unanswered) of \(missing.count) texts"
        switch result.fault {
        case .timeout:
            return .program("left \(of) unanswered for \(model.timeoutSeconds) s")
        case .ended:
            return .program(
                (program.ending ?? "closed its output") + " and left \(of) unanswered")
        default:
            // Its words may hold the text, and are not repeated.
            return result.errors.isEmpty ? nil : .texts("could not classify \(of)")
        }
    }

    private func running(_ state: inout State) throws(ExternalModelError) -> ExternalProgram {
        if let program = state.program { return program }
        let errors = state.errors
        let program = try ExternalProgram(model, environment: environment) { errors.take($0) }
        state.program = program
        state.tally.starts += 1
        return program
    }

    /// Ends the run: tells the program that nothing more comes, and waits for its end.
    public func finish() {
        state.withLock { state in
            if let program = state.program {
                if !program.finish() {
                    notice("\(model.name) did not end when nothing more came, and was ended")
                } else if let ending = program.ending {
                    notice("\(model.name) \(ending) after its last answer")
                }
            }
            state.program = nil
            state.errors.end()
            if state.errors.leftOut > 0 {
                notice("\(model.name) said \(state.errors.leftOut) lines more, left out here")
            }
        }
    }
}

/// What a program writes to its standard error, line by line and not without end.
final class ErrorLines {
    /// Most lines passed on in a run.
    static let linesMax = 20
    /// Longest line passed on.
    static let lineBytesMax = 400

    private var line: [UInt8] = []
    private var isCut = false
    private(set) var passed = 0
    private(set) var leftOut = 0
    private let notice: @Sendable (String) -> Void

    init(notice: @escaping @Sendable (String) -> Void) { self.notice = notice }

    func take(_ bytes: ArraySlice<UInt8>) {
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                end()
            } else if line.count < Self.lineBytesMax {
                line.append(byte)
            } else {
                isCut = true
            }
        }
    }

    /// Passes on the line that has no end yet.
    func end() {
        defer {
            line.removeAll(keepingCapacity: true)
            isCut = false
        }
        let text = String(decoding: line, as: UTF8.self)
        guard text.contains(where: { !$0.isWhitespace }) else { return }
        guard passed < Self.linesMax else {
            leftOut += 1
            return
        }
        passed += 1
        notice(text + (isCut ? "…" : ""))
    }
}
