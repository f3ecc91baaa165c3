import Foundation
import Testing

@Suite("Help")
struct HelpTests {
    static let commands: [[String]] = [
        [], ["init"], ["import"], ["classify"], ["nps"], ["trend"], ["compare"], ["diff"],
        ["distribution"], ["responses"], ["trace"],
        ["audit"], ["model"], ["model", "list"], ["model", "show"], ["model", "train"],
        ["model", "register"], ["model", "shadow"],
        ["model", "compare"], ["model", "activate"], ["model", "rollback"], ["model", "fetch"],
        ["model", "cache"],
        ["thresholds"], ["thresholds", "show"], ["thresholds", "edit"], ["thresholds", "history"],
        ["projection"], ["projection", "list"], ["projection", "rebuild"],
        ["projection", "swap"], ["projection", "commit"], ["projection", "verify"], ["verify"],
        ["review"], ["review", "next"], ["review", "request"], ["review", "list"],
        ["review", "show"], ["review", "decide"], ["review", "export"], ["review", "import"],
        ["review", "agreement"],
        ["topics"], ["topics", "report"], ["topics", "show"], ["topics", "check"],
        ["tail"], ["simulate"],
    ]

    @Test("every command helps within 80 columns, with an example that can be copied")
    func helps() throws {
        let here = try Workspace()
        for command in Self.commands {
            let help = try here.run(command + ["--help"])
            #expect(help.status == 0)
            #expect(help.errors.isEmpty)
            for line in help.lines {
                #expect(Columns.count(line[...]) <= 80, "\(command): \(line)")
            }
            let names = try here.run(["help"] + command)
            #expect(names.output == help.output)
            guard let examples = help.output.firstRange(of: "EXAMPLE") else {
                #expect(Self.isPlain(command), "\(command) shows no example")
                continue
            }
            var continues = false
            for line in help.output[examples.lowerBound...].split(
                separator: "\n", omittingEmptySubsequences: false
            ).dropFirst() {
                if line.isEmpty { break }
                // A line that was broken to fit begins at the margin, and cannot be copied.
                #expect(line.hasPrefix("  "), "\(command): \(line)")
                #expect(continues || line.hasPrefix("  npsledger "), "\(command): \(line)")
                continues = line.hasSuffix("\\")
            }
        }
    }

    /// Commands whose name is their whole use.
    private static func isPlain(_ command: [String]) -> Bool {
        ["list", "show", "history", "register"].contains(command.last ?? "")
            || command.count == 1 && ["thresholds", "projection"].contains(command[0])
    }

    @Test("completions are made for each shell, and shells that are here accept them")
    func completions() throws {
        let here = try Workspace()
        for shell in ["bash", "zsh", "fish"] {
            let script = try here.run("--generate-completion-script", shell)
            #expect(script.status == 0, "\(shell)")
            #expect(script.output.contains("npsledger"))
            #expect(script.output.contains("rollback"))
            try here.write("completion", script.outputBytes)
            let program = "/bin/" + shell
            guard FileManager.default.isExecutableFile(atPath: program) else { continue }
            let check = try Tool.run(["-n", "completion"], program: program, in: here.path)
            #expect(check.status == 0, "\(shell): \(check)")
        }
    }

    @Test("the version is said")
    func version() throws {
        let here = try Workspace()
        let outcome = try here.run("--version")
        #expect(outcome.status == 0)
        #expect(outcome.output.first?.isNumber == true)
    }
}
