import Foundation
import Testing

/// The tool on a pseudo-terminal, with somebody who types.
struct Typing {
    /// What the terminal showed, and how it was left.
    struct Outcome {
        let status: Int32
        let screen: String
        let restored: JSON?
    }

    private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Fixtures/terminal.py").path

    /// Runs a command; each step waits for a text on the screen, then types.
    static func run(
        _ arguments: [String], steps: [[String]], in here: Workspace, actor: String = "tester"
    ) throws -> Outcome {
        let python = try #require(Workspace.python)
        let typed = String(decoding: try JSONEncoder().encode(steps), as: UTF8.self)
        let outcome = try Tool.run(
            [script, typed, Tool.path] + arguments, program: python, in: here.path,
            environment: ["NPSLEDGER_ACTOR": actor, "TERM": "xterm"])
        #expect(outcome.status == 0, "\(outcome)")
        let answer = try outcome.json()
        return Outcome(
            status: Int32(try #require(answer["status"]?.int)),
            screen: try #require(answer["screen"]?.text), restored: answer["restored"])
    }
}
