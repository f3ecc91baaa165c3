extension ArchitectureRule {
    /// Beyond this a file is read in pieces, and should be some.
    static let fileLinesNotice = 300
    /// Beyond this it fails.
    static let fileLinesMax = 500
    /// A function fits on a screen and a half.
    static let functionLinesMax = 70

    /// What a front needs to ask and do everything; the command line has its words and tables beside.
    static let smallFrontLinesMax = 149

    static let size: [ArchitectureRule] = [filesAreShort, functionsAreShort, aFrontTakesLittle]

    private static let aFrontTakesLittle = eachFile(
        "a front without words takes at most \(smallFrontLinesMax) lines",
        because: "what it would say in more is a rule, an arithmetic or a shape of the libraries",
        examples: [
            .caught(
                [smallFront: String(repeating: "//\n", count: smallFrontLinesMax + 1)],
                at: "\(smallFront):\(smallFrontLinesMax + 1)"),
            .passes([smallFront: String(repeating: "//\n", count: smallFrontLinesMax)]),
        ]
    ) { file in
        guard file.path == smallFront, file.lines.count > smallFrontLinesMax else { return [] }
        return [(file.lines.count, "has \(file.lines.count) lines")]
    }

    private static let filesAreShort = eachFile(
        "no file is longer than \(fileLinesMax) lines",
        because: "a file holds one concern; split it by concern, as Type+Concern.swift",
        examples: [
            .caught(
                ["Sources/LMDB/A.swift": String(repeating: "//\n", count: fileLinesMax + 1)],
                at: "Sources/LMDB/A.swift:\(fileLinesMax + 1)"),
            .passes(["Tests/A.swift": String(repeating: "//\n", count: fileLinesMax)]),
        ]
    ) { file in
        guard file.lines.count > fileLinesMax else { return [] }
        return [(file.lines.count, "has \(file.lines.count) lines")]
    }

    private static let functionsAreShort = eachFile(
        "no function is longer than \(functionLinesMax) lines",
        because: "what a function does should be seen at once; give its parts names",
        examples: [
            .caught(
                ["Sources/LMDB/A.swift": "\n" + function("func a() async throws", lines: 71)],
                at: "Sources/LMDB/A.swift:2"),
            .caught(
                [
                    "Tests/A.swift":
                        "struct S {\n" + function("init(a: () -> Int = { 1 })", lines: 71)
                        + function("subscript(i: Int) -> Int", lines: 80)
                        + function("var a: Int", lines: 71) + "}\n"
                ], at: "Tests/A.swift:2", "Tests/A.swift:73", "Tests/A.swift:153"),
            .passes([
                "Sources/LMDB/A.swift": function("func a()", lines: 70),
                "Sources/LMDB/P.swift": """
                protocol P {
                    func a() -> Int
                    var b: Int { get }
                    init()
                }
                let s = S.init(1)
                """ + "\nstruct S {\n" + String(repeating: "    // long\n", count: 90) + "}\n",
            ]),
        ]
    ) { file in
        functionSpans(in: file.tokens).filter { $0.lines > functionLinesMax }
            .map { ($0.line, "takes \($0.lines) lines") }
    }

    /// Where each function with a body begins, and how many lines it takes to its closing brace.
    private static func functionSpans(in tokens: [SwiftToken]) -> [(line: Int, lines: Int)] {
        let introducers: Set = ["func", "init", "deinit", "subscript", "var"]
        return tokens.indices.compactMap { index in
            let token = tokens[index]
            guard introducers.contains(token.text) else { return nil }
            if index > 0 && [".", "`"].contains(tokens[index - 1].text) { return nil }
            guard let body = bodyIndex(of: index, in: tokens) else { return nil }
            let end = tokens[(body + 1)...].first { $0.text == "}" && $0.depth == token.depth }
            guard let end else { return nil }
            return (token.line, end.line - token.line + 1)
        }
    }

    /// The opening brace of a declaration's body; nil where it has none, as in a protocol.
    private static func bodyIndex(of index: Int, in tokens: [SwiftToken]) -> Int? {
        let others: Set = [
            "func", "var", "let", "init", "subscript", "case", "typealias", "associatedtype",
            "static", "mutating", "public", "struct", "enum", "class", "extension", "if", "for",
        ]
        let start = tokens[index]
        for next in tokens.indices[(index + 1)...] {
            let token = tokens[next]
            if token.depth < start.depth { return nil }
            guard token.depth == start.depth else { continue }
            if token.text == "{" {
                // A property's accessors open on its line; braces further down are not its own.
                return start.text != "var" || token.line == start.line ? next : nil
            }
            if start.text == "var" && (token.text == "=" || token.line > start.line) { return nil }
            if token.line > start.line && others.contains(token.text) { return nil }
        }
        return nil
    }

    private static func function(_ head: String, lines: Int) -> String {
        head + " {\n" + String(repeating: "    work()\n", count: lines - 2) + "}\n"
    }
}
