import CExternalProgram
import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// A running program and the lines that go to and fro. It ends with this object.
final class ExternalProgram {
    /// Bytes taken from a pipe at a time: what Linux keeps in one.
    static let pieceBytes = 64 << 10
    /// How often a program is tried that is open for writing: whoever wrote it may have closed it,
    /// and a process that was started meanwhile may hold it for another moment, on a busy machine
    /// for seconds. Each attempt waits a millisecond longer, ten seconds in all.
    static let busyAttempts = 140
    /// How long a program may take to end by itself once it is told that nothing more comes.
    static let graceSeconds = 2.0

    private var child = external_program()
    private var output: [UInt8] = []
    private var hasErrors = true
    /// Signals go to the number of a process: without one, 0 would be this program's own group.
    private var isRunning = false
    private(set) var status: Int32 = 0
    private let say: (ArraySlice<UInt8>) -> Void

    /// Starts the program of a model.
    ///
    /// - Parameters:
    ///   - environment: this process's; what the description names of it is passed on.
    ///   - say: takes what the program writes to its standard error.
    init(
        _ model: ExternalModel, environment: [String: String],
        say: @escaping (ArraySlice<UInt8>) -> Void
    ) throws(ExternalModelError) {
        self.say = say
        try model.checkFiles()
        let variables = model.environment.compactMap { name in
            environment[name].map { "\(name)=\($0)" }
        }
        var words = model.command.map { strdup($0) } + [nil]
        var settings = variables.map { strdup($0) } + [nil]
        defer { for pointer in words + settings { free(pointer) } }
        var error: Int32 = 0
        for attempt in 0..<Self.busyAttempts {
            error = external_program_start(
                &child, model.program, model.directory, &words, &settings)
            guard error == ETXTBSY else { break }
            usleep(useconds_t(1_000 * (attempt + 1)))
        }
        guard error == 0 else {
            throw ExternalModelError(
                .missing,
                "\(model.program) cannot be started: \(String(cString: strerror(error)))")
        }
        isRunning = true
    }

    deinit { kill() }

    /// Why an exchange ended before every text was answered.
    enum Fault: Error {
        /// Time was up.
        case timeout
        /// It closed its output or ended.
        case ended
        /// What it wrote is not what was agreed: none of it is to be believed.
        case violation(String)
    }

    /// What came of one exchange.
    struct Exchange {
        var answers: [Int: ExternalAnswer] = [:]
        var errors: [Int: String] = [:]
        var fault: Fault?
    }

    /// Gives lines to the program and takes one line for each, in any order.
    func exchange(_ lines: [UInt8], ids: Range<Int>, deadline: ContinuousClock.Instant) -> Exchange
    {
        var result = Exchange()
        var waiting = Set(ids)
        var given = lines[...]
        var takesMore = true
        while !waiting.isEmpty {
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else {
                result.fault = .timeout
                break
            }
            var files = [
                pollfd(fd: child.output, events: Int16(POLLIN), revents: 0),
                pollfd(fd: hasErrors ? child.errors : -1, events: Int16(POLLIN), revents: 0),
                pollfd(
                    fd: takesMore && !given.isEmpty ? child.input : -1, events: Int16(POLLOUT),
                    revents: 0),
            ]
            // Rounded up, so that it is not polled without a wait at the very end.
            _ = poll(&files, nfds_t(files.count), Int32(left / .milliseconds(1)) + 1)
            if files[1].revents != 0 { takeErrors() }
            if files[2].revents != 0 { takesMore = give(&given) }
            guard files[0].revents != 0 else { continue }
            do throws(Fault) {
                let isOpen = try takeOutput()
                while let line = try nextLine() { try take(line, &waiting, &result) }
                if !isOpen, !waiting.isEmpty { throw .ended }
            } catch {
                result.fault = error
                break
            }
        }
        if result.fault == nil, !given.isEmpty {
            result.fault = .violation("answered texts that it had not been given yet")
        }
        return result
    }

    private func take(
        _ line: [UInt8], _ waiting: inout Set<Int>, _ result: inout Exchange
    ) throws(Fault) {
        let answer: AnswerLine
        do {
            answer = try AnswerLine(line)
        } catch {
            throw .violation("wrote a line that \(error)")
        }
        let id =
            switch answer {
            case .answer(let id, _), .error(let id, _): id
            }
        // Numbers are not given twice: an answer that comes late is one of these too.
        guard waiting.remove(id) != nil else {
            throw .violation("answered a text that it was not asked, or answered already")
        }
        switch answer {
        case .answer(_, let answer): result.answers[id] = answer
        case .error(_, let words): result.errors[id] = words
        }
    }

