import Testing

/// Texts in languages that the active model has not learnt are no guesses, and every answer says how
/// many there are.
@Suite("Texts in other languages")
struct LanguageTests {
    private func ledger() throws -> Workspace {
        let here = try Workspace()
        try here.succeed("init", "--origin", "test.example/languages")
        try here.write(
            "mixed.csv",
            """
            id,score,comment,country,at
            1,,Very friendly staff and quick delivery,GB,2026-01-02
            2,3,Das Personal war unfreundlich und die Lieferung kam viel zu spät,DE,2026-01-02
            3,,"Sehr zufrieden, komme gerne wieder",DE,2026-01-03
            4,,Il servizio clienti non risponde mai al telefono,IT,2026-01-04
            5,,La livraison a pris trois semaines et personne ne répond,FR,2026-01-05
            6,,ok,DE,2026-01-05

            """)
        return here
    }

    private static let map = [
        "import", "mixed.csv", "--source", "m", "--map", "response_id=id", "--map", "score=score",
        "--map", "text=comment", "--map", "segment.country=country", "--map", "at=at",
        "--time-zone", "UTC",
    ]

    @Test("an import leaves them unread, and says so, once")
    func imported() throws {
        let here = try ledger()
        let report = try here.json(Self.map)
        #expect(report["classified"]?.int == 3)
        #expect(report["unlearntLanguages"] == .object(["de": .number(2), "it": .number(1)]))
        let again = try here.json("classify")
        #expect(again["classified"]?.int == 0)
        #expect(again["unlearntLanguages"] == .object([:]), "the model is not asked again")
        try here.verify()
    }

    @Test("a model that is asked later leaves the same")
    func classifiedLater() throws {
        let here = try ledger()
        _ = try here.json(Self.map + ["--no-classify"])
        let unread = try here.json("nps", "--basis", "inferred")
        #expect(unread["total"]?["uncounted"]?.int == 6)
        #expect(unread["unlearntLanguages"] == .object([:]), "nobody has looked at them yet")
        let read = try here.json("classify")
        #expect(read["classified"]?.int == 3)
        #expect(read["unlearntLanguages"] == .object(["de": .number(2), "it": .number(1)]))
        let answer = try here.json("nps", "--basis", "inferred")
        #expect(answer["unlearntLanguages"] == .object(["de": .number(2), "it": .number(1)]))
    }

    @Test("every answer says how many, for what it was asked about")
    func answers() throws {
        let here = try ledger()
        _ = try here.json(Self.map)
        let inferred = try here.json("nps", "--basis", "inferred")
        #expect(inferred["total"]?["responses"]?.int == 3)
        #expect(inferred["total"]?["uncounted"]?.int == 3)
        #expect(inferred["unlearntLanguages"] == .object(["de": .number(2), "it": .number(1)]))
        // A stated score counts, whatever language its text is in.
        let blended = try here.json("nps")
        #expect(blended["total"]?["responses"]?.int == 4)
        #expect(blended["unlearntLanguages"] == .object(["de": .number(1), "it": .number(1)]))
        #expect(try here.json("nps", "--basis", "stated")["unlearntLanguages"] == .object([:]))
        let german = try here.json("nps", "--basis", "inferred", "--where", "country=DE")
        #expect(german["unlearntLanguages"] == .object(["de": .number(2)]))
        for command in [["trend"], ["responses"], ["compare", "--by", "country"]] {
            let answer = try here.json(command + ["--basis", "inferred"])
            #expect(
                answer["unlearntLanguages"] == .object(["de": .number(2), "it": .number(1)]),
                "\(command)")
        }
        let early = try here.json("nps", "--basis", "inferred", "--as-of", "6")
        #expect(early["unlearntLanguages"] == .object([:]), "before they were looked at")
        let table = try here.run("nps", "--basis", "inferred")
        #expect(
            table.output.replacing("\n", with: " ").contains(
                "3 texts are left unread: model 1 has not learnt the languages (German 2, Italian 1)"
            ),
            "\(table)")
    }

    @Test("a response says why it does not count, and which event decided that")
    func reasons() throws {
        let here = try ledger()
        _ = try here.json(Self.map)
        let listed = try here.json("responses", "--basis", "inferred", "--class", "uncounted")
        let responses = listed["responses"]?.items ?? []
        #expect(responses.count == 3)
        #expect(responses.allSatisfy { $0["reason"]?.text == "unlearntLanguage" })
        #expect(
            responses.map { $0["because"]?.text } == [
                "German, not learnt by model 1", "German, not learnt by model 1",
                "Italian, not learnt by model 1",
            ])
        #expect(responses.allSatisfy { $0["reading"] == .null && $0["events"]?.items.count == 2 })
        let story = try here.json("trace", "3")
        #expect(
            story["counts"]?["because"]?.text
                == "its text is in German, which model 1 has not learnt")
        let declined = try #require(
            story["events"]?.items.first { $0["event"]?.text == "classification.declined" })
        #expect(declined["payload"]?["language"]?.text == "de")
        #expect(declined["payload"]?["reason"]?.text == "language")
    }

    @Test("a changed text is looked at anew, and a person's decision counts all the same")
    func changed() throws {
        let here = try ledger()
        _ = try here.json(Self.map)
        try here.write(
            "later.csv",
            "id,score,comment,country,at,changed\n"
                + "4,,Nobody ever answers the telephone here,IT,2026-01-04,2026-01-09\n")
        let report = try here.json(
            Self.map.map { $0 == "mixed.csv" ? "later.csv" : $0 } + ["--map", "updated_at=changed"])
        #expect(report["amended"]?.int == 1)
        let answer = try here.json("nps", "--basis", "inferred")
        #expect(answer["unlearntLanguages"] == .object(["de": .number(2)]))
        try here.succeed("review", "decide", "3", "--class", "promoter", "--actor", "reader")
        let decided = try here.json("nps", "--basis", "inferred")
        #expect(decided["unlearntLanguages"] == .object(["de": .number(1)]))
        #expect(decided["total"]?["reviewed"]?.int == 1)
        try here.verify()
    }

    @Test("the card says which languages a version has learnt")
    func card() throws {
        let here = try ledger()
        let card = try here.json("model", "show", "1")["card"]
        #expect(card?["languages"] == .array([.string("en"), .string("fr")]))
    }
}
