import Classification
import Foundation
import Testing

/// Topics from the file that names them to the score of those who mention them.
@Suite("Topics by command")
struct TopicsTests {
    private static let names = ["price", "staff", "delivery"]
    private static let words = [
        ["expensive", "cheap", "costs"], ["rude clerk", "kind team", "staff"],
        ["late parcel", "shipping", "broken box"],
    ]

    private static func text(_ number: Int) -> (topics: [UInt8], text: String) {
        let topics = (0..<3).filter { number % [2, 3, 5][$0] == 0 }
        let parts = topics.map { words[$0][number / 7 % 3] }
        return (
            topics.map { UInt8($0) },
            (["well", "number \(number % 11)"] + parts).joined(separator: " ")
        )
    }

    private static func artefact() throws -> [UInt8] {
        let taxonomy = try TopicTaxonomy(
            (names + ["parking"]).map { TopicTaxonomy.Topic(name: $0, phrases: ["no \($0)"]) },
            isExclusive: false)
        let examples = (0..<240).map { number in
            let (topics, text) = text(number)
            return TrainingExample(
                text: Array(text.utf8), scoreClass: UInt8(number % 3), topics: topics,
                key: UInt64(number))
        }
        return try NGramTrainer.train(
            examples, options: TrainingOptions(hashBits: 12), taxonomy: taxonomy
        ).artefact
    }

    /// Stated score of a response: who speaks of the price is often no promoter.
    private static func score(_ number: Int) -> Int? {
        number % 13 == 0 ? nil : number % 2 == 0 ? number % 11 : 7 + number % 4
    }

    private func prepare(_ here: Workspace, _ numbers: Range<Int>) throws {
        try here.succeed("init", "--origin", "test.example/nps")
        try here.write("topics.npsmodel", try Self.artefact())
        try here.succeed("model", "register", "topics.npsmodel")
        try here.succeed("model", "activate", "2", "--reason", "topics")
        let rows = numbers.map { number in
            "r\(number),\(Self.score(number).map { "\($0)" } ?? ""),\(Self.text(number).text),"
                + (number % 9 < 4 ? "north" : "south")
        }
        try here.write(
            "answers.csv", "id,nps,words,region\n" + rows.joined(separator: "\n") + "\n")
        try here.succeed(
            "import", "answers.csv", "--source", "web", "--map", "response_id=id", "--map",
            "score=nps", "--map", "text=words", "--map", "segment.region=region", "--at",
            "2026-03-01")
    }

