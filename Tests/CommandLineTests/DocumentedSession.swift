import Foundation
import Glibc

/// One shell that is given a page's commands one after the other, in an empty directory.
///
/// Variables, functions and the directory last from command to command, as they do for a reader.
struct DocumentedSession {
    /// What a command did.
    struct Printed {
        /// Both streams, in the order in which they were written.
        let lines: [String]
        /// Nil where the shell did not come back from it.
        let status: Int32?
    }

    /// What ran between these was recorded between these.
    let started: Date
    let ended: Date
    /// In the order of the commands.
    let printed: [Printed]

    /// Runs commands to the end, whatever they answer.
    ///
    /// - Parameter cache: where the encoder is kept; without one it cannot be found.
    init(_ commands: [String], cache: String? = nil) throws {
        let here = try Workspace()
        try FileManager.default.createDirectory(
            atPath: here.path + "/commands", withIntermediateDirectories: false)
        let page = try Self.makeDirectory()
        defer { try? FileManager.default.removeItem(atPath: page) }
        for (index, command) in commands.enumerated() {
            try here.write("commands/\(Self.name(index))", command + "\n")
        }
        try here.write("session", Self.script)
        let programs = (Tool.path as NSString).deletingLastPathComponent
        var environment = [
            "COLUMNS": "80", "TZ": "UTC", "PATH": programs + ":/usr/local/bin:/usr/bin:/bin",
            // One cannot take a variable away from what starts a program.
            "NPSLEDGER_ACTOR": "", "NPSLEDGER_DIR": "", "SESSION": here.path, "PAGE": page,
        ]
        environment["NPSLEDGER_CACHE"] = cache
        started = Date()
        _ = try Tool.run(["session"], program: "/bin/bash", in: here.path, environment: environment)
        ended = Date()
        printed = commands.indices.map { index in
            let output = (try? here.read("commands/\(Self.name(index)).printed")) ?? ""
            let status = try? here.read("commands/\(Self.name(index)).status")
            return Printed(
                lines: Self.lines(output.replacing(page, with: Self.shownDirectory)),
                status: status.flatMap { Int32($0.trimmingCharacters(in: .newlines)) })
        }
    }

    /// What a page shows for the directory that it runs in; as long as that, so that lines break alike.
    static let shownDirectory = "/home/you/survey"

    private static func makeDirectory() throws -> String {
        var path = Array("/tmp/page-XXXXXX".utf8CString)
        guard mkdtemp(&path) != nil else {
            throw Tool.Failure(description: "/tmp: \(String(cString: strerror(errno)))")
        }
        return String(decoding: path.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static func name(_ index: Int) -> String {
        let digits = String(index)
        return "c" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    private static let script = """
        unset NPSLEDGER_ACTOR NPSLEDGER_DIR
        cd "$PAGE"
        for SESSION_COMMAND in "$SESSION"/commands/c????; do
            . "$SESSION_COMMAND" >"$SESSION_COMMAND.printed" 2>&1 </dev/null
            echo $? >"$SESSION_COMMAND.status"
        done

        """

    /// Lines as a terminal shows them, where nobody sees how they end.
    ///
    /// A shell that runs a file says more of a program that was killed than one at a terminal.
    private static func lines(_ output: String) -> [String] {
        var lines = output.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
            .map(String.init)
        if lines.last == "" { lines.removeLast() }
        return lines.map { line in
            line.firstMatch(of: #/^\S+: line \d+: +\d+ (Killed)\b.*$/#).map { String($0.1) } ?? line
        }
    }
}
