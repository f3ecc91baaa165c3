import Foundation
import Glibc
import Testing

@Suite("nps --watch")
struct WatchTests {
    @Test("answers again for every import, as a new question would, and ends with its reader")
    func watches() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 200, seed: 31, jsonLines: true)
        let lines = try here.read("answers.csv").split(separator: "\n")
        let parts = [lines[..<60], lines[60..<130], lines[130...]]
        for (name, part) in zip(["0.jsonl", "a.jsonl", "b.jsonl"], parts) {
            try here.write(name, part.joined(separator: "\n") + "\n")
        }
        #expect(try here.run(["import", "0.jsonl"] + Workspace.mapping).status == 0)
        let watcher = try Tool.start(
            ["nps", "--watch", "--format", "json", "--by", "region"], in: here.path)
        defer { watcher.send(SIGKILL) }
        var asked: [JSON] = []
        for name in ["a.jsonl", "b.jsonl"] {
            let imported = try here.run(["import", name] + Workspace.mapping)
            #expect(imported.status == 0, "\(imported)")
            let answer = try here.json("nps", "--by", "region")
            asked.append(answer)
            let position = try #require(answer["asOf"]?["position"]?.number)
            let start = Date()
            while !watcher.outputSoFar.contains("\"position\":\(Int(position)),") {
                try #require(
                    Date().timeIntervalSince(start) < 120, "position \(position) is not seen")
                usleep(5_000)
            }
        }
        watcher.send(SIGTERM)
        let outcome = try watcher.wait()
        let answers = try outcome.lines.map { line in
            try JSONDecoder().decode(JSON.self, from: Data(line.utf8))
        }
        #expect(answers.count >= 2)
        for answer in asked {
            let position = answer["asOf"]?["position"]?.number
            let watched = try #require(
                answers.first { $0["asOf"]?["position"]?.number == position })
            #expect(watched["rows"] == answer["rows"])
            #expect(watched["total"] == answer["total"])
        }
        let positions = answers.compactMap { $0["asOf"]?["position"]?.number }
        #expect(positions == positions.sorted() && Set(positions).count == positions.count)
    }

    @Test("refuses what cannot be watched", arguments: [["--as-of", "3"], ["--format", "csv"]])
    func refuses(options: [String]) throws {
        let here = try Workspace()
        try here.succeed("init", "--origin", "test.example/nps")
        #expect(try here.run(["nps", "--watch"] + options).status == 64)
    }
}
