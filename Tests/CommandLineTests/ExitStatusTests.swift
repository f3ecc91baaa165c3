import Foundation
import Glibc
import Testing

@Suite("Exit statuses")
struct ExitStatusTests {
    /// A command, its status, and what its message must hold.
    typealias Case = (arguments: [String], status: Int32, says: [String])

    private func check(_ cases: [Case], in here: Workspace) throws {
        for (arguments, status, says) in cases {
            let outcome = try here.run(arguments)
            #expect(outcome.status == status, "\(outcome)")
            for words in says { #expect(outcome.errors.contains(words), "\(words): \(outcome)") }
            #expect(!outcome.errors.isEmpty)
            // A failure says what to do, and does not show the program's insides.
            for inside in ["Fatal error", "NSCocoa", "Optional(", "Error Domain", ".swift:"] {
                #expect(!outcome.errors.contains(inside), "\(outcome)")
            }
        }
    }

    @Test("64: there is no such command, and which ones there are")
    func noCommand() throws {
        try check(
            [(["bogus"], 64, ["there is no `npsledger bogus`; there are: init, "])],
            in: try Workspace())
    }

    @Test("64: the command is wrong")
    func usage() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 50, seed: 2)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        let file = ["import", "answers.csv", "--source", "s"]
        try check(
            [
                (["model", "trian"], 64, ["`npsledger model trian`; did you mean `train`?"]),
                (["modle", "list"], 64, ["did you mean `model`?"]),
                (["review", "nxt"], 64, ["did you mean `next`?"]),
                (["policy", "sett", "a=b"], 64, ["did you mean `set`?"]),
                (["help", "revew"], 64, ["did you mean `review`?"]),
                (["model", "train", "--encoder", "bert"], 64, ["--encoder"]),
                (["nps", "--basis", "guessed"], 64, ["guessed"]),
                (["nps", "--limit=-1"], 64, ["--limit"]),
                (["nps", "--confidence", "100"], 64, ["--confidence"]),
                (["nps", "--confidence", "nan"], 64, ["--confidence"]),
                (["nps", "--window", "30"], 64, ["30d"]),
                (["nps", "--window", "30d", "--from", "2025-01-01"], 64, ["--window"]),
                (["nps", "--from", "2025-02-01", "--to", "2025-01-01"], 64, ["--from"]),
                (["nps", "--as-of", "29,914"], 64, ["“29,914”", "digits alone"]),
                (["nps", "--from", "yesterday"], 64, ["yesterday", "2024-03-03"]),
                (["nps", "--where", "region"], 64, ["DIM=VALUE"]),
                (["nps", "--by", "region,region"], 64, ["twice"]),
                (["trend", "--rolling", "1h"], 64, ["--rolling"]),
                (["trend", "--limit", "0"], 64, ["--limit"]), (["compare"], 64, ["--by"]),
                (["compare", "--models", "1"], 64, ["1,2"]),
                (["compare", "--models", "1,1"], 64, ["different"]),
                (["compare", "--models", "1,2", "--basis", "stated"], 64, ["same under every"]),
                (["compare", "--models", "1,2", "--model", "1"], 64, ["--model out"]),
                (
                    ["compare", "--by", "plan", "--segment", "a=b", "--segment", "a=c"], 64,
                    ["--by out"]
                ),
                (["compare", "--span", "2025-01-01..2025-02-01"], 64, ["twice"]),
                (["compare", "--by", "region", "--models", "1,2", "--span", "a..b"], 64, []),
                (["tail", "--event", "model.painted"], 64, ["model.painted"]),
                (["audit", "--limit", "0"], 64, ["--limit"]),
                (["init"], 64, ["--origin"]), (["init", "--origin", "a b"], 64, ["a b"]),
                (["init", "--origin", "x", "--actor", ""], 64, ["--actor"]),
                (["model", "activate", "1"], 64, ["--reason"]),
                (["model", "activate", "1", "--reason", "  "], 64, ["--reason"]),
                (["model", "retrain", "--reason", ""], 64, ["--reason"]),
                (["model", "rollback"], 64, ["--reason"]),
                (["thresholds", "edit", "--reason", "x"], 64, ["--passive-from"]),
                (["thresholds", "edit", "--passive-from", "7"], 64, ["--reason"]),
                (["thresholds", "edit", "--passive-from", "11", "--reason", "x"], 64, ["10"]),
                (["thresholds", "edit", "--passive-from", "nan", "--reason", "x"], 64, ["nan"]),
                (["thresholds", "edit", "--passive-from", "0", "--reason", "x"], 64, ["0 <"]),
                (["model", "train", "--by", "region"], 64, ["--where"]),
                (["simulate", "--responses=-1"], 64, ["responses"]),
                (["simulate", "--start", "someday", "--output", "x.csv"], 64, ["someday"]),
                (["simulate", "--plant-shift", "1,2", "--output", "x.csv"], 64, ["EMEA"]),
                (["verify", "--continues", "x"], 64, ["SIZE:ROOT"]),
                (["import", "--source", "s", "--map", "score=score"], 64, ["file"]),
                (["import", "answers.csv", "--map", "score=score"], 64, ["--source"]),
                (file, 64, ["--map", "response_id", "comment"]),
                (file + ["--map", "score"], 64, ["score"]),
                (file + ["--map", "rating=score"], 64, ["rating"]),
                (file + ["--map", "at=responded_at"], 64, ["score"]),
                (file + ["--map", "score=score", "--scale", "5"], 64, ["0-100"]),
                (file + ["--map", "score=score", "--scale", "5-1"], 64, ["5-1"]),
                (file + ["--map", "score=score", "--time-zone", "Mars/Base"], 64, ["Mars/Base"]),
                (file + ["--map", "score=score", "--time-format", "%Q"], 64, ["%Q"]),
                (file + ["--map", "score=score", "--separator", "ab"], 64, ["--separator"]),
                (file + ["--map", "score=score", "--encoding", "ebcdic"], 64, ["utf8"]),
                (file + ["--map", "score=score", "--at", "tomorrow"], 64, ["tomorrow"]),
                (file + ["--map", "score=score", "--exclude", "x"], 64, ["x"]),
            ], in: here)
    }

    @Test("65 and 66: the data is wrong, or is not there")
    func data() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 50, seed: 2)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        let size = try here.eventCounts()
        try here.write("empty.csv", "")
        try here.write("binary.csv", (0..<4_000).map { UInt8(truncatingIfNeeded: $0 &* 37) })
        try here.write("open.csv", "id,score\na,9\nb,\"8\n")
        try here.write("twice.csv", "id,score,score\na,9,8\n")
        try here.write("array.json", "[{\"id\":1,\"score\":2}]")
        try here.write("not-a-model", "NPSMODEL or not")
        let map = ["--source", "s", "--map", "response_id=id", "--map", "score=score"]
        try check(
            [
                (["import", "empty.csv"] + map, 65, ["empty.csv"]),
                (["import", "binary.csv"] + map, 65, ["binary.csv"]),
                (["import", "array.json"] + map, 65, ["array.json"]),
                (["import", "twice.csv"] + map, 65, ["twice.csv", "score"]),
                (["import", "open.csv"] + map, 65, ["open.csv", "line 3"]),
                (
                    ["import", "answers.csv", "--source", "s", "--map", "score=nps"], 65,
                    ["answers.csv", "line 1", "nps", "score"]
                ),
                (["model", "register", "not-a-model"], 65, ["model"]),
                (["import", "none.csv"] + map, 66, ["none.csv"]),
                (["import", "."] + map, 66, ["directory"]),
                (["import", "answers.csv", "none.csv"] + Workspace.mapping, 66, ["none.csv"]),
                (["import", "answers.csv", "--mapping", "none.json", "--source", "s"], 66, []),
                (["model", "register", "none"], 66, ["none"]),
                (["model", "register", "."], 66, []),
                (["model", "show", "9"], 66, ["9", "1"]),
                (["model", "shadow", "9"], 66, ["9"]),
                (["model", "activate", "9", "--reason", "x"], 66, ["9"]),
                (["nps", "--model", "9"], 66, ["9"]),
                (["nps", "--thresholds", "9"], 66, ["9", "thresholds history"]),
                (["nps", "--by", "colour"], 66, ["colour", "region"]),
                (["nps", "--where", "region=Mars"], 66, ["Mars", "EMEA"]),
                (["nps", "--as-of", "99999"], 66, ["99999"]),
                (["compare", "--models", "1,9"], 66, ["9"]),
                (["trace", "nobody"], 66, ["nobody"]), (["trace", "0"], 66, ["ledger.opened"]),
                (["trace", "18446744073709551615"], 66, []),
                (["projection", "rebuild", "colours"], 66, ["colours", "lineage"]),
                (["nps", "--ledger", "nowhere"], 66, ["nowhere", "init"]),
                (["nps", "--ledger", "answers.csv"], 66, ["answers.csv"]),
                (["nps", "--ledger", "ledger/models"], 66, ["ledger.json"]),
            ], in: here)
        // The good rows of the file that broke off are in, and the mapping of their source.
        var counts = try here.eventCounts()
        #expect(counts["response.recorded"] == (size["response.recorded"] ?? 0) + 1)
        counts["response.recorded"] = size["response.recorded"]
        #expect(counts["mapping.edited"] == (size["mapping.edited"] ?? 0) + 1)
        counts["mapping.edited"] = size["mapping.edited"]
        #expect(counts == size)
        try here.verify()
    }

    @Test("1: the answer is no; 73: it is there, or cannot be made")
    func answers() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 50, seed: 2)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        try here.write("file", "x")
        try FileManager.default.createDirectory(
            atPath: here.path + "/full/of/things", withIntermediateDirectories: true)
        try check(
            [
                (["model", "activate", "1", "--reason", "x"], 1, ["active already"]),
                (["model", "rollback", "--reason", "x"], 1, ["none to go back to"]),
                (["model", "rollback", "--to", "1", "--reason", "x"], 1, ["active already"]),
                (["thresholds", "edit", "--passive-from", "7", "--reason", "x"], 1, ["in force"]),
                (["model", "train"], 1, ["training"]),
                (
                    ["compare", "--models", "1,2", "--where", "region=Mars"], 66, []
                ),
                (["init", "--origin", "again"], 73, ["already"]),
                (["init", "--origin", "a", "--ledger", "full"], 73, ["not empty"]),
                (["init", "--origin", "a", "--ledger", "file"], 73, ["is a file"]),
                (["init", "--origin", "a", "--ledger", "file/below"], 73, ["cannot be created"]),
                (["simulate", "--output", "nowhere/x.csv"], 73, ["nowhere/x.csv"]),
                (
                    ["simulate", "--responses", "1", "--output", "x.csv", "--truth", "nowhere/t"],
                    73, ["nowhere/t"]
                ),
                (
                    ["import", "answers.csv", "--save-mapping", "nowhere/m"] + Workspace.mapping,
                    73, ["nowhere/m"]
                ),
            ], in: here)
    }

    @Test("77: the key is not there, or the file may not be read; 65: a newer or damaged ledger")
    func refused() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 50, seed: 2)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        let key = ["NPSLEDGER_KEY_FILE": here.path + "/other.key"]
        for arguments in [
            ["import", "answers.csv"] + Workspace.mapping,
            ["model", "activate", "1", "--reason", "x"],
            ["thresholds", "edit", "--passive-from", "6", "--reason", "x"],
        ] where arguments[0] != "model" {
            let outcome = try here.run(arguments, environment: key)
            #expect(outcome.status == 77, "\(outcome)")
            #expect(outcome.errors.contains("other.key"), "\(outcome)")
        }
        // Numbers need no key.
        #expect(try here.run(["nps"], environment: key).status == 0)
        // Another ledger's key opens nothing.
        try here.succeed("init", "--origin", "other", "--ledger", "other")
        let wrong = try here.run(["import", "answers.csv"] + Workspace.mapping, environment: key)
        #expect(wrong.status == 77, "\(wrong)")

        let manifest = try here.read("ledger/ledger.json")
        try here.write(
            "ledger/ledger.json",
            manifest.replacingOccurrences(
                of: "\"formatVersion\" : 1", with: "\"formatVersion\" : 2"))
        try check([(["nps"], 65, ["format 2", "update npsledger"])], in: here)
        try here.write("ledger/ledger.json", "{")
        try check([(["nps"], 65, ["ledger.json"])], in: here)
        try here.write("ledger/ledger.json", manifest)
        #expect(try here.run("nps").status == 0)
        try FileManager.default.removeItem(atPath: here.path + "/ledger/log/data.mdb")
        let headless = try here.run("nps")
        #expect([65, 66, 74].contains(headless.status), "\(headless)")
    }

    @Test("77: an unreadable file, where the user is not the superuser")
    func unreadable() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 20, seed: 2)
        chmod(here.path + "/answers.csv", 0)
        let arguments = ["import", "answers.csv", "--dry-run"] + Workspace.mapping
        let outcome: Tool.Outcome
        if geteuid() == 0 {
            // Nobody may enter the scratch directory, and needs to be able to execute the tool.
            let setpriv = "/usr/bin/setpriv"
            guard FileManager.default.isExecutableFile(atPath: setpriv),
                access(Tool.path, X_OK) == 0
            else {
                print("no setpriv here: an unreadable file is not tried")
                return
            }
            for (root, mode) in [(here.path, 0o777), (here.path + "/ledger", 0o777)] {
                chmod(root, mode_t(mode))
            }
            let user = ["--reuid=65534", "--regid=65534", "--clear-groups", Tool.path]
            let probe = try Tool.run(user + ["--version"], program: setpriv, in: here.path)
            guard probe.status == 0 else {
                print("another user cannot run the tool: an unreadable file is not tried")
                return
            }
            outcome = try Tool.run(user + arguments, program: setpriv, in: here.path)
        } else {
            outcome = try here.run(arguments)
        }
        #expect(outcome.status == 77, "\(outcome)")
        #expect(outcome.errors.contains("answers.csv"), "\(outcome)")
    }
}
