import Foundation
import Testing

/// Whatever the command line answers, a front of its own gets from the libraries, byte for byte.
@Suite("Another front")
struct FrontTests {
    /// Done one after the other; each by the command line and by the front, from equal ledgers.
    private static let acts = [
        "init --origin test.example/nps", "import a.csv --source web --mapping map.json",
        training, "import a.csv --source web --mapping map.json", "classify --model 2",
        "model shadow 2",
        "model activate 2 --gate g --dry-run", "model activate 2 --gate g --reason x",
        "model rollback --reason x", "model activate 2 --gate g --reason x",
        "thresholds edit --min-confidence 50 --reason x", "review request 10",
        "review decide 10 --class passive", "review import s.csv", "model retrain --reason x",
        "policy set externalModels=full --reason x", "model register --external j.json",
        "model approve 4 --withdraw", "model approve 4", "projection commit", "projection rebuild",
        "projection swap lineage", "model cache --sweep",
    ]

    /// What comes afterwards is new to the model.
    private static let training = "model train --seed 7 --taxonomy standard"

    /// Asked of the ledger that the acts have made.
    private static let questions = [
        "nps --by region --as-of 200 --model 1", "trend --every month", "compare --by region",
        "distribution --by region", "responses --limit 5",
        "imports", "deliveries", "sweep a.csv --source web --mapping map.json",
        "diff --between as-of=200,model=1 today", "trace 10", "audit", "audit --quarantine",
        "topics report", "topics show --model 2", "topics check t.json", "model list",
        "model show 2", "model card 2", "model evaluate 2", "model evaluate 2 --html -",
        "model estimate", "model compare 1 2", "model compare 1 2 --html -",
        "model rollback --dry-run", "review list", "review show 10", "review agreement",
        "review export --output -", "thresholds show", "thresholds history", "policy list",
        "policy history", "projection list", "projection verify", "verify", "tail --from 0",
    ]

    /// Commands that answer about no ledger, or not by themselves, and why.
    private static let others = [
        "simulate": "it writes a file of made-up rows, and no ledger",
        "review next": "it asks a person at a terminal, who decides as `review decide` does",
        "model fetch": "it downloads an encoder for this machine",
    ]

    /// Fields that two acts from equal ledgers cannot have in common, with what each is instead: when
    /// the log took the act in, the hashes over that, and how long something took.
    private static let time = #""[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z""#
    private static let masks = [
        "recordedAt": time, "registeredAt": time,
        "leafHash": #""[0-9a-f]{64}""#, "root": #""[0-9a-f]{64}""#,
        "seconds": #"[0-9.]+"#,
    ]

    private static func masked(_ text: String) throws -> String {
        try masks.reduce(text) { text, mask in
            let field = try Regex("\"\(mask.key)\": \(mask.value)")
            return text.replacing(field, with: "\"\(mask.key)\": masked")
        }
    }

    /// A page or a card is no JSON, and its command refuses to be asked for it.
    private static func arguments(_ request: String) -> [String] {
        let words = request.split(separator: " ").map(String.init)
        let isPage = request.contains("--html") || request.hasPrefix("model card")
        return words + (isPage ? [] : ["--format", "json"])
    }