    /// Writes what fits the pipe; false once the other end is closed.
    private func give(_ lines: inout ArraySlice<UInt8>) -> Bool {
        let count = lines.withUnsafeBytes {
            external_program_write(child.input, $0.baseAddress, min($0.count, Self.pieceBytes))
        }
        if count > 0 { lines.removeFirst(count) }
        return count >= 0 || errno == EAGAIN || errno == EINTR
    }

    private func piece(of file: Int32) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: Self.pieceBytes)
        let count = read(file, &bytes, bytes.count)
        if count > 0 { return Array(bytes[..<count]) }
        return count < 0 && (errno == EAGAIN || errno == EINTR) ? [] : nil
    }

    /// False at the end.
    private func takeOutput() throws(Fault) -> Bool {
        guard let piece = piece(of: child.output) else { return false }
        output += piece
        return true
    }

    private func nextLine() throws(Fault) -> [UInt8]? {
        let end = output.firstIndex(of: UInt8(ascii: "\n"))
        guard (end ?? output.count) <= ExternalModel.lineBytesMax else {
            throw .violation("wrote a line of more than \(ExternalModel.lineBytesMax) bytes")
        }
        guard let end else { return nil }
        defer { output.removeFirst(end + 1) }
        return Array(output[..<end])
    }

    private func takeErrors() {
        guard let piece = piece(of: child.errors) else {
            hasErrors = false
            return
        }
        say(piece[...])
    }

    /// Tells the program that nothing more comes, and waits for its end; one that stays is ended.
    ///
    /// - Returns: whether it ended by itself.
    func finish(graceSeconds: Double = ExternalProgram.graceSeconds) -> Bool {
        guard isRunning else { return true }
        if child.input >= 0 { close(child.input) }
        child.input = -1
        let deadline = ContinuousClock.now + .seconds(graceSeconds)
        while ContinuousClock.now < deadline {
            takeAllErrors()
            if reap(WNOHANG) { return true }
            var files = [
                pollfd(fd: hasErrors ? child.errors : -1, events: Int16(POLLIN), revents: 0)
            ]
            _ = poll(&files, 1, 10)
        }
        kill()
        return false
    }

    /// Ends the program and what it started, and takes what it said last.
    func kill() {
        guard isRunning else { return }
        _ = Glibc.kill(-child.process, SIGKILL)
        _ = reap(0)
    }

    /// Waits a moment for a program that has closed its output, so that how it ended can be told.
    func awaitEnd() {
        let deadline = ContinuousClock.now + .seconds(Self.graceSeconds / 2)
        while isRunning, ContinuousClock.now < deadline, !reap(WNOHANG) { usleep(2_000) }
        kill()
    }

    private func takeAllErrors() {
        var pieces = 0
        // A flood has no end; its beginning is enough.
        while hasErrors, pieces < 16, let piece = piece(of: child.errors), !piece.isEmpty {
            say(piece[...])
            pieces += 1
        }
    }

    /// Takes the end of the program, if it has ended, and ends what it started and left behind.
    private func reap(_ options: Int32) -> Bool {
        var news = siginfo_t()
        // Only looked at: until it is taken, no other process can have the number signalled below.
        var looked: Int32
        repeat {
            looked = waitid(P_PID, id_t(child.process), &news, WEXITED | WNOWAIT | options)
        } while looked < 0 && errno == EINTR
        // Taken by somebody else in this process: its number may be another's by now.
        let isGone = looked < 0 && errno == ECHILD
        guard isGone || news.si_signo == SIGCHLD else { return false }
        if !isGone { _ = Glibc.kill(-child.process, SIGKILL) }
        while !isGone, waitpid(child.process, &status, 0) < 0, errno == EINTR {}
        isRunning = false
        takeAllErrors()
        for file in [child.input, child.output, child.errors] where file >= 0 { close(file) }
        return true
    }

    /// How it ended, in words; nil while it runs, and where it ended well.
    var ending: String? {
        guard !isRunning else { return nil }
        let signal = status & 0x7F
        if signal != 0 { return "was ended by signal \(signal)" }
        let code = status >> 8 & 0xFF
        return code == 0 ? nil : "ended with status \(code)"
    }
}
