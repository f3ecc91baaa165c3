import Foundation
import Testing

@Suite("Help")
struct HelpTests {
    /// Every command there is, by its words, as the program tells itself.
    private static func commands(_ here: Workspace) throws -> [[String]] {
        func all(_ command: JSON, _ path: [String]) -> [[String]] {
            let below = (command["subcommands"]?.items ?? [])
                .filter { $0["commandName"]?.text != "help" }
            return [path]
                + below.flatMap { all($0, path + [$0["commandName"]?.text ?? ""]) }
        }
        let dump = try here.run("--experimental-dump-help").json()
        return all(try #require(dump["command"]), [])
    }

    @Test("every command helps within 80 columns, with an example that can be copied")
    func helps() throws {
        let here = try Workspace()
        let commands = try Self.commands(here)
        #expect(commands.count > 50, "\(commands)")
        for command in commands {
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
