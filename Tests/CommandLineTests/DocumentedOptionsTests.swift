import Foundation
import Testing

/// Commands and options that pages name without running them: in sentences, and in blocks that are not
/// run. Programs are asked what they have.
@Suite("Options that pages name")
struct DocumentedOptionsTests {
    /// A command with those below it, as the argument parser tells of them.
    private struct Command {
        let options: Set<String>
        let subcommands: [String: Command]

        init(_ help: JSON) {
            options = Set(
                (help["arguments"]?.items ?? []).flatMap { $0["names"]?.items ?? [] }
                    .compactMap { $0["kind"]?.text == "long" ? $0["name"]?.text : nil }
            ).union(["help", "version"])
            subcommands = Dictionary(
                (help["subcommands"]?.items ?? []).map {
                    ($0["commandName"]?.text ?? "", Command($0))
                }, uniquingKeysWith: { first, _ in first })
        }

        /// Its own, and those of the commands below it.
        var allOptions: Set<String> {
            subcommands.values.reduce(options) { $0.union($1.allOptions) }
        }
    }

    private static let npsledger = Result { try help("npsledger") }

    private static func help(_ name: String) throws -> Command {
        let here = try Workspace()
        let program = (Tool.path as NSString).deletingLastPathComponent + "/" + name
        let outcome = try Tool.run(
            ["--experimental-dump-help"], program: program, in: here.path)
        return Command(try #require(try outcome.json()["command"], "\(outcome)"))
    }

    /// What a page names, with the line: code in sentences, and commands that are not run.
    private static func mentions(_ page: DocumentedPage) -> [(line: Int, text: String)] {
        let blocks = page.blocks.map { $0.line - 1..<$0.lastLine }
        let sentences = page.lines.enumerated().filter { line in
            !blocks.contains { $0.contains(line.offset) }
        }
        let code = sentences.flatMap { index, line in
            line.matches(of: /`([^`]+)`/).map { (line: index + 1, text: String($0.1)) }
        }
        let commands = page.blocks.filter { !$0.isRun }.flatMap(\.commands)
        return code + commands.map { ($0.line, $0.text.replacing("\\\n", with: " ")) }
    }

    private static func options(_ words: some Sequence<Substring>) -> [String] {
        words.prefix { $0 != "#" }.filter { $0.hasPrefix("--") }
            .map { String($0.dropFirst(2).prefix { $0 != "=" }) }
    }

    /// What is wrong with a command line of the program, nil where nothing is.
    private static func fault(_ words: ArraySlice<Substring>, of program: Command) -> String? {
        var (command, words) = (program, words)
        while let word = words.first, let next = command.subcommands[String(word)] {
            (command, words) = (next, words.dropFirst())
        }
        if let word = words.first, words.startIndex == 1,
            !word.hasPrefix("-"), word != "help"
        {
            return "there is no command “\(word)”"
        }
        // A command with others below it has one that it is without a name.
        let known = command.allOptions.union(["generate-completion-script"])
        let missing = options(words).first { !known.contains($0) }
        return missing.map { "there is no option --\($0)" }
    }

    @Test("each command has the options that it is named with")
    func commands() throws {
        let program = try Self.npsledger.get()
        var seen = 0
        for page in DocumentedPage.all {
            for (line, text) in Self.mentions(page) {
                let words = text.split(whereSeparator: \.isWhitespace)
                guard words.first == "npsledger", words.count > 1 else { continue }
                seen += 1
                if let fault = Self.fault(words.dropFirst(), of: program) {
                    Issue.record("\(page.path):\(line): `\(text)`: \(fault)")
                }
            }
        }
        #expect(seen >= 20)
        for planted in ["levitate", "nps --colour", "model train --window 3 --colour", "model --x"]
        {
            let words = "npsledger \(planted)".split(separator: " ")
            #expect(Self.fault(words.dropFirst(), of: program) != nil, "\(planted)")
        }
    }

    @Test("each option named alone is one of a program of this repository")
    func options() throws {
        var known = try Self.npsledger.get().allOptions.union(Self.foreign)
        for name in ["npsledger-endpoint", "npsledgerd", "ledger-benchmark"] {
            known.formUnion(try Self.help(name).allOptions)
        }
        for script in Self.scripts { known.formUnion(try Self.scriptOptions(script)) }
        for page in DocumentedPage.all {
            for (line, text) in Self.mentions(page) where text.hasPrefix("--") {
                for option in Self.options(text.split(separator: " ")) where !known.contains(option)
                {
                    Issue.record("\(page.path):\(line): there is no option --\(option)")
                }
            }
        }
    }

    /// Options that pages name of programs of others.
    private static let foreign: Set = ["static-swift-stdlib"]

    private static let scripts = ["demo", "fuzz", "setup", "test", "tune-encoder"]

    /// The options that a script of `Tools` tells of.
    private static func scriptOptions(_ name: String) throws -> Set<String> {
        let here = try Workspace()
        let tools = DocumentedPage.repository.appending(path: "Tools")
        let text =
            if name == "tune-encoder" {
                // It would install PyTorch before it helps.
                try String(
                    contentsOf: tools.appending(path: "TuneEncoder/tune.py"), encoding: .utf8)
            } else {
                try Tool.run(
                    ["--help"], program: tools.appending(path: name).path, in: here.path
                ).description
            }
        return Set(text.matches(of: /--([a-z][a-z-]+)/).map { String($0.1) })
    }

    @Test("each script of Tools is there, and tells of the options that it is named with")
    func tools() throws {
        var seen: Set<String> = []
        for page in DocumentedPage.all {
            for (line, text) in Self.mentions(page) {
                let words = text.split(whereSeparator: \.isWhitespace)
                guard let name = words.first?.wholeMatch(of: /Tools\/([a-z-]+)/)?.1 else {
                    continue
                }
                seen.insert(String(name))
                let known =
                    try Self.scripts.contains(String(name))
                    ? Self.scriptOptions(String(name)) : []
                for option in Self.options(words) where !known.contains(option) {
                    Issue.record("\(page.path):\(line): Tools/\(name) does not tell of --\(option)")
                }
                let path = DocumentedPage.repository.appending(path: "Tools/\(name)").path
                #expect(FileManager.default.fileExists(atPath: path), "\(page.path):\(line)")
            }
        }
        #expect(seen.isSuperset(of: Self.scripts))
    }
}
