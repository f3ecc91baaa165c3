import Encoders
import Foundation
import Testing

/// Everything that the pages show is tried: each in a directory of its own, from its first command to
/// its last. `UPDATE_DOCUMENTATION=1` writes what is printed into the pages instead.
@Suite("Documentation")
struct DocumentationTests {
    /// Blocks that no test can run, by page, with the reasons that stand above them.
    static let notRun: [String: [String]] = [
        "README.md": [
            "installs packages, builds, and takes minutes",
            "installs packages and builds the program",
        ],
        "Sources/NPSLedger/NPSLedger.docc/Benchmarks.md": [
            "builds, and measures for hours",
            "measures for minutes; what it wrote is the tables below",
            "measures for minutes; what it wrote is the tables below",
            "measures for minutes; what it wrote is the tables below",
            "measures for minutes; what it wrote is the tables below",
        ],
        "Sources/NPSLedger/NPSLedger.docc/Encoders.md": [
            "downloads 107 MB",
            "installs PyTorch, and trains for most of an hour",
        ],
        "Sources/NPSLedger/NPSLedger.docc/GuideForAnalysts.md": [
            "shows one text at a time and waits for keys"
        ],
        "Sources/NPSLedger/NPSLedger.docc/GuideForEngineers.md": [
            "needs the encoder, and would be version 3; Encoders.md runs the like on its own ledger"
        ],
        "Tests/FaultInjection/README.md": [
            "a test that runs tests would need a build of its own"
        ],
    ]

    private static let encoderIsThere =
        EncoderStore.user().contains(MiniLMEncoder.publishedDigest)
        || ProcessInfo.processInfo.environment["NPSLEDGER_TRANSFORMER"] == "1"

    private static let missingProgram = ["bash", "iconv", "mdb_dump", "python3"].first { name in
        !["/usr/bin/", "/bin/", "/usr/local/bin/"].contains {
            FileManager.default.isExecutableFile(atPath: $0 + name)
        }
    }

    private static let isUpdate =
        ProcessInfo.processInfo.environment["UPDATE_DOCUMENTATION"] == "1"

    private static let pagesWithCommands = DocumentedPage.all
        .filter { !$0.commands(withEncoder: true).isEmpty }

    @Test(
        "A page prints what it shows",
        .enabled(if: missingProgram == nil, "run Tools/setup: a program of Debian's is missing"),
        arguments: pagesWithCommands.filter { !($0.needsEncoder && encoderIsThere) }.map(\.path))
    func prints(path: String) throws {
        try check(path, withEncoder: false)
    }

    @Test(
        "A page with an encoder prints what it shows",
        .enabled(
            if: encoderIsThere && missingProgram == nil,
            "the encoder is not there: `npsledger model fetch minilm` gets it"),
        arguments: pagesWithCommands.filter(\.needsEncoder).map(\.path))
    func printsWithEncoder(path: String) throws {
        try check(path, withEncoder: true)
    }

    private func check(_ path: String, withEncoder: Bool) throws {
        let page = try #require(DocumentedPage.all.first { $0.path == path })
        let commands = page.commands(withEncoder: withEncoder)
        let store = EncoderStore.user().directory
        let session = try DocumentedSession(
            commands.map(\.text),
            cache: withEncoder ? (store as NSString).deletingLastPathComponent : nil)
        var lines = PrintedLines(started: session.started, ended: session.ended)
        var corrections: [(DocumentedPage.Command, [String])] = []
        for (command, printed) in zip(commands, session.printed) {
            let shown = Array(page.lines[command.shown])
            var (difference, corrected) = lines.compare(shown: shown, printed: printed.lines)
            if !difference.isEmpty { corrections.append((command, corrected)) }
            // Nobody but its author knows how a command should end.
            if Self.isUpdate { difference = [] }
            if printed.status != command.status {
                let status = printed.status.map(String.init) ?? "nothing: the shell has ended"
                difference.append("it ended with \(status), not with \(command.status)")
            }
            // After many, the rest says no more.
            if !difference.isEmpty, corrections.count <= Self.differencesMax || Self.isUpdate {
                Issue.record(
                    """
                    \(path):\(command.line): $ \(command.text)
                    \(difference.joined(separator: "\n"))
                    """)
            }
        }
        if corrections.count > Self.differencesMax, !Self.isUpdate {
            Issue.record(
                "\(path): \(corrections.count) of \(commands.count) commands print otherwise")
        }
        if Self.isUpdate, !corrections.isEmpty { try page.write(page.replacing(corrections)) }
    }

    /// Digests may differ but this one: it is part of the program.
    @Test("Pages show the digest of the built-in model")
    func embeddedModel() throws {
        let here = try Workspace()
        let made = try here.run("init", "--origin", "test.example/pages").output
        let pattern = /model 1,? +ngram-1,(?: embedded, sha256)? ([0-9a-f]{16})…/
        let digest = try #require(made.firstMatch(of: pattern)?.output.1)
        let shown = DocumentedPage.all.flatMap { page in
            page.lines.compactMap { $0.firstMatch(of: pattern)?.output.1 }
        }
        #expect(shown.count >= 3)
        #expect(shown.allSatisfy { $0 == digest }, "\(digest): \(shown)")
    }

    /// Differences of a page that are told one by one.
    private static let differencesMax = 6

    @Test("Blocks are written in one notation", arguments: DocumentedPage.all.map(\.path))
    func notation(path: String) throws {
        let page = try #require(DocumentedPage.all.first { $0.path == path })
        for fault in page.blocks.flatMap(\.faults) {
            Issue.record("\(path):\(fault.line): \(fault.what)")
        }
    }

    @Test("What is not run is known, with the reason")
    func nothingIsHidden() {
        var found: [String: [String]] = [:]
        for page in DocumentedPage.all {
            for case .notRun(let reason) in page.blocks.compactMap(\.marker) {
                found[page.path, default: []].append(reason)
            }
        }
        #expect(found == Self.notRun)
        #expect(Self.pagesWithCommands.count >= 5)
    }
}
