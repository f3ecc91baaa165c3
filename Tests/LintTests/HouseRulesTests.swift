import Testing

@Suite("House rules")
struct HouseRulesTests {
    /// The rule itself, on the sources of this repository.
    @Test(arguments: HouseRule.all)
    func holds(rule: HouseRule) {
        for violation in rule.violations(.this) {
            Issue.record(
                "\(violation.place): \(violation.message). Rule: \(rule.name), because \(rule.reason)"
            )
        }
    }

    /// No rule is unable to fail: each finds its planted violations, and them alone.
    @Test(arguments: HouseRule.all)
    func findsWhatIsPlanted(rule: HouseRule) {
        #expect(rule.examples.contains { !$0.places.isEmpty }, "nothing is planted")
        #expect(rule.examples.contains { $0.places.isEmpty }, "nothing is let pass")
        for example in rule.examples {
            let places = rule.violations(Repository(example.files)).map(\.place).sorted()
            #expect(places == example.places.sorted())
        }
    }

    @Test func theWholeRepositoryIsRead() {
        let paths = Set(Repository.this.files.keys)
        #expect(paths.contains("Tests/LintTests/HouseRulesTests.swift"))
        #expect(paths.contains("Package.swift"))
        #expect(Repository.this.folders(in: "Sources").contains("LedgerCore"))
        #expect(Repository.this.topLevel.contains("Sources"))
        #expect(!paths.contains { $0.hasPrefix(".build") || $0.hasPrefix(".git/") })
    }

    @Test func theManifestIsUnderstood() throws {
        let text = try #require(Repository.this.files["Package.swift"])
        let names = Set(PackageManifest(text).targets.keys)
        // A target that the manifest reader misses would escape the HTTP rule.
        #expect(names.contains("npsledger"))
        for folder in ["Sources", "Tools"] {
            let repository = Repository.this
            for name in repository.folders(in: folder)
            where repository.sources.contains(where: { $0.path.hasPrefix("\(folder)/\(name)/") }) {
                #expect(names.contains(name), "Package.swift seems not to declare \(name)")
            }
        }
    }

    @Test func longFilesAreNamed() {
        for file in Repository.this.sources where file.lines.count > HouseRule.fileLinesNotice {
            print("notice: \(file.path) has \(file.lines.count) lines and wants splitting")
        }
    }
}
