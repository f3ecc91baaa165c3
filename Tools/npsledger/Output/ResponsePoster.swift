import Foundation
import Glibc

/// The program that sends responses to a service: this one has no HTTP of its own.
struct ResponsePoster {
    private static let name = "npsledger-endpoint"

    /// Takes the responses, a line each.
    let lines: FileHandle
    private let process = Process()

    init(_ arguments: [String]) throws {
        // Where it ends early, that is told by its status, and not by a signal to this one.
        signal(SIGPIPE, SIG_IGN)
        let pipe = Pipe()
        lines = pipe.fileHandleForWriting
        process.executableURL = try Self.program()
        process.arguments = arguments
        process.standardInput = pipe
        do {
            try process.run()
        } catch {
            throw CommandFailure(
                ExitStatus.noInput, "\(Self.name) cannot be started: \(error.localizedDescription)")
        }
    }

    /// Beside this program, or else on the path.
    private static func program() throws -> URL {
        let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders =
            [own.deletingLastPathComponent()]
            + path.split(separator: ":").map { URL(fileURLWithPath: String($0)) }
        let programs = folders.map { $0.appendingPathComponent(name) }
        guard
            let found = programs.first(where: {
                FileManager.default.isExecutableFile(atPath: $0.path)
            })
        else {
            throw CommandFailure(
                ExitStatus.noInput, "\(name) is neither beside npsledger nor on the PATH")
        }
        return found
    }

    /// Waits until all is sent. What became of it stands on standard output.
    func finish() throws {
        try? lines.close()
        process.waitUntilExit()
        let status = process.terminationStatus
        guard status == 0 else {
            throw CommandFailure(
                status, "the responses were not all sent; see above")
        }
    }
}