    @Test("each act answers as on the command line, and the ledger that comes of it is asked alike")
    func everything() throws {
        let here = try Workspace()
        try prepare(here)
        let front = SmallFront(folder: here.path)
        for act in Self.acts {
            let answer = try Self.performed(here, act) {
                try #require(try front.answer(act), "the front knows no \(act)")
            }
            if act == Self.training { try here.write("a.csv", try here.read("answers.csv")) }
            if act == "review request 10" { try fillSheet(here, front) }
            #expect(answer.front == answer.command, "\(act)")
        }
        for question in Self.questions {
            let printed = try here.run(Self.arguments(question))
            #expect(printed.status == 0, "\(printed)")
            let answer = try #require(try front.answer(question), "the front knows no \(question)")
            let isTimed = question == "model rollback --dry-run"
            let (mine, theirs) = (answer.trimmed, printed.output.trimmed)
            #expect(
                isTimed ? try Self.masked(mine) == Self.masked(theirs) : mine == theirs,
                "\(question)")
        }
    }

    /// What an act answers by the command and by the front, each done to the same ledger; that of
    /// the front stays.
    private static func performed(
        _ here: Workspace, _ act: String, by front: () throws -> String
    ) throws -> (command: String, front: String) {
        let parts = ["ledger", "ledger.key", ".config"]
        let disk = FileManager.default
        func copy(_ from: String, _ to: String) throws {
            for part in parts {
                let (source, target) = (here.path + from + part, here.path + to + part)
                if disk.fileExists(atPath: target) { try disk.removeItem(atPath: target) }
                guard disk.fileExists(atPath: source) else { continue }
                try disk.copyItem(atPath: source, toPath: target)
            }
        }
        try disk.createDirectory(
            atPath: here.path + "/before", withIntermediateDirectories: true)
        try copy("/", "/before/")
        let printed = try here.run(arguments(act))
        #expect(printed.status == 0, "\(printed)")
        try copy("/before/", "/")
        return (try masked(printed.output.trimmed), try masked(front().trimmed))
    }

    /// A simulated file with its mapping, and what else requests name.
    private func prepare(_ here: Workspace) throws {
        _ = try here.simulate(responses: 400, seed: 4)
        let rows = try here.read("answers.csv").split(separator: "\n")
        try here.write("a.csv", rows.prefix(rows.count / 2).joined(separator: "\n") + "\n")
        try here.write("map.json", try here.read("answers.csv.mapping.json"))
        try here.write("g", #"{"conditions": [{"metric": "unread", "atMost": 0}]}"#)
        try here.write(
            "t.json",
            """
            {"exclusive": false, "topics": [
              {"name": "price", "description": "what it costs", "phrases": ["too expensive"]},
              {"name": "staff", "description": "who serves", "phrases": []}]}
            """)
        try here.writeJudge("j")
    }

    /// What a person makes of the sheet that the front exports.
    private func fillSheet(_ here: Workspace, _ front: SmallFront) throws {
        let sheet = try #require(try front.answer("review export --output -"))
        var lines = sheet.split(separator: "\r\n", omittingEmptySubsequences: false).map(
            String.init)
        #expect(lines.count > 1, "nothing waits to be read")
        for index in lines.indices.dropFirst() where lines[index].hasSuffix(",,,,") {
            lines[index] = lines[index].dropLast(4) + ",detractor,,,"
        }
        try here.write("s.csv", lines.joined(separator: "\r\n"))
    }

    @Test("no command is left out: a new one gets its request, or the reason why it has none")
    func coverage() throws {
        let here = try Workspace()
        let tree = try here.run("--experimental-dump-help").json()
        let commands = try leaves(of: #require(tree["command"]), [])
        #expect(commands.count > 40, "\(commands)")
        let requests = Self.acts + Self.questions
        for command in commands {
            let isCovered = requests.contains { "\($0) ".hasPrefix(command + " ") }
            #expect(
                isCovered != (Self.others[command] != nil),
                "\(command): the front covers it, or others says why not")
        }
        #expect(Set(Self.others.keys).isSubset(of: commands))
    }

    /// The commands without subcommands, by their words.
    private func leaves(of command: JSON, _ path: [String]) throws -> [String] {
        let below = command["subcommands"]?.items ?? []
        guard !below.isEmpty else { return [path.joined(separator: " ")] }
        return try below.flatMap { command in
            let name = try #require(command["commandName"]?.text)
            return name == "help" ? [] : try leaves(of: command, path + [name])
        }
    }
}

extension String {
    fileprivate var trimmed: String {
        hasSuffix("\n") ? String(dropLast()) : self
    }
}
