import CProcessStart
import Glibc

/// What a program was started with.
///
/// Whoever imports this module also links what runs before `main` and makes descriptors 0, 1 and 2
/// valid: one that the caller closed is opened on something that fails when it is used, so that no
/// file of a ledger can become standard output. Every program of this project does.
public enum ProcessStart {
    /// The arguments behind the program's name, as the system gave them; nil where they cannot be
    /// had.
    ///
    /// The Swift runtime finds arguments by reading /proc, or by walking back from the environment.
    /// Where there is no /proc, or a preloaded library has moved the environment, it finds none and
    /// says so to nobody. Bytes that are no UTF-8 become U+FFFD.
    public static var arguments: [String]? {
        strings.map { Array($0.dropFirst()) }
    }

    /// What the program was called by; nil where that cannot be had.
    public static var programName: String? { strings?.first }

    /// The arguments behind the program's name; a program that cannot have them says so on standard
    /// error and ends with status 70 (EX_SOFTWARE): whoever started it must not take it to have
    /// done what was asked.
    public static func requiredArguments(of program: String) -> [String] {
        if let arguments { return arguments }
        let message =
            "\(program): the system did not tell this program its arguments, so nothing was done\n"
        _ = message.utf8.withContiguousStorageIfAvailable {
            write(STDERR_FILENO, $0.baseAddress, $0.count)
        }
        exit(EX_SOFTWARE)
    }

    /// When the program was started, in microseconds since 1970 by the wall clock; nil where there is
    /// no clock.
    public static var startedAt: Int64? {
        let time = process_start_microseconds()
        return time > 0 ? time : nil
    }

    private static var strings: [String]? {
        let count = Int(process_start_argument_count())
        // `exec` may be given an empty list. Then nothing says what was asked for.
        guard let values = process_start_arguments(), count > 0 else { return nil }
        return (0..<count).compactMap { index in values[index].map { String(cString: $0) } }
    }
}
