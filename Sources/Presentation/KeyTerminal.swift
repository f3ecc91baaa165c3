import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The process's terminal, read key by key.
///
/// While it is read so, it shows nothing of what is typed. `restore()` puts it back as it was; a
/// signal that would end the process comes out of `key()` first, so that whoever reads can finish
/// and restore.
public final class KeyTerminal {
    /// What was typed, or what ended the typing.
    public enum Key: Hashable, Sendable {
        /// A character.
        case character(Character)
        /// The arrow or the page upwards.
        case up
        /// The arrow or the page downwards.
        case down
        /// A key that is no character: another arrow, an escape.
        case other
        /// The terminal has another size now.
        case resized
        /// Control-C or control-D, or the terminal is gone.
        case end
        /// The process was sent this signal.
        case signal(Int32)
    }

    private var saved = termios()
    private var handlers: [(signal: Int32, old: sigaction)] = []
    private var isRaw = false

    /// The last signal that came while a terminal was read; 0 for none.
    private static let arrived = Atomic<Int32>(0)
    /// Whether its size changed.
    private static let resized = Atomic(false)
    private static let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH]
    /// How long a signal may go unnoticed: it may come between looking for it and waiting.
    private static let waitMilliseconds: Int32 = 200
    private static let controlC: UInt8 = 3
    private static let controlD: UInt8 = 4
    private static let controlZ: UInt8 = 26
    private static let escape: UInt8 = 27

    /// Takes the terminal; nil where standard input or standard error is none.
    public init?() {
        guard isatty(0) == 1, isatty(2) == 1, tcgetattr(0, &saved) == 0 else { return nil }
        Self.arrived.store(0, ordering: .relaxed)
        for signal in Self.signals {
            var (new, old) = (sigaction(), sigaction())
            #if canImport(Darwin)
                new.__sigaction_u.__sa_handler = { KeyTerminal.note($0) }
            #else
                new.__sigaction_handler.sa_handler = { KeyTerminal.note($0) }
            #endif
            sigaction(signal, &new, &old)
            handlers.append((signal, old))
        }
        enterRaw()
    }

    deinit { restore() }

    private static func note(_ signal: Int32) {
        if signal == SIGWINCH {
            resized.store(true, ordering: .relaxed)
        } else {
            arrived.store(signal, ordering: .relaxed)
        }
    }

    private func enterRaw() {
        var raw = saved
        raw.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG | IEXTEN)
        tcsetattr(0, TCSANOW, &raw)
        isRaw = true
    }

    private func leaveRaw() {
        guard isRaw else { return }
        tcsetattr(0, TCSANOW, &saved)
        isRaw = false
    }

    /// Puts the terminal and the signals back as they were; again does no harm.
    public func restore() {
        leaveRaw()
        for (signal, old) in handlers {
            var old = old
            sigaction(signal, &old, nil)
        }
        handlers = []
    }

    /// Ends the process by a signal, as if it had not been caught.
    public func die(of signal: Int32) -> Never {
        restore()
        #if canImport(Glibc)
            _ = Glibc.signal(signal, SIG_DFL)
        #elseif canImport(Musl)
            _ = Musl.signal(signal, SIG_DFL)
        #elseif canImport(Darwin)
            _ = Darwin.signal(signal, SIG_DFL)
        #endif
        raise(signal)
        exit(128 + signal)
    }

    private enum Input {
        case byte(UInt8)
        case nothing
        case end
        case signal(Int32)
        case resized
    }

    /// Waits for a byte; for at most `limit` milliseconds, where there is a limit.
    private func next(within limit: Int32? = nil) -> Input {
        while true {
            let signal = Self.arrived.exchange(0, ordering: .relaxed)
            if signal != 0 { return .signal(signal) }
            if Self.resized.exchange(false, ordering: .relaxed) { return .resized }
            var waiting = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
            let ready = poll(&waiting, 1, limit ?? Self.waitMilliseconds)
            if ready == 0, limit != nil { return .nothing }
            guard ready > 0 else { continue }
            var byte: UInt8 = 0
            let count = read(0, &byte, 1)
            if count == 1 { return .byte(byte) }
            if count == 0 || errno != EINTR { return .end }
        }
    }

    /// The next key. Control-Z suspends the process and comes back from it by itself.
    public func key() -> Key {
        while true {
            switch next() {
            case .signal(let signal): return .signal(signal)
            case .end: return .end
            case .nothing: continue
            case .resized: return .resized
            case .byte(Self.controlC), .byte(Self.controlD): return .end
            case .byte(Self.controlZ):
                leaveRaw()
                raise(SIGSTOP)
                enterRaw()
                return .other
            case .byte(Self.escape):
                // The rest of what an arrow or a function key sends comes at once, and ends with a
                // letter or a tilde: what comes then is another key.
                var rest: [UInt8] = []
                while case .byte(let byte) = next(within: 20) {
                    rest.append(byte)
                    if rest.count > 1, (0x40...0x7E).contains(byte) { break }
                }
                switch String(decoding: rest, as: UTF8.self) {
                case "[A", "OA", "[5~": return .up
                case "[B", "OB", "[6~": return .down
                default: return .other
                }
            case .byte(let byte): return character(byte)
            }
        }
    }

    private func character(_ first: UInt8) -> Key {
        var bytes = [first]
        let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        while bytes.count < length, case .byte(let byte) = next(within: 20) { bytes.append(byte) }
        guard let text = String(validating: bytes, as: UTF8.self), let character = text.first else {
            return .other
        }
        return .character(character)
    }

    /// A line, with the editing that the terminal itself offers; nil where typing ended without one.
    ///
    /// - Parameter prompt: written once what is typed shows.
    public func line(prompt: String) -> String? {
        leaveRaw()
        defer { enterRaw() }
        Terminal.write(prompt, to: .standardError)
        var bytes: [UInt8] = []
        while true {
            switch next() {
            case .byte(UInt8(ascii: "\n")): return String(decoding: bytes, as: UTF8.self)
            case .byte(let byte): bytes.append(byte)
            case .nothing, .resized: continue
            case .end: return nil
            case .signal(let signal):
                // Whoever asks for a key next is told.
                Self.arrived.store(signal, ordering: .relaxed)
                return nil
            }
        }
    }
}
