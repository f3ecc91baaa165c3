extension ArchitectureRule {
    static let code: [ArchitectureRule] = [
        safetyIsArgued, nothingIsLeftForLater, libraryNeverAborts, threadsMayBeFew,
        argumentsAreTheSystems, commandsAreTheFronts,
    ]

    /// Joined here, so that the rule does not find itself.
    private static let markers = ["TO" + "DO", "FIX" + "ME", "X" + "XX"]

    private static let safetyIsArgued = eachFile(
        "unchecked concurrency says why it is safe",
        because: "nobody checks it but the reader; put a `// SAFETY:` comment right above",
        examples: [
            .caught(
                ["Sources/Agents/A.swift": "/// A box.\nfinal class Box: @unchecked Sendable {}"],
                at: "Sources/Agents/A.swift:2"),
            .caught(
                ["Tools/npsledger/A.swift": "nonisolated(unsafe) var count = 0"],
                at: "Tools/npsledger/A.swift:1"),
            .caught(
                [
                    "Sources/Agents/A.swift":
                        "// SAFETY: locked.\n\nfinal class Box: @unchecked Sendable {}"
                ], at: "Sources/Agents/A.swift:3"),
            .passes([
                "Sources/LMDB/A.swift": "final class Box: @unchecked Sendable {}",
                "Sources/Agents/A.swift": """
                // SAFETY: every access holds the lock, which the initialiser makes.
                // It is never replaced.
                @available(macOS 15, *)
                final class Box:
                    Base, @unchecked Sendable {}
                let text = "@unchecked Sendable"
                """,
            ]),
        ]
    ) { file in
        if file.path.hasPrefix("Sources/LMDB/") { return [] }
        var found: [(line: Int, message: String)] = []
        for (index, token) in file.tokens.enumerated() {
            let isUnchecked = token.text == "@unchecked"
            let isUnsafe =
                token.text == "nonisolated" && index + 2 < file.tokens.count
                && file.tokens[index + 2].text == "unsafe"
            guard isUnchecked || isUnsafe else { continue }
            if !isArgued(in: file, line: declarationLine(in: file, at: index)) {
                let what = isUnchecked ? "@unchecked" : "nonisolated(unsafe)"
                found.append((token.line, "\(what) without a SAFETY comment right above"))
            }
        }
        return found
    }

    private static let nothingIsLeftForLater = ArchitectureRule(
        "nothing is left for later",
        because: "a note in the source is nobody's task; do it, or open an issue",
        examples: [
            .caught(
                [
                    "Sources/LMDB/A.swift": "let a = 1\n// \(markers[0]): b",
                    "Tools/setup": "# \(markers[1]) later", "README.md": "\(markers[2])!",
                ], at: "README.md:1", "Sources/LMDB/A.swift:2", "Tools/setup:1"),
            .passes(["README.md": "\(markers[0])s \(markers[0].lowercased()) X\(markers[2])"]),
        ]
    ) { repository in
        repository.files.sorted { $0.key < $1.key }.flatMap { path, text -> [Violation] in
            // Most files hold none of the words, which is soon told.
            guard markers.contains(where: text.contains) else { return [] }
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            return lines.enumerated().flatMap { index, line in
                line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
                    .filter { markers.contains(String($0)) }
                    .map { Violation(path: path, line: index + 1, message: "holds \($0)") }
            }
        }
    }

    private static let libraryNeverAborts = eachFile(
        "no fatalError outside tests",
        because: "a ledger reports what is wrong and where; a caller's bug is a precondition",
        examples: [
            .caught(
                ["Sources/LedgerStore/A.swift": "func a() {\n    fatalError(\"no\")\n}"],
                at: "Sources/LedgerStore/A.swift:2"),
            .passes([
                "Tests/StoreTests/A.swift": "fatalError()",
                "Sources/LedgerStore/A.swift": "// fatalError()\nprecondition(a)",
            ]),
        ]
    ) { file in
        guard !file.isTest else { return [] }
        return file.tokens.filter { $0.text == "fatalError" }.map { ($0.line, "calls fatalError") }
    }

    private static let threadsMayBeFew = eachFile(
        "only Sources/Threads starts threads",
        because:
            "where no thread can be had, Dispatch and Foundation wait for ever; Threads says no, "
            + "and the caller works itself",
        examples: [
            .caught(
                [
                    "Sources/Encoders/A.swift":
                        "DispatchQueue.concurrentPerform(iterations: 2) { _ in }",
                    "Sources/LedgerStore/B.swift": "let a = Thread { work() }\na.start()",
                    "Sources/LedgerStore/C.swift": "Thread.detachNewThread { work() }",
                    "Tools/npsledger/D.swift": "\nlet queue = OperationQueue()",
                ], at: "Sources/Encoders/A.swift:1", "Sources/LedgerStore/B.swift:1",
                "Sources/LedgerStore/C.swift:1", "Tools/npsledger/D.swift:2"),
            .passes([
                "Sources/LedgerStore/A.swift":
                    "// Thread { }\nThread.sleep(forTimeInterval: 1)\nThreads.start(name: \"a\") {}",
                "Tests/StoreTests/A.swift": "Thread { work() }",
                "Tools/Benchmarks/B.swift": "Thread.detachNewThread { work() }",
            ]),
        ]
    ) { file in
        let isHeld =
            file.path.hasPrefix("Sources/") || file.path.hasPrefix("Tools/npsledger")
        guard isHeld, !file.isTest else { return [] }
        return file.tokens.indices.compactMap { index in
            let token = file.tokens[index]
            let next = file.tokens.dropFirst(index + 1).prefix(2).map(\.text)
            let isThread =
                token.text == "Thread" && !["sleep", "current"].contains(next.last ?? "")
            guard isThread || ["DispatchQueue", "OperationQueue"].contains(token.text) else {
                return nil
            }
            return (token.line, "uses \(token.text)")
        }
    }

    private static let argumentsAreTheSystems = eachFile(
        "programs take their arguments from ProcessStart",
        because:
            "the runtime finds none without /proc, and a command without arguments is another one",
        examples: [
            .caught(
                ["Tools/npsledger/A.swift": "let given = CommandLine.arguments"],
                at: "Tools/npsledger/A.swift:1"),
            .passes([
                "Tools/npsledger/A.swift": "// CommandLine.arguments\nProcessStart.arguments",
                "Tests/CommandLineTests/A.swift": "import CommandLineTests",
            ]),
        ]
    ) { file in
        file.tokens.filter { $0.text == "CommandLine" }.map { ($0.line, "uses CommandLine") }
    }

    private static let commandsAreTheFronts = eachFile(
        "no words of a command below the fronts",
        because:
            "another front has none of these commands and options; give a Remedy, which each words",
        examples: [
            .caught(
                [
                    "Sources/LedgerStore/A.swift": "let a = \"run `npsledger verify`\"",
                    "Projections/Audit/Sources/B.swift": "let b =\n    \"name it with --ledger\"",
                ], at: "Projections/Audit/Sources/B.swift:2", "Sources/LedgerStore/A.swift:1"),
            .passes([
                "Sources/LedgerStore/A.swift":
                    "// `npsledger verify`\nlet a = \"npsledger 0.1.0\"\nlet b = [\"--store\", c]",
                "Tools/npsledger/B.swift": "let b = \"run `npsledger verify --log-only`\"",
            ]),
        ]
    ) { file in
        let isBelow = file.path.hasPrefix("Sources/") || file.path.hasPrefix("Projections/")
        guard isBelow, !file.isTest else { return [] }
        // The style sheets of reports name their properties so.
        let isStyled = file.path.hasPrefix("Sources/Reports/")
        return file.lines.enumerated().compactMap { index, line in
            guard !startsWith("//", line),
                line.contains(/npsledger [a-z]/) || !isStyled && line.contains(/[^"]--[a-z]/)
            else { return nil }
            return (index + 1, "speaks of a command")
        }
    }

    /// The line on which the declaration around a token begins, its attributes included.
    private static func declarationLine(in file: SourceFile, at index: Int) -> Int {
        let keywords: Set = ["class", "struct", "enum", "actor", "extension", "var", "let"]
        var line = file.tokens[index].line
        let introducers = file.tokens[...index].reversed().prefix(20)
        if let keyword = introducers.first(where: { keywords.contains($0.text) }),
            file.tokens[index].text == "@unchecked"
        {
            line = keyword.line
        }
        while line > 1 && startsWith("@", file.lines[line - 2]) { line -= 1 }
        return line
    }

    /// Whether the comment that ends right above a line argues for safety.
    private static func isArgued(in file: SourceFile, line: Int) -> Bool {
        var above = line - 1
        while above >= 1 && startsWith("//", file.lines[above - 1]) {
            if file.lines[above - 1].contains("// SAFETY:") { return true }
            above -= 1
        }
        return false
    }

    private static func startsWith(_ mark: String, _ line: String) -> Bool {
        line.drop { $0 == " " }.hasPrefix(mark)
    }
}
