import Foundation
import Testing

/// What a response's story says of the lens that it is told under.
@Suite("What trace says of its lens")
struct TraceWordsTests {
    @Test("a time that the source did not say is not told as the person's")
    func timeNotStated() throws {
        let here = try Workspace()
        try here.succeed("init", "--origin", "test.example/times")
        try here.write("rows.csv", "id,at,score\n1,2024-03-01,9\n")
        let arguments = ["import", "rows.csv", "--map", "response_id=id", "--map", "score=score"]
        _ = try here.json(arguments + ["--source", "without"])
        _ = try here.json(arguments + ["--source", "with", "--map", "at=at", "--time-zone", "UTC"])
        _ = try here.json(arguments + ["--source", "fixed", "--at", "2024-03-02"])
        for (source, isStated) in [("without", false), ("with", true), ("fixed", true)] {
            let story = try here.json("trace", "1", "--source", source)
            #expect(story["answeredAtStated"] == .bool(isStated), "\(source)")
            let told = try here.run("trace", "1", "--source", source).output
            #expect(told.contains("the source does not say") != isStated, "\(told)")
        }
    }

    @Test("a model that was taken back is named as pinned, with the act that took it back")
    func rolledBack() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 600, seed: 6)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        try here.succeed("model", "train", "--seed", "7")
        try here.succeed("classify", "--model", "2")
        try here.succeed("model", "activate", "2", "--reason", "better")
        let unscored = try here.run("tail", "--from", "0", "--event", "response.recorded").lines
            .map { try JSONDecoder().decode(JSON.self, from: Data($0.utf8)) }
            .first { $0["payload"]?["score"] == nil && $0["payload"]?["text"] != nil }
        let response = "\(try #require(unscored?["position"]?.int))"
        let active = try here.json("trace", response)
        #expect(active["counts"]?["model"]?.int == 2)
        #expect(active["counts"]?["withdrawal"] == .null)
        let unpinned = try here.run("trace", response).words
        #expect(unpinned.contains("blended, model 2, thresholds 1, as of position"), "\(unpinned)")
        try here.succeed("model", "rollback", "--reason", "worse after all")
        let outcome = try here.run("trace", response, "--model", "2")
        let said = outcome.words
        let counts = try here.json("trace", response, "--model", "2")["counts"]
        let position = try #require(counts?["withdrawal"]?["position"]?.int)
        #expect(counts?["withdrawal"]?["act"]?.text == "superseded")
        #expect(
            said.contains("since then rolled back to model 1 at position \(position)"),
            "\(outcome)")
        #expect(said.contains("worse after all"), "\(outcome)")
        #expect(said.contains("blended, model 2 (pinned), thresholds 1, as of"), "\(outcome)")
    }

    @Test("as of a response's own position it is told from where on the response is in")
    func ownPosition() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 60, seed: 6)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        let outcome = try here.run("trace", "10", "--as-of", "10")
        #expect(outcome.status == 66, "\(outcome)")
        #expect(outcome.words.contains("means the entries before position 10"), "\(outcome)")
        #expect(outcome.words.contains("response 10 is in from 11 on"), "\(outcome)")
        try here.succeed("trace", "10", "--as-of", "11")
    }
}
