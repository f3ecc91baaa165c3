/// A Swift file of the repository, taken apart once for all rules.
struct SourceFile: Sendable {
    /// From the repository's top.
    let path: String
    let lines: [String]
    let code: SwiftCode
    let tokens: [SwiftToken]
    let imports: [(module: String, line: Int)]

    init(path: String, text: String) {
        self.path = path
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        // What follows the last line break is no line.
        if lines.last?.isEmpty == true { lines.removeLast() }
        self.lines = lines
        code = SwiftCode(text)
        tokens = SwiftToken.tokens(of: code)
        imports = Self.imports(in: tokens)
    }

    private var parts: [Substring] { path.split(separator: "/") }

    /// The folder at the top, such as `Sources`.
    var area: String { String(parts.first ?? "") }

    /// The target the file belongs to, by the layout: `Sources/X`, `Projections/X`, `Tools/X`.
    var target: String? { parts.count > 2 ? String(parts[1]) : nil }

    /// Whether the file is a test: under `Tests`, or a projection's own `Tests` folder.
    var isTest: Bool { parts.dropLast().contains("Tests") }

    /// Modules named by import declarations, whatever their attributes, access level and kind.
    private static func imports(in tokens: [SwiftToken]) -> [(module: String, line: Int)] {
        let kinds: Set = [
            "struct", "class", "enum", "protocol", "typealias", "func", "let", "var",
        ]
        var found: [(module: String, line: Int)] = []
        for (index, token) in tokens.enumerated() where token.text == "import" {
            // `.import` and `import:` are names, not declarations.
            if index > 0 && [".", "`"].contains(tokens[index - 1].text) { continue }
            var next = index + 1
            if next < tokens.count && kinds.contains(tokens[next].text) { next += 1 }
            guard next < tokens.count, tokens[next].line == token.line,
                tokens[next].text.utf8.allSatisfy(SwiftCode.isWord)
            else { continue }
            found.append((tokens[next].text, token.line))
        }
        return found
    }
}
