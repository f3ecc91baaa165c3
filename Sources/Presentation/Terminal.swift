#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The process's own terminal: whether there is one, how wide it is, and writing to it.
public enum Terminal {
    /// A standard stream of the process.
    public enum Stream: Int32, Sendable {
        /// Where results go.
        case standardOutput = 1
        /// Where progress and notices go.
        case standardError = 2
    }

    /// Whether a person sees the stream, and the terminal can move its cursor.
    public static func isTerminal(_ stream: Stream) -> Bool {
        isatty(stream.rawValue) == 1
    }

    /// The terminal's width in columns; nil if the stream is not a terminal.
    ///
    /// A positive `COLUMNS` in the environment goes before what the terminal says. Where output
    /// goes to a file or a pipe, render with width `.max`: nothing should be cut there.
    public static func columns(of stream: Stream) -> Int? {
        guard isTerminal(stream) else { return nil }
        if let text = environment("COLUMNS"), let columns = Int(text), columns > 0 {
            return columns
        }
        var size = winsize()
        guard ioctl(stream.rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return 80
        }
        return Int(size.ws_col)
    }

    /// A variable of the process's environment.
    public static func environment(_ name: String) -> String? {
        guard let value = getenv(name) else { return nil }
        return String(cString: value)
    }

    /// Writes all of the text, past interruptions and short writes.
    ///
    /// - Returns: False if the stream is closed or broken; a reader that went away (`head`) is no
    ///   reason to stop the work.
    @discardableResult
    public static func write(_ text: String, to stream: Stream) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var start = 0
            while start < bytes.count {
                let rest = UnsafeBufferPointer(rebasing: bytes[start...])
                #if canImport(Glibc)
                    let count = Glibc.write(stream.rawValue, rest.baseAddress, rest.count)
                #elseif canImport(Musl)
                    let count = Musl.write(stream.rawValue, rest.baseAddress, rest.count)
                #elseif canImport(Darwin)
                    let count = Darwin.write(stream.rawValue, rest.baseAddress, rest.count)
                #endif
                if count > 0 {
                    start += count
                } else if count == 0 || errno != EINTR {
                    return false
                }
            }
            return true
        }
    }
}