    /// The same counted by hand.
    private func check(_ segment: JSON, _ numbers: [Int]) throws {
        #expect(segment["read"]?.int == numbers.count)
        #expect(
            segment["withoutTopic"]?.int == numbers.count { Self.text($0).topics.isEmpty })
        let rows = try #require(segment["topics"]).items
        #expect(rows.count == 4)
        for (index, name) in Self.names.enumerated() {
            let row = try #require(rows.first { $0["name"]?.text == name })
            func net(_ numbers: [Int]) -> (count: Int, points: Double) {
                let scores = numbers.compactMap(Self.score)
                let net = scores.count { $0 >= 9 } - scores.count { $0 <= 6 }
                return (scores.count, Double(net) / Double(scores.count) * 100)
            }
            let about = numbers.filter { Self.text($0).topics.contains(UInt8(index)) }
            let others = numbers.filter { !Self.text($0).topics.contains(UInt8(index)) }
            #expect(row["responses"]?.int == about.count, "\(name)")
            #expect(row["scored"]?.int == net(about).count)
            #expect(row["othersScored"]?.int == net(others).count)
            for (key, points) in [
                ("nps", net(about).points), ("othersNps", net(others).points),
                ("difference", net(about).points - net(others).points),
            ] {
                #expect(abs(try #require(row[key]?.number) - points) < 0.001, "\(name) \(key)")
            }
            let share = try #require(row["share"]?.number)
            #expect(abs(share - Double(about.count) / Double(numbers.count)) < 1e-9)
            let bounds = (row["low"]?.number ?? 101, row["high"]?.number ?? -101)
            #expect(bounds.0 < net(about).points && net(about).points < bounds.1)
            #expect(row["origin"]?.text == "trained")
        }
        let absent = try #require(rows.last)
        #expect(absent["origin"]?.text == "absent" && absent["responses"]?.int == 0)
        #expect(absent["nps"] == .null && absent["difference"] == .null)
    }

    @Test("imported texts are counted by topic, by segment, and as of any position")
    func report() throws {
        let here = try Workspace()
        try prepare(here, 240..<600)
        let all = try here.json("topics")
        #expect(all["model"]?.int == 2)
        #expect(all["lens"]?["basis"]?.text == "stated")
        try check(try #require(all["segments"]?.items.first), Array(240..<600))
        let price = all["segments"]?.items[0]["topics"]?.items.first { $0["name"]?.text == "price" }
        #expect((price?["adjustedP"]?.number ?? 1) < 0.001)
        // A response without a score is counted among the texts, not in the score.
        #expect(price?["responses"] != price?["scored"])

        let segments = try #require(try here.json("topics", "--by", "region")["segments"]).items
        #expect(segments.map { $0["segment"]?["region"]?.text } == ["south", "north"])
        try check(segments[0], (240..<600).filter { $0 % 9 >= 4 })
        let north = try here.json("topics", "--where", "region=north")
        #expect(north["segments"]?.items[0]["topics"] != segments[1]["topics"])
        try check(try #require(north["segments"]?.items[0]), (240..<600).filter { $0 % 9 < 4 })

        // As of the import's first half nothing of the second is seen.
        let size = try #require(all["asOf"]?["position"]?.int)
        let half = try here.json("topics", "--as-of", "\(size - 100)")
        #expect((half["segments"]?.items[0]["unread"]?.int ?? 0) > 20)
        // A model that finds no topics, and one that is not there.
        let none = try here.run("topics", "--model", "1")
        #expect(none.status == 1 && none.errors.contains("finds no topics"), "\(none)")
        #expect(try here.run("topics", "--model", "9").status == 66)
        #expect(try here.run("topics", "--as-of", "2").status == 1)
        #expect(try here.run("topics", "--by", "planet").status == 66)

        let csv = try here.run("topics", "--by", "region", "--format", "csv")
        #expect(csv.status == 0)
        let lines = csv.output.split(separator: "\r\n")
        #expect(lines.count == 9)
        #expect(lines[0].hasPrefix("region,topic,origin,responses,share,scored,"))
        let table = try here.run("topics")
        #expect(table.lines.allSatisfy { Columns.count($0[...]) <= 80 }, "\(table)")
        #expect(table.output.contains("never found") && table.output.contains("parking"))
        #expect(!table.output.contains("*"), "nothing here is a prototype")
        try here.verify()
    }

    @Test("trace and tail call topics by their names; a later model has its own")
    func names() throws {
        let here = try Workspace()
        try prepare(here, 240..<300)
        let story = try here.run("trace", "r240")
        #expect(story.status == 0)
        #expect(story.output.contains("topics.recorded"))
        #expect(story.output.contains("model 2: about price "), "\(story)")
        let events = try #require(try here.json("trace", "r240")["events"]).items
        let found = try #require(events.first { $0["event"]?.text == "topics.recorded" })
        #expect(found["topics"]?.items.map { $0["name"]?.text } == Self.names)
        #expect(found["topics"]?.items.allSatisfy { $0["origin"]?.text == "trained" } == true)
        #expect((found["topics"]?.items[0]["probability"]?.number ?? 0) > 0.2)
        #expect(found["topics"]?.items[0]["closeness"] == .null)
        let tail = try here.run("tail", "--from", "0", "--event", "topics.recorded")
        #expect(tail.lines.count > 30)
        let first = try JSONDecoder().decode(JSON.self, from: Data(tail.lines[0].utf8))
        #expect(first["topics"]?.items.first?["name"]?.text == "price")
        #expect(first["payload"]?["topics"]?.items.count == (first["topics"]?.items.count ?? 0) * 2)
        // The registration says them too.
        let model = try here.json("model", "show", "2")
        let heads = try #require(model["card"]?["heads"]).items
        #expect(heads.map { $0["head"]?.text }.last == "topics")
        let shown = try here.run("model", "show", "2")
        #expect(shown.lines.allSatisfy { Columns.count($0[...]) <= 80 }, "\(shown)")
        let lines = shown.lines.filter { $0.hasPrefix("  parking") || $0.hasPrefix("  delivery") }
        #expect(lines.count == 2)
        #expect(lines.contains { $0.contains("parking") && $0.contains("nothing") })
        #expect(lines.contains { $0.contains("delivery") && $0.contains("labels") })
    }

    @Test("the standard topics make a file that is checked; faults are named with their line")
    func files() throws {
        let here = try Workspace()
        let shown = try here.run("topics", "show")
        #expect(shown.status == 0)
        try here.write("topics.json", shown.output)
        let checked = try here.json("topics", "check", "topics.json")
        #expect(checked["topics"]?.int == TopicTaxonomy.standard.topics.count)
        #expect(checked["exclusive"] == .bool(false))
        #expect(checked["withoutPhrases"] == .array([]))
        for format in ["table", "csv"] {
            let outcome = try here.run("topics", "show", "--format", format)
            #expect(outcome.status == 0 && outcome.output.contains("waiting-time"))
        }
        let table = try here.run("topics", "check", "topics.json")
        #expect(table.status == 0)
        #expect(table.lines.allSatisfy { Columns.count($0[...]) <= 80 }, "\(table)")

        try here.write("bad.json", shown.output.replacing("waiting-time", with: "Waiting"))
        let bad = try here.run("topics", "check", "bad.json")
        #expect(bad.status == 65)
        #expect(bad.errors.contains("bad.json: line "), "\(bad)")
        #expect(bad.errors.contains("topics[7].name"), "\(bad)")
        #expect(try here.run("topics", "check", "missing.json").status == 66)
        #expect(try here.run("topics", "check").status == 64)

        // A version gives its own topics back, as the file that it could have been trained with.
        try prepare(here, 240..<250)
        let own = try here.run("topics", "show", "--model", "2")
        try here.write("own.json", own.output)
        let again = try here.json("topics", "check", "own.json")
        #expect(again["topics"]?.int == 4 && again["phrases"]?.int == 4)
        #expect(try here.run("topics", "show", "--model", "1").status == 1)
    }
}
