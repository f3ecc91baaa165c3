import Foundation
import Testing

/// Adding an event, and adding a projection, take the steps that Architecture.md tells and no
/// others: done to a copy of this package, which is then built and used.
///
/// `Tools/test --walks` asks for them; building the copy takes minutes the first time.
@Suite("Walks")
struct WalkTests {
    private static let isAsked = ProcessInfo.processInfo.environment["NPSLEDGER_WALKS"] == "1"

    /// A line that is added after others, each trimmed, in the one file of a folder that has them.
    private struct Step {
        let folder: String
        let anchors: [String]
        let text: String

        init(_ folder: String, after anchors: String..., add text: String) {
            (self.folder, self.anchors, self.text) = (folder, anchors, text)
        }
    }

    /// `response.flagged`, of which somebody marks a response; its payload is a file of its own.
    private static let event: [Step] = [
        Step(
            "Sources/LedgerCore", after: #"case projectionCommitted = "projection.committed""#,
            add: """
                    /// A response was marked as worth a look.
                    case responseFlagged = "response.flagged"
                """),
        Step(
            "Sources/LedgerCore",
            after: "public static func payloadType(of name: EventName) -> any EventPayload.Type {",
            "switch name {", add: "        case .responseFlagged: ResponseFlagged.self"),
        Step(
            "Sources/LedgerCore/LogFormat.cddl", after: "response-excluded /",
            add: "  response-flagged /"),
        Step(
            "Sources/AnswerEncoding",
            after: "private static func sentence(_ payload: any EventPayload) -> String {",
            "switch type(of: payload).name {",
            add: """
                        case .responseFlagged:
                            said(payload) { (event: ResponseFlagged) in "flagged as \\(event.flag)" }
                """),
        Step(
            "Tests/LedgerCoreTests", after: "static let all: [GoldenEntry] = [",
            add: #"        GoldenEntry(ResponseFlagged(response: 300, flag: "legal"), cause: 300),"#
        ),
        Step(
            "Tests/LedgerCoreTests",
            after: "mutating func payload(_ name: EventName) -> any EventPayload {",
            "switch name {",
            add: """
                        case .responseFlagged:
                            ResponseFlagged(response: magnitude(), flag: text(maxLength: 9))
                """),
        Step(
            "Tests/ProjectionContract",
            after:
                #"try append(ResponseExcluded(response: response, reason: reason), by: "analyst")"#,
            add:
                #"        try append(ResponseFlagged(response: response, flag: reason), by: "analyst")"#
        ),
    ]

    private static let schema = """

        response-flagged = [
          format: format, event: "response.flagged", version: 1,
          recorded-at: log-time, occurred-at: instant, actor: actor, cause: cause,
          payload: response-flagged-1, sealed: sealed
        ]

        response-flagged-1 = {
          "flag": tstr,
          "response": position
        }

        """

    /// That the event is about a response, for `trace`.
    private static let lineage: [Step] = [
        Step(
            "Projections/Lineage", after: "case declined = 7",
            add: """
                    /// Somebody marked it.
                    case flagged = 8
                """),
        Step(
            "Projections/Lineage", after: "case .topics: .topicsRecorded",
            add: "        case .flagged: .responseFlagged"),
        Step(
            "Projections/Lineage", after: "case .topicsRecorded: self = .topics",
            add: "        case .responseFlagged: self = .flagged"),
        Step(
            "Tests/NaiveFolds", after: "let (response, kind): (Position, LineageKind)",
            "switch event.payload {",
            add: """
                        case let payload as ResponseFlagged:
                            (response, kind) = (payload.response, .flagged)
                """),
    ]

