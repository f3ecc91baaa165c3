extension ArchitectureRule {
    /// Where decision records live, in whichever target's documentation catalog.
    private static let decisionsFolder = ".docc/Decisions/"

    static let layout: [ArchitectureRule] = [
        topIsTidy, projectionsAreWhole, decisionsAreNumbered, walksAreTrue,
    ]

    private static let topIsTidy = ArchitectureRule(
        "the top of the repository holds seven things and dotfiles",
        because:
            "a newcomer reads the top first; put it under Sources, Tests, Projections or Tools",
        examples: [
            .caught(["Makefile": "", "docs/a.md": ""], at: "Makefile", "docs"),
            .passes([
                "Package.swift": "", "README.md": "", "LICENSE": "", ".swift-format": "",
                "Sources/A/a.swift": "", "Tests/A/a.swift": "", "Projections/A/README.md": "",
                "Tools/test": "", ".gitignore": "Package.resolved\n*.key\nledger-data/\n",
                "Package.resolved": "", "my.key": "", "ledger-data/x": "",
            ]),
        ]
    ) { repository in
        let ignored = repository.files[".gitignore", default: ""].split(separator: "\n")
        let allowed: Set = [
            "Package.swift", "Sources", "Tests", "Projections", "Tools", "README.md", "LICENSE",
        ]
        return repository.topLevel
            .filter { !$0.hasPrefix(".") && !allowed.contains($0) }
            .filter { name in !ignored.contains { matches(name, pattern: $0) } }
            .map { Violation(path: $0, line: nil, message: "does not belong at the top") }
    }

    private static let projectionsAreWhole = ArchitectureRule(
        "every projection brings its README and its tests",
        because: "a projection is read, tested and thrown away alone; add README.md and Tests/",
        examples: [
            .caught(
                [
                    "Projections/Audit/A.swift": "", "Projections/Lineage/README.md": "x",
                    "Projections/Whole/README.md": "x", "Projections/Whole/Tests/T.swift": "",
                ], at: "Projections/Audit", "Projections/Audit", "Projections/Lineage"),
            .passes([
                "Projections/Catalog/Catalog.swift": "", "Projections/Whole/README.md": "x",
                "Projections/Whole/Tests/T.swift": "",
            ]),
        ]
    ) { repository in
        // The catalog is a list, tested with what it lists.
        let names = repository.folders(in: "Projections").filter { $0 != "Catalog" }
        return names.flatMap { name -> [Violation] in
            let path = "Projections/" + name
            var found: [Violation] = []
            if repository.files[path + "/README.md", default: ""].isEmpty {
                found.append(.init(path: path, line: nil, message: "has no README.md"))
            }
            if !repository.sources.contains(where: { $0.path.hasPrefix(path + "/Tests/") }) {
                found.append(.init(path: path, line: nil, message: "has no Tests"))
            }
            return found
        }
    }

    private static let decisionsAreNumbered = ArchitectureRule(
        "decision records are numbered from 0001 without gaps",
        because: "a record is cited by number and never removed; name it NNNN-what-was-decided.md",
        examples: [
            .caught(["Sources/A/A.docc/A.md": ""], at: "Sources"),
            .caught(
                [
                    "Sources/A/A.docc/Decisions/0001-a.md": "",
                    "Sources/A/A.docc/Decisions/0003-c.md": "",
                ], at: "Sources/A/A.docc/Decisions/0003-c.md"),
            .caught(
                [
                    "Sources/A/A.docc/Decisions/0001-a.md": "",
                    "Sources/A/A.docc/Decisions/0001-b.md": "",
                    "Sources/A/A.docc/Decisions/three.md": "",
                ], at: "Sources/A/A.docc/Decisions/0001-b.md",
                "Sources/A/A.docc/Decisions/three.md"),
            .passes([
                "Sources/A/A.docc/Decisions/0001-a.md": "",
                "Sources/A/A.docc/Decisions/0002-b.md": "", "Sources/A/A.docc/Other.md": "",
            ]),
        ]
    ) { repository in
        let records = repository.files.keys
            .filter { $0.contains(decisionsFolder) && $0.hasSuffix(".md") }.sorted()
        if records.isEmpty {
            let message = "no documentation catalog holds a Decisions folder"
            return [Violation(path: "Sources", line: nil, message: message)]
        }
        var expected = 1
        var found: [Violation] = []
        for path in records {
            let name = path.split(separator: "/").last ?? ""
            let digits = name.prefix { $0.isNumber }
            let number = digits.count == 4 && name.dropFirst(4).hasPrefix("-") ? Int(digits) : nil
            if number != expected {
                let message = "is not the record numbered \(expected)"
                found.append(.init(path: path, line: nil, message: message))
            }
            expected = max(expected, (number ?? 0) + 1)
        }
        return found
    }

    private static let walksAreTrue = ArchitectureRule(
        "every file that Architecture.md names is there",
        because: "a walk through the code that leads nowhere is worse than none; name the new file",
        examples: [
            .caught(
                [
                    "Sources/A/A.docc/Architecture.md": "1. `A/Gone.swift`: first",
                    "Sources/A/A.swift": "",
                ], at: "Sources/A/A.docc/Architecture.md:1"),
            .passes([
                "Sources/A/A.docc/Architecture.md": "1. `A/A.swift` and `B.swift`, then `a.md`",
                "Sources/A/A.swift": "", "Sources/A/Deep/B.swift": "",
            ]),
        ]
    ) { repository in
        let pages = repository.files.filter { $0.key.hasSuffix(".docc/Architecture.md") }
        return pages.sorted { $0.key < $1.key }.flatMap { path, page in
            page.split(separator: "\n", omittingEmptySubsequences: false).enumerated().flatMap {
                index, line -> [Violation] in
                let named = line.split(separator: "`").filter { $0.hasSuffix(".swift") }
                return named.filter { name in
                    !repository.sources.contains { "/\($0.path)".hasSuffix("/\(name)") }
                }.map {
                    Violation(
                        path: path, line: index + 1, message: "names \($0), which is not there")
                }
            }
        }
    }

    /// The patterns this repository ignores by: a name, or a star and an ending.
    private static func matches(_ name: String, pattern: Substring) -> Bool {
        let plain = pattern.hasSuffix("/") ? pattern.dropLast() : pattern
        if plain.hasPrefix("*") { return name.hasSuffix(plain.dropFirst()) }
        return name == plain
    }
}
