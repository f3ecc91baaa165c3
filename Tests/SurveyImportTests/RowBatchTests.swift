import SurveyImport
import Testing

/// Rows that stay bytes say what rows with strings of their own say.
@Suite struct RowBatchTests {
    private static let text = #"""
        id,who,score,text,at,plan,kind
        1,anna@customer.example,9,"she said ""yes""",2026-01-01,Pro,a
        2,,11,too much,2026-01-01,Pro,a
        3, bert ,,"two
        lines, naïve",2026-01-02,,b
        4,cleo,70,,never,Basic,a
        5,dora,7,,2026-01-03,Basic,a
        """#

    private static func reader(_ bytes: [UInt8]) throws -> SurveyFileReader {
        let mapping = try ColumnMapping(arguments: [
            "response_id=id", "respondent_id=who", "score=score", "text=text", "at=at",
            "segment.plan=plan", "segment.kind=kind",
        ])
        var excluding = mapping
        excluding.exclusions = [.init(column: "kind", value: "b")]
        return try SurveyFileReader(bytes: bytes, name: "test.csv", mapping: excluding)
    }

    private static func outcomes(_ bytes: [UInt8]) throws -> [RowOutcome] {
        var reader = try reader(bytes)
        var outcomes: [RowOutcome] = []
        while let outcome = try reader.next() { outcomes.append(outcome) }
        return outcomes
    }

    @Test(arguments: [1, 2, 3, 100])
    func saysTheSame(max: Int) throws {
        let bytes = Array(Self.text.utf8)
        var reader = try Self.reader(bytes)
        var batch = RowBatch()
        while try reader.append(to: &batch, max: max) > 0 {}
        let outcomes = try Self.outcomes(bytes)
        #expect(outcomes.count == 5)
        #expect(batch.rows.indices.map { batch.outcome(at: $0) } == outcomes)
        #expect(batch.rows.map(\.exclusion) == [nil, nil, 0, nil, nil])
    }

    @Test func aRowIsTheSameInAnotherBatch() throws {
        var reader = try Self.reader(Array(Self.text.utf8))
        var batch = RowBatch()
        _ = try reader.append(to: &batch, max: 100)
        var other = RowBatch()
        for row in batch.rows.reversed() { other.append(row, from: batch) }
        #expect(
            other.rows.indices.map { other.outcome(at: $0) }
                == batch.rows.indices.reversed().map { batch.outcome(at: $0) })
        other.removeAll()
        #expect(other.rows.isEmpty && other.bytes.isEmpty)
    }

    @Test func longRowsFillABatch() throws {
        let row = "7,x,9," + String(repeating: "long ", count: 12_000) + ",2026-01-01,Pro,a\n"
        let header = "id,who,score,text,at,plan,kind\n"
        let count = 2 * RowBatch.bytesMax / row.utf8.count
        var reader = try Self.reader(
            Array((header + String(repeating: row, count: count)).utf8))
        var rows = 0
        var batches = 0
        while true {
            var batch = RowBatch()
            guard try reader.append(to: &batch, max: .max) > 0 else { break }
            #expect(batch.bytes.count < RowBatch.bytesMax + row.utf8.count)
            rows += batch.rows.count
            batches += 1
        }
        #expect(rows == count)
        #expect(batches >= 2)
    }
}