    /// That the event is an act of governance, for `audit`.
    private static let audit: [Step] = [
        Step(
            "Sources/LedgerCore", after: "case active(model: ModelVersion)",
            add: """
                    /// That a response is marked, and as what.
                    case flag(response: Position, String)
                """),
        Step(
            "Sources/LedgerCore", after: "case .decision(let response, _): response",
            add: "        case .flag(let response, _): response"),
        Step(
            "Sources/AnswerEncoding", after: #"case .active(let model): "model \(model)""#,
            add:
                #"        case .flag(let response, let flag): "response \(response) flagged as \(flag)""#
        ),
        Step(
            "Sources/AnswerEncoding",
            after: #"case .active(let model): [("model", .integer(model))]"#,
            add: """
                        case .flag(let response, let flag):
                            [("response", .integer(response)), ("flag", .string(flag))]
                """),
        Step(
            "Projections/Audit", after: "case policyEdited = 13",
            add: """
                    /// A response was marked.
                    case responseFlagged = 15
                """),
        Step(
            "Projections/Audit", after: "case .policyEdited: .policyEdited",
            add: "        case .responseFlagged: .responseFlagged"),
        Step(
            "Projections/Audit", after: "case .policy: .policyEdited",
            add: "        case .flag: .responseFlagged"),
        Step(
            "Projections/Audit",
            after: "case .exclusion(let response, _): return start + bytes(of: response)",
            add: "        case .flag(let response, _): return start + bytes(of: response)"),
        Step(
            "Projections/Audit",
            after: #"case .active(let model): EventFields(["model": .unsigned(UInt64(model))])"#,
            add: """
                        case .flag(let response, let flag):
                            EventFields(["response": .unsigned(response), "flag": .text(flag)])
                """),
        Step(
            "Projections/Audit",
            after: #"case .modelActivated: self = .active(model: try fields.number("model"))"#,
            add: """
                        case .responseFlagged:
                            self = .flag(
                                response: try fields.unsigned("response"), try fields.text("flag"))
                """),
        Step(
            "Projections/Audit",
            after:
                "static func statement(of event: EventView) throws(PoisonEvent) -> Statement? {",
            "switch event.name {",
            add: """
                        case .responseFlagged:
                            let payload = try payload(ResponseFlagged.self, of: event)
                            return Statement(fact: .flag(response: payload.response, payload.flag))
                """),
        Step(
            "Tests/NaiveFolds",
            after: "case let activated as ModelActivated: .active(model: activated.model)",
            add:
                "        case let flagged as ResponseFlagged: .flag(response: flagged.response, flagged.flag)"
        ),
        Step(
            "Tests/NaiveFolds",
            after: "case (.exclusion(let one, _), .exclusion(let other, _)): one == other",
            add: "        case (.flag(let one, _), .flag(let other, _)): one == other"),
    ]

    /// `flags`, whose folder comes with it: which marks a response carries.
    private static let projection: [Step] = [
        Step(
            "Projections/Catalog", after: "import AuditProjection", add: "import FlagsProjection"),
        Step("Projections/Catalog", after: "Audit.self,", add: "        Flags.self,"),
    ]

    /// What is no part of the walks: a program that flags, and less to build.
    private static let manifest = """

        package.targets.append(
            .executableTarget(
                name: "FlagWriter",
                dependencies: ["LedgerCore", "LedgerStore", "NPSLedger", "ProcessStart"],
                path: "Tests/FlagWriter", swiftSettings: [.swiftLanguageMode(.v6)]))
        let tested: Set = [
            "LedgerCoreTests", "FlagsProjectionTests", "AuditProjectionTests",
            "LineageProjectionTests", "ProjectionContractTests", "LintTests",
        ]
        let leftOut: Set = [
            "ledger-benchmark", "npsledger-endpoint", "train-embedded-model", "CBareLMDB",
            "CrashHarness", "LedgerFixtures", "CFakeOnnxRuntime",
        ]
        package.targets.removeAll {
            $0.type == .test && !tested.contains($0.name) || leftOut.contains($0.name)
        }

        """

