import Foundation

/// A page of the documentation, as a reader copies from it: blocks of commands with what they print.
///
/// A console block is fenced with three backquotes and the word `console`. A command begins with
/// `$ `; it goes on while its lines end with a backslash, and up to the end of a here-document. What
/// follows, up to the next command, is what it prints, both streams in order; a line of one ellipsis
/// stands for any number of lines. A command that ends otherwise than with 0 says so in a comment of
/// the shell: `# exit 1`.
///
/// An HTML comment directly above a block says what is special about it: `<!-- not run: why -->`, or
/// `<!-- needs the encoder -->`.
struct DocumentedPage {
    /// A command and what stands below it.
    struct Command {
        /// 1-based, of its first line.
        let line: Int
        /// Without the prompt, as the shell takes it.
        let text: String
        let status: Int32
        /// Indices of the page's lines that show what it prints.
        let shown: Range<Int>
    }

    enum Marker: Equatable {
        case notRun(reason: String)
        case needsEncoder
        /// Any other comment: nobody marks a block with a misspelt word.
        case unknown(String)
    }

    struct Block {
        /// 1-based, of its fence.
        let line: Int
        /// 1-based, of the fence that ends it.
        let lastLine: Int
        let language: String
        let marker: Marker?
        let commands: [Command]
        /// What is wrong with how it is written, by line.
        let faults: [(line: Int, what: String)]

        var isRun: Bool {
            if case .notRun = marker { return false }
            return language == "console"
        }
    }

    /// Relative to the repository.
    let path: String
    let lines: [String]
    let blocks: [Block]

    /// What a page may show: commands, and text of a named kind that nobody runs.
    static let languages: Set = ["console", "json", "python", "swift", "text"]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        blocks = Self.blocks(of: lines)
    }

    var needsEncoder: Bool { blocks.contains { $0.marker == .needsEncoder } }

    /// The commands that are run, in order.
    func commands(withEncoder: Bool) -> [Command] {
        blocks.filter { $0.isRun && (withEncoder || $0.marker != .needsEncoder) }
            .flatMap(\.commands)
    }

    /// The page with other lines below some commands.
    func replacing(_ shown: [(command: Command, lines: [String])]) -> String {
        var lines = lines
        for (command, replacement) in shown.sorted(by: { $0.command.line > $1.command.line }) {
            lines.replaceSubrange(command.shown, with: replacement)
        }
        return lines.joined(separator: "\n")
    }

    private static func blocks(of lines: [String]) -> [Block] {
        var blocks: [Block] = []
        var index = 0
        while index < lines.count {
            defer { index += 1 }
            guard isFence(lines[index]) else { continue }
            let opening = index
            repeat { index += 1 } while index < lines.count && !isFence(lines[index])
            blocks.append(block(of: lines, opening: opening, closing: min(index, lines.count)))
        }
        return blocks
    }

    /// Indented ones, too: what is at the margin of a list could be overlooked.
    private static func isFence(_ line: String) -> Bool {
        line.trimmingPrefix(while: \.isWhitespace).hasPrefix("```")
    }

    private static func block(of lines: [String], opening: Int, closing: Int) -> Block {
        let language = String(lines[opening].drop { $0 == "`" })
        var faults: [(line: Int, what: String)] = []
        if !lines[opening].hasPrefix("`") {
            faults.append((opening + 1, "a block begins at the margin"))
        }
        if closing == lines.count { faults.append((opening + 1, "the block does not end")) }
        if !languages.contains(language) {
            let known = languages.sorted().joined(separator: ", ")
            faults.append((opening + 1, "“\(language)” is no kind of block: \(known)"))
        }
        let marker = opening > 0 ? marker(lines[opening - 1]) : nil
        if case .unknown(let comment) = marker {
            faults.append((opening, "“\(comment)” is no marker of a block"))
        }
        var commands: [Command] = []
        var index = opening + 1
        while language == "console", index < closing {
            guard lines[index].hasPrefix("$ ") else {
                faults.append((index + 1, "a console block begins with a command"))
                break
            }
            let first = index
            let text = command(lines[..<closing], at: &index)
            let output = index
            while index < closing, !lines[index].hasPrefix("$ ") { index += 1 }
            commands.append(
                Command(
                    line: first + 1, text: text, status: status(of: text), shown: output..<index))
        }
        return Block(
            line: opening + 1, lastLine: min(closing + 1, lines.count), language: language,
            marker: marker, commands: commands, faults: faults)
    }

    /// Reads a command with the lines it goes on in, and leaves `index` behind it.
    private static func command(_ lines: ArraySlice<String>, at index: inout Int) -> String {
        var text = [String(lines[index].dropFirst(2))]
        index += 1
        while index < lines.endIndex, text.last?.hasSuffix("\\") == true {
            text.append(lines[index])
            index += 1
        }
        let end = text.joined(separator: "\n").firstMatch(of: #/<<\s*'?(\w+)'?/#)?.1
        if let end {
            repeat {
                text.append(index < lines.endIndex ? lines[index] : String(end))
                index += 1
            } while text.last != String(end)
        }
        return text.joined(separator: "\n")
    }

    private static func status(of command: String) -> Int32 {
        let first = command.firstMatch(of: #/# exit (\d+)$/#.anchorsMatchLineEndings())
        return first.flatMap { Int32($0.1) } ?? 0
    }

    private static func marker(_ line: String) -> Marker? {
        guard line.hasPrefix("<!--") else { return nil }
        let comment = line.trimmingPrefix("<!--").trimmingCharacters(in: .whitespaces)
        guard comment.hasSuffix("-->") else { return .unknown(comment) }
        let words = comment.dropLast(3).trimmingCharacters(in: .whitespaces)
        if words == "needs the encoder" { return .needsEncoder }
        guard words.hasPrefix("not run: ") else { return .unknown(words) }
        return .notRun(reason: String(words.dropFirst("not run: ".count)))
    }
}

extension DocumentedPage {
    /// Every page of the repository, by path.
    static let all: [DocumentedPage] = {
        let places = ["README.md", "Projections", "Sources", "Tests", "Tools"]
        let disk = FileManager.default
        return places.flatMap { place -> [String] in
            guard place.hasSuffix(".md") == false else { return [place] }
            let inside = disk.enumerator(atPath: repository.appending(path: place).path)
            return (inside?.compactMap { $0 as? String } ?? []).map { place + "/" + $0 }
        }.filter { $0.hasSuffix(".md") }.sorted().compactMap { path in
            let text = try? String(contentsOf: repository.appending(path: path), encoding: .utf8)
            return text.map { DocumentedPage(path: path, text: $0) }
        }
    }()

    static let repository = (0..<3).reduce(URL(filePath: #filePath)) { path, _ in
        path.deletingLastPathComponent()
    }

    func write(_ text: String) throws {
        let file = Self.repository.appending(path: path)
        try text.write(to: file, atomically: true, encoding: .utf8)
    }
}
