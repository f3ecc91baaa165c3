import SurveyImport
import Testing

/// Responses that are sent as JSON: what is wrong with one of them never touches another.
@Suite struct ResponseRequestTests {
    private static func read(_ text: String, isLines: Bool = false) throws -> SentResponses {
        try ResponseRequestReader().read(Array(text.utf8), isLines: isLines)
    }

    private static func segments(_ sent: SentResponses) -> [[String: String]?] {
        sent.groups.flatMap { group in
            group.rows.rows.indices.map { index -> [String: String]? in
                guard case .row(let row) = group.rows.outcome(at: index) else { return nil }
                return Dictionary(
                    uniqueKeysWithValues: row.segments.map { ($0.dimension, $0.value) })
            }
        }
    }

    private static func codes(_ sent: SentResponses) -> [String?] {
        sent.groups.flatMap { group in
            group.rows.rows.indices.map { index -> String? in
                guard case .rejected(let row) = group.rows.outcome(at: index) else { return nil }
                return row.code.rawValue
            }
        }
    }

    @Test(
        "a dimension whose name is none sets its response aside, and no other",
        arguments: ["region ", " region", "region\\u00a0", "", "a=b", "a,b", "\\u0000"])
    func names(name: String) throws {
        let sent = try Self.read(
            """
            [{"source":"a","id":"1","score":9,"segments":{"region":"EMEA","zone":"x"}},
             {"source":"a","id":"2","score":9,"segments":{"\(name)":"WRONG"}},
             {"source":"a","id":"3","score":9,"segments":{"zone":"y","region":"APAC"}}]
            """)
        #expect(
            Self.segments(sent) == [
                ["region": "EMEA", "zone": "x"], nil, ["region": "APAC", "zone": "y"],
            ])
        #expect(Self.codes(sent)[1] != nil)
        #expect(sent.groups[0].rows.dimensions == ["region", "zone"])
    }

    @Test(
        "a value of another kind is a fault, and no text",
        arguments: [
            #""text":true"#, #""id":false"#, #""score":true"#, #""at":{}"#, #""text":["a"]"#,
            #""segments":[]"#, #""segments":{"a":{}}"#, #""unknown":1"#, #""score":9,"score":8"#,
        ])
    func kinds(member: String) throws {
        let sent = try Self.read(#"{"source":"a","id":"1","score":9,\#(member)}"#)
        #expect(Self.codes(sent).count == 1 && Self.codes(sent)[0] != nil, "\(member)")
    }

    @Test("no dimension takes the place of a field")
    func fields() throws {
        let sent = try Self.read(
            #"{"source":"a","id":"1","score":3,"segments":{"id":"x","score":"10","segments.id":"y"}}"#
        )
        #expect(Self.segments(sent) == [["id": "x", "score": "10", "segments.id": "y"]])
        guard case .row(let row) = sent.groups[0].rows.outcome(at: 0) else {
            Issue.record("it was set aside")
            return
        }
        #expect(row.responseID == "1" && row.score == 300)
    }

    @Test("more dimensions than there is room for set their responses aside, in order")
    func crowded() throws {
        let count = ResponseRequestReader.dimensionsMax / 32
        var items = (0..<count).map { item in
            let segments = (0..<32).map { #""d\#(item)-\#($0)":"v""# }.joined(separator: ",")
            return #"{"source":"a","id":"\#(item)","score":9,"segments":{\#(segments)}}"#
        }
        items.append(#"{"source":"a","id":"new","score":9,"segments":{"another":"v"}}"#)
        items.append(#"{"source":"a","id":"old","score":9,"segments":{"d0-0":"v"}}"#)
        items.append(#"{"source":"b","id":"new","score":9,"segments":{"another":"v"}}"#)
        let sent = try Self.read("[" + items.joined(separator: ",") + "]")
        let wanted = [String?](repeating: nil, count: count) + ["segments.too-many", nil, nil]
        #expect(Self.codes(sent) == wanted)
        #expect(Self.segments(sent)[count + 1] == ["d0-0": "v"])
    }

    @Test(
        "a source's name is one that a terminal can show",
        arguments: ["", "a\\u0007", "a\\u009b1m", String(repeating: "x", count: 129)])
    func sources(name: String) throws {
        let sent = try Self.read(#"{"source":"\#(name)","id":"1","score":9}"#)
        #expect(sent.homeless.map(\.row.code.rawValue) == ["source.missing"])
    }

    @Test("a line that is no JSON is set aside alone, and an array that is none altogether")
    func brokenJSON() throws {
        let good = #"{"source":"a","id":"1","score":9}"#
        let sent = try Self.read("\(good)\n{\"source\":\"a\",\n\n\(good)\n", isLines: true)
        #expect(sent.count == 3 && Self.codes(sent).filter { $0 != nil }.count == 1)
        #expect(throws: SentResponsesFault.self) { try Self.read("[\(good), {]") }
        #expect(throws: SentResponsesFault.self) { try Self.read("[]") }
        #expect(throws: SentResponsesFault.self) { try Self.read("\(good) \(good)") }
    }

    @Test("rows of several requests keep their segments and rules where they are joined")
    func joined() throws {
        func batch(_ name: String, _ value: String, excluding rule: String) throws -> RowBatch {
            var mapping = try ColumnMapping(arguments: [
                "response_id=id", "score=score", "segment.\(name)=place",
            ])
            mapping.exclusions = [.init(column: "kind", value: rule)]
            var reader = try SurveyFileReader(
                bytes: Array("id,score,place,kind\n1,9,\(value),\(rule)\n2,8,\(value),real\n".utf8),
                name: "test.csv", mapping: mapping)
            var batch = RowBatch()
            while try reader.append(to: &batch, max: 100) > 0 {}
            return batch
        }
        let first = try batch("region", "EMEA", excluding: "test")
        let second = try batch("area", "north", excluding: "bogus")
        var appended = RowBatch()
        for other in [first, second] {
            for row in other.rows { appended.append(row, from: other) }
        }
        for all in [RowBatch(joining: [first, second]), appended] {
            let rows = all.rows.indices.compactMap { index -> ImportedRow? in
                guard case .row(let row) = all.outcome(at: index) else { return nil }
                return row
            }
            #expect(rows.map(\.excludedBy) == ["kind=test", nil, "kind=bogus", nil])
            #expect(
                rows.map { $0.segments.map { "\($0.dimension)=\($0.value)" } } == [
                    ["region=EMEA"], ["region=EMEA"], ["area=north"], ["area=north"],
                ])
        }
    }
}