    private static func planted() throws -> PackageCopy {
        var copy = try PackageCopy(named: "walks")
        try copy.add(
            PackageCopy.original.appendingPathComponent("Tests/CommandLineTests/Fixtures/Walks"))
        for step in event + lineage + audit + projection {
            try copy.insert(step.text, after: step.anchors, in: step.folder)
        }
        try copy.append(schema, to: "Sources/LedgerCore/LogFormat.cddl")
        try copy.replace(
            #"let projections = ["#, with: #"let projections = ["Flags", "#, in: "Package.swift")
        try copy.append(manifest, to: "Package.swift")
        return copy
    }

    @Test(
        "a planted event is told by audit, trace and tail, a planted projection is kept",
        .enabled(if: isAsked, "Tools/test --walks asks for it"))
    func walks() throws {
        let copy = try Self.planted()
        try copy.write()
        let built = try copy.swift(["build", "--build-tests"])
        try #require(built.status == 0, "\(built)")
        let golden = try copy.swift(
            ["test", "--skip-build", "--disable-xctest", "--filter", "GoldenTests/bytes"],
            environment: ["UPDATE_GOLDEN": "1"]
        )
        #expect(golden.status == 0, "\(golden)")
        let tested = try copy.swift(["test", "--skip-build", "--disable-xctest"])
        #expect(tested.status == 0, "\(tested)")
        #expect((tested.output + tested.errors).contains("Suite \"Flags\" passed"), "\(tested)")

        let here = try Workspace()
        func run(_ arguments: String..., program: String = "npsledger") throws -> Tool.Outcome {
            let outcome = try Tool.run(
                arguments, program: copy.program(program), in: here.path)
            #expect(outcome.status == 0, "\(outcome)")
            return outcome
        }
        _ = try run("simulate", "--responses", "60", "--seed", "4", "--output", "answers.csv")
        _ = try run("init", "--origin", "test.example/nps")
        _ = try run(
            "import", "answers.csv", "--source", "web", "--mapping", "answers.csv.mapping.json")
        _ = try run("ledger", "10", "legal", program: "FlagWriter")

        let act = try run("audit", "--format", "json").json()["acts"]?.items.last
        #expect(act?["event"]?.text == "response.flagged")
        #expect(act?["after"]?["text"]?.text == "response 10 flagged as legal")
        let step = try run("trace", "10", "--format", "json").json()["events"]?.items.last
        #expect(step?["event"]?.text == "response.flagged")
        #expect(try run("trace", "10").output.contains("flagged as legal"))
        let told = try run("tail", "--event", "response.flagged", "--from", "0").json()
        #expect(told["payload"] == .object(["flag": .string("legal"), "response": .number(10)]))

        #expect(
            try run("projection", "rebuild", "flags", "--format", "json").json()["projections"]?
                .items.map { $0["id"]?.text } == ["flags"])
        let kept = try run("projection", "list", "--format", "json").json()["projections"]?.items
            .first { $0["id"]?.text == "flags" }
        #expect(kept?["lag"]?.int == 0, "\(String(describing: kept))")
        #expect(try run("projection", "verify", "flags").output.contains("flags"))
        #expect(try run("verify", "--format", "json").json()["sound"] == .bool(true))
    }

    @Test("each step finds its place, and Architecture.md names every file that one changes")
    func told() throws {
        let page = try String(
            contentsOf: PackageCopy.original.appendingPathComponent(
                "Sources/NPSLedger/NPSLedger.docc/Architecture.md"), encoding: .utf8)
        let sections = page.components(separatedBy: "\n## ")
        let walks = sections.filter { $0.hasPrefix("Adding ") }.joined()
        let named = Set(walks.split { "`/ ,;:\n".contains($0) }.map(String.init))
        for path in try Self.planted().changed {
            let name = (path as NSString).lastPathComponent
            #expect(
                named.contains(name) || named.contains((name as NSString).deletingPathExtension),
                "\(path) has to be changed, and no walk says so")
        }
    }
}
