import Classification
import NPSLedger
import Testing

@Suite("Files of topics")
struct TopicFileTests {
    private static let file = """
        {
          "exclusive": true,
          "topics": [
            {
              "name": "price",
              "description": "What it costs",
              "phrases": [
                "far too expensive",
                "good value"
              ]
            },
            {"name": "staff"}
          ]
        }
        """

    private func error(_ text: String) -> TopicFileError? {
        do {
            _ = try TopicTaxonomy(file: Array(text.utf8))
            return nil
        } catch {
            #expect(error.description.hasPrefix("line \(error.line): "))
            return error
        }
    }

    @Test("what is written is read")
    func reads() throws {
        let taxonomy = try TopicTaxonomy(file: Array(Self.file.utf8))
        #expect(taxonomy.isExclusive)
        #expect(
            taxonomy.topics == [
                .init(
                    name: "price", description: "What it costs",
                    phrases: ["far too expensive", "good value"]),
                .init(name: "staff"),
            ])
    }

    @Test(
        "each fault is named with its line and place",
        arguments: [
            ("\"exclusive\": true", "\"exclusive\": 1", 2, "exclusive"),
            ("  \"exclusive\": true,\n", "", 1, "exclusive"),
            ("\"topics\"", "\"topic\"", 3, "the file"),
            ("\"price\"", "\"Price\"", 5, "topics[0].name"),
            ("\"price\"", "7", 5, "topics[0].name"),
            ("\"name\": \"price\",", "", 4, "topics[0].name"),
            ("\"What it costs\"", "[]", 6, "topics[0].description"),
            ("\"description\"", "\"meaning\"", 6, "topics[0]"),
            ("\"good value\"", "\"far too expensive\"", 9, "topics[0].phrases[1]"),
            ("\"good value\"", "null", 9, "topics[0].phrases[1]"),
            ("\"good value\"", "\"?\"", 9, "topics[0].phrases[1]"),
            ("\"staff\"", "\"price\"", 12, "topics[1].name"),
            ("{\"name\": \"staff\"}", "[]", 12, "topics[1]"),
            ("{\"name\": \"staff\"}", "{\"name\": \"a\", \"name\": \"b\"}", 12, "topics[1]"),
        ])
    func faults(_ old: String, _ new: String, _ line: Int, _ place: String) {
        #expect(Self.file.contains(old))
        let found = error(Self.file.replacing(old, with: new))
        #expect(found?.line == line, "\(String(describing: found))")
        #expect(found?.place == place, "\(String(describing: found))")
    }

    @Test("what is no JSON, or no object, says so")
    func noJSON() {
        for text in ["", "{", "[]", "{\"exclusive\": true, \"topics\": []}", "null", "{,}"] {
            #expect(error(text) != nil, "\(text)")
        }
        #expect(error("{\"exclusive\": false, \"topics\": []}")?.place == "topics")
    }

    @Test("whatever the bytes are, a file is read or refused")
    func hostile() {
        let seed: UInt64 = 71
        var random = SeededGenerator(seed: seed)
        let bytes = Array(Self.file.utf8)
        var read = 0
        for _ in 0..<3_000 {
            var changed = bytes
            for _ in 0...Int(random.next() % 3) {
                let place = Int(random.next() % UInt64(changed.count))
                switch random.next() % 3 {
                case 0: changed[place] = UInt8(truncatingIfNeeded: random.next())
                case 1: changed.remove(at: place)
                default: changed.insert(changed[Int(random.next() % 40)], at: place)
                }
            }
            if (try? TopicTaxonomy(file: changed)) != nil { read += 1 }
        }
        #expect(read > 100 && read < 2_500, "seed \(seed): \(read)")
    }
}
