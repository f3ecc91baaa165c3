import Testing

/// One rule of the architecture: how to find what breaks it, why it exists, and proof that it can fail.
struct ArchitectureRule: Sendable, CustomTestStringConvertible {
    /// A place that breaks a rule.
    struct Violation: Sendable, Hashable {
        let path: String
        /// From 1; nil where it is the file or folder as a whole.
        let line: Int?
        let message: String

        var place: String { line.map { "\(path):\($0)" } ?? path }
    }

    /// Files that break the rule, and where; or that come close and do not.
    struct Example: Sendable {
        let files: [String: String]
        /// As ``Violation/place``; empty for an example that the rule lets pass.
        let places: [String]

        static func caught(_ files: [String: String], at places: String...) -> Example {
            Example(files: files, places: places)
        }

        static func passes(_ files: [String: String]) -> Example {
            Example(files: files, places: [])
        }
    }

    let name: String
    /// Why the rule exists, and what to do.
    let reason: String
    let examples: [Example]
    let violations: @Sendable (Repository) -> [Violation]

    init(
        _ name: String, because reason: String, examples: [Example],
        violations: @escaping @Sendable (Repository) -> [Violation]
    ) {
        self.name = name
        self.reason = reason
        self.examples = examples
        self.violations = violations
    }

    var testDescription: String { name }

    /// Every rule; a new one is added to its group, and here only a new group.
    static let all: [ArchitectureRule] = imports + code + size + layout
}

extension ArchitectureRule {
    /// A rule that looks at one Swift file at a time.
    static func eachFile(
        _ name: String, because reason: String, examples: [Example],
        check: @escaping @Sendable (SourceFile) -> [(line: Int, message: String)]
    ) -> ArchitectureRule {
        ArchitectureRule(name, because: reason, examples: examples) { repository in
            repository.sources.flatMap { file in
                check(file).map { Violation(path: file.path, line: $0.line, message: $0.message) }
            }
        }
    }

    /// A rule that looks at one import at a time.
    static func eachImport(
        _ name: String, because reason: String, examples: [Example],
        isForbidden: @escaping @Sendable (_ module: String, _ file: SourceFile) -> Bool
    ) -> ArchitectureRule {
        eachFile(name, because: reason, examples: examples) { file in
            file.imports.filter { isForbidden($0.module, file) }
                .map { ($0.line, "imports \($0.module)") }
        }
    }
}
