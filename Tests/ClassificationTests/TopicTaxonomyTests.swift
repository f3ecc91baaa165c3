import Testing

@testable import Classification

/// What makes a taxonomy, and what is said of one that makes none.
struct TopicTaxonomyTests {
    private func place(_ topics: [TopicTaxonomy.Topic]) -> String? {
        do {
            _ = try TopicTaxonomy(topics, isExclusive: false)
            return nil
        } catch {
            #expect(!error.reason.isEmpty && error.description.contains(error.place))
            return error.place
        }
    }

    @Test func whatShipsIsOne() throws {
        let standard = TopicTaxonomy.standard
        #expect(
            try TopicTaxonomy(standard.topics, isExclusive: standard.isExclusive) == standard)
        #expect((10...16).contains(standard.topics.count))
        #expect(!standard.isExclusive)
        for topic in standard.topics {
            #expect((4...8).contains(topic.phrases.count), "\(topic.name)")
            #expect(!topic.description.isEmpty)
        }
        let phrases = standard.topics.flatMap(\.phrases)
        #expect(Set(phrases).count == phrases.count)
    }

    @Test(arguments: [
        "", "Price", "price-", "-price", "a--b", "a b", "prix é", "a_b",
        String(repeating: "a", count: 65),
    ])
    func badNamesAreRefused(_ name: String) {
        #expect(place([.init(name: "price"), .init(name: name)]) == "topics[1].name")
    }

    @Test func goodNamesAreTaken() throws {
        for name in ["a", "24-7", "waiting-time", String(repeating: "a", count: 64)] {
            #expect(place([.init(name: name)]) == nil)
        }
        let taxonomy = try TopicTaxonomy([.init(name: "a"), .init(name: "b")], isExclusive: true)
        #expect(taxonomy.index(of: "b") == 1)
        #expect(taxonomy.index(of: "c") == nil)
    }

    @Test func limitsAreHeld() {
        let many = (0..<65).map { TopicTaxonomy.Topic(name: "t\($0)") }
        #expect(place([]) == "topics")
        #expect(place(many) == "topics")
        #expect(place(Array(many.prefix(64))) == nil)
        #expect(place([many[0], many[1], many[0]]) == "topics[2].name")
        let phrases = (0..<33).map { "phrase \($0)" }
        #expect(place([.init(name: "a", phrases: phrases)]) == "topics[0].phrases")
        #expect(place([.init(name: "a", phrases: ["x", "y", "x"])]) == "topics[0].phrases[2]")
        for bad in ["", "  ", "?!", "two\nlines", String(repeating: "é", count: 151)] {
            #expect(place([.init(name: "a", phrases: [bad])]) == "topics[0].phrases[0]", "\(bad)")
        }
        for bad in ["a\u{2028}b", "a\u{7F}", String(repeating: "a", count: 1_001)] {
            #expect(place([.init(name: "a", description: bad)]) == "topics[0].description")
        }
    }
}
