import SurveyImport
import Testing

@Suite("Column mappings")
struct MappingTests {
    private let full = [
        "response_id=ID", "respondent_id=Who", "score=How likely?", "text=Why", "at=When",
        "updated_at=Changed", "channel=Via", "language=Lang", "survey_id=Survey",
        "segment.region=Region", "segment.Country=Land", "segment.area=A=B",
    ]

    @Test func argumentsGiveFields() throws {
        let mapping = try ColumnMapping(arguments: full)
        #expect(mapping.responseID == "ID")
        #expect(mapping.respondentID == "Who")
        #expect(mapping.score == "How likely?")
        #expect(mapping.text == "Why")
        #expect(mapping.at == "When")
        #expect(mapping.updatedAt == "Changed")
        #expect(mapping.channel == "Via")
        #expect(mapping.language == "Lang")
        #expect(mapping.surveyID == "Survey")
        #expect(mapping.segments.map(\.dimension) == ["Country", "area", "region"])
        #expect(mapping.segments.map(\.column) == ["Land", "A=B", "Region"])
    }

    @Test(arguments: [
        (["score"], "equal sign"), (["score="], "names no column"),
        (["score=a", "score=b"], "twice"), (["segment.x=a", "segment.x=b"], "twice"),
        (["segment.=a"], "name"), (["segment.a b=c"], "name"), (["skore=a"], "Did you mean score?"),
        (["responseid=a"], "Did you mean response_id?"), (["colour=a"], "known fields"),
        (["scale=5-1"], "scale"), (["scale=x"], "scale"), (["fractions=maybe"], "yes or no"),
    ])
    func argumentsThatCannotBeUsed(_ arguments: [String], _ part: String) {
        let error = #expect(throws: ImportError.self) {
            try ColumnMapping(arguments: arguments)
        }
        #expect(error?.code == .badMapping)
        #expect(error?.description.contains(part) == true, "\(error?.description ?? "none")")
    }

    @Test func jsonRoundTrip() throws {
        var mapping = try ColumnMapping(
            arguments: full + ["scale=-3-3", "fractions=yes", "time_format=%d/%m/%Y"])
        mapping.timeZone = try SurveyTimeZone(argument: "Europe/Paris")
        mapping.fixedTime = 1_772_357_400_123_456
        try mapping.exclude("Status=Survey Preview")
        try mapping.exclude("Note=a=\"b\"\n\u{1}é")
        let json = mapping.json
        #expect(try ColumnMapping(json: json) == mapping)
        #expect(try ColumnMapping(json: json).json == json)
        var sparse = ColumnMapping()
        sparse.text = "Why"
        #expect(sparse.json == "{\n  \"version\": 1,\n  \"text\": \"Why\"\n}\n")
        #expect(try ColumnMapping(json: sparse.json) == sparse)
    }

    @Test func jsonDoesNotDependOnTheOrderOfArguments() throws {
        let forward = try ColumnMapping(arguments: full)
        let backward = try ColumnMapping(arguments: full.reversed())
        #expect(forward == backward)
        #expect(forward.json == backward.json)
    }

    @Test(arguments: [
        "", "[]", "{\"score\": \"a\"}", "{\"version\": 2, \"score\": \"a\"}",
        "{\"version\": 1, \"skore\": \"a\"}", "{\"version\": 1, \"score\": 7}",
        "{\"version\": 1, \"score\": \"a\", \"score\": \"b\"}",
        "{\"version\": 1, \"segments\": {\"x\": \"a\", \"x\": \"b\"}}",
        "{\"version\": 1, \"exclusions\": [{\"column\": \"a\"}]}",
        "{\"version\": 1, \"fixedTime\": \"soon\"}", "{\"version\": 1, \"timeZone\": \"CET\"}",
        "{\"version\": 1} x",
    ])
    func jsonThatCannotBeUsed(_ json: String) {
        let error = #expect(throws: ImportError.self) { try ColumnMapping(json: json) }
        #expect(error?.code == .badMapping)
    }

    @Test(arguments: [
        ("{\n \"version\": 1,\n \"score\": \"a\",\n \"score\": \"b\"\n}", "score", 4),
        ("{\"version\": 1, \"segments\": {\n\"x\": \"a\",\n\"x\": \"b\"}}", "x", 3),
        (
            "{\"version\": 1, \"exclusions\": [\n{\"column\": \"a\",\n\"column\": \"b\"}]}",
            "column", 3
        ),
        ("{\"version\": 1,\n\"version\": 1}", "version", 2),
    ])
    func aKeyThatStandsTwiceIsNamedWithItsLine(_ json: String, _ key: String, _ line: Int) {
        let error = #expect(throws: ImportError.self) { try ColumnMapping(json: json) }
        #expect(error?.line == line)
        #expect(error?.problem.contains("\"\(key)\" stands twice") == true)
    }

    @Test func mappingFilesNameTheFileInErrors() throws {
        let directory = try TemporaryDirectory()
        let mapping = try ColumnMapping(arguments: full)
        let good = try directory.write(Array(mapping.json.utf8), as: "mapping.json")
        #expect(try ColumnMapping(path: good) == mapping)
        let bad = try directory.write(Array("nonsense".utf8), as: "bad.json")
        let error = #expect(throws: ImportError.self) { try ColumnMapping(path: bad) }
        #expect(error?.file == bad)
        let missing = #expect(throws: ImportError.self) {
            try ColumnMapping(path: directory.path + "/none.json")
        }
        #expect(missing?.code == .noSuchFile)
    }

    @Test func mappingsAreCheckedWhenAFileIsOpened() throws {
        #expect(failure("a,b\n1,2\n", ["channel=a"])?.code == .badMapping)
        let twice = failure(
            Array("a,b\n1,2\n".utf8), ["score=a"],
            adjust: {
                $0.segments = [
                    .init(dimension: "x", column: "a"), .init(dimension: "x", column: "b"),
                ]
            })
        #expect(twice?.code == .badMapping)
        let crowded = failure(
            Array("a,b\n1,2\n".utf8), ["score=a"],
            adjust: { mapping in
                mapping.segments = (0...ColumnMapping.segmentsMax).map {
                    .init(dimension: "d\($0)", column: "b")
                }
            })
        #expect(crowded?.code == .badMapping)
        let early = failure(Array("a,b\n1,2\n".utf8), ["score=a"], adjust: { $0.fixedTime = -1 })
        #expect(early?.code == .badMapping)
    }

    @Test func everyFieldArrives() throws {
        let text = """
            ID,Who,How likely?,Why,When,Changed,Via,Lang,Survey,Region,Land,A=B
             r1 , p1 ,9, So good ,2026-03-01,2026-03-02,email,fr,S1, EMEA ,FR,
            ,p1,9,x,2026-03-01,,,,,,,
            """
        let reading = try read(text, full)
        let row = try #require(reading.rows.first)
        #expect(row.responseID == "r1")
        #expect(row.respondentID == "p1")
        #expect(row.score == 900)
        #expect(row.text == " So good ")
        #expect(row.occurredAt == 1_772_323_200_000_000)
        #expect(row.updatedAt == 1_772_409_600_000_000)
        #expect(row.channel == "email")
        #expect(row.language == "fr")
        #expect(row.surveyID == "S1")
        #expect(row.segments.map(\.dimension) == ["Country", "region"])
        #expect(row.segments.map(\.value) == ["FR", "EMEA"])
        #expect(row.excludedBy == nil)
        let raw = " r1 , p1 ,9, So good ,2026-03-01,2026-03-02,email,fr,S1, EMEA ,FR,"
        #expect(row.raw == Array(raw.utf8))
        #expect(reading.codes == ["id.missing"])
        #expect(reading.rejected.first?.column == "ID")
    }

    @Test func exclusionsMarkRows() throws {
        var mapping = try ColumnMapping(arguments: ["score=score"])
        try mapping.exclude("status=Survey Preview")
        try mapping.exclude("test=1")
        let text = "score,status,test\n9,Survey Preview,1\n8, Survey Preview ,0\n7,IP,1\n6,IP,10\n"
        let reading = try read(text, adjust: { $0 = mapping })
        #expect(
            reading.rows.map(\.excludedBy)
                == ["status=Survey Preview", "status=Survey Preview", "test=1", nil])
        #expect(throws: ImportError.self) { try mapping.exclude("status") }
        #expect(throws: ImportError.self) { try mapping.exclude("=x") }
    }
}
