import Testing

@Suite("Architecture lint")
struct ArchitectureLintTests {
    /// The rule itself, on the sources of this repository.
    @Test(arguments: ArchitectureRule.all)
    func holds(rule: ArchitectureRule) {
        for violation in rule.violations(.this) {
            Issue.record(
                "\(violation.place): \(violation.message). Rule: \(rule.name), because \(rule.reason)"
            )
        }
    }

    /// No rule is unable to fail: each finds its planted violations, and them alone.
    @Test(arguments: ArchitectureRule.all)
    func findsWhatIsPlanted(rule: ArchitectureRule) {
        #expect(rule.examples.contains { !$0.places.isEmpty }, "nothing is planted")
        #expect(rule.examples.contains { $0.places.isEmpty }, "nothing is let pass")
        for example in rule.examples {
            let places = rule.violations(Repository(example.files)).map(\.place).sorted()
            #expect(places == example.places.sorted())
        }
    }

    @Test func theWholeRepositoryIsRead() {
        let paths = Set(Repository.this.files.keys)
        #expect(paths.contains("Tests/LintTests/ArchitectureLintTests.swift"))
        #expect(paths.contains("Package.swift"))
        #expect(paths.contains(ArchitectureRule.smallFront))
        #expect(Repository.this.folders(in: "Sources").contains("LedgerCore"))
        #expect(Repository.this.topLevel.contains("Sources"))
        #expect(!paths.contains { $0.hasPrefix(".build") || $0.hasPrefix(".git/") })
    }

    @Test func theManifestIsUnderstood() {
        let repository = Repository.this
        // A target that the manifest reader misses would escape the HTTP rule.
        #expect(repository.manifest.targets["npsledger"] != nil)
        let compiled = repository.sources.filter { !$0.isTest && $0.target != nil }
        for module in Set(compiled.compactMap(repository.module)).sorted() {
            #expect(
                repository.manifest.targets[module] != nil,
                "Package.swift seems to declare no target \(module)")
        }
    }

    @Test func longFilesAreNamed() {
        for file in Repository.this.sources
        where file.lines.count > ArchitectureRule.fileLinesNotice {
            print("notice: \(file.path) has \(file.lines.count) lines and wants splitting")
        }
    }
}
