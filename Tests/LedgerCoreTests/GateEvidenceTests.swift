import LedgerCore
import Testing

@Suite("Evidence of a gate")
struct GateEvidenceTests {
    private func condition(
        _ metric: GateMetric, _ rule: GateCondition.Rule, _ limit: Int64
    ) throws -> GateCondition {
        try #require(
            GateCondition(
                metric, rule, limit, basis: metric.isChange ? .blended : nil,
                by: metric == .segmentChange ? ["region"] : [],
                responsesAtLeast: metric == .segmentChange ? 10 : nil))
    }

    @Test("a limit counts as kept: no less, no more, no worse")
    func limits() throws {
        let floor = try condition(.accuracy, .atLeast, 7_000)
        #expect([6_999, 7_000, 10_000].map { floor.isMet(by: $0) } == [false, true, true])
        let ceiling = try condition(.ece, .atMost, 500)
        #expect([0, 500, 501].map { ceiling.isMet(by: $0) } == [true, true, false])
        let change = try condition(.npsChange, .atMost, 300)
        #expect(
            [-301, -300, 0, 300, 301].map { change.isMet(by: $0) }
                == [false, true, true, true, false])
        // Better is not worse, however much.
        let drop = try condition(.macroF1, .worseByAtMost, 0)
        #expect([-10_000, 0, 1].map { drop.isMet(by: $0) } == [true, true, false])
    }

    @Test("parts that do not go together make no condition and no finding")
    func shapes() throws {
        #expect(GateCondition(.ece, .atLeast, 1) == nil)
        #expect(GateCondition(.accuracy, .atLeast, 10_001) == nil)
        #expect(GateCondition(.accuracy, .atLeast, -1) == nil)
        #expect(GateCondition(.accuracy, .atLeast, 1, basis: .blended) == nil)
        #expect(GateCondition(.npsChange, .atMost, 1) == nil)
        #expect(GateCondition(.npsChange, .atMost, 1, basis: .stated) == nil)
        #expect(GateCondition(.npsChange, .atMost, 1, basis: .blended, by: ["a"]) == nil)
        #expect(
            GateCondition(.segmentChange, .atMost, 1, basis: .blended, responsesAtLeast: 1) == nil)
        #expect(GateCondition(.segmentChange, .atMost, 1, basis: .blended, by: ["a"]) == nil)
        #expect(
            GateCondition(
                .segmentChange, .atMost, 1, basis: .blended, by: ["a", "b", "c", "d", "e"],
                responsesAtLeast: 1) == nil)
        let drop = try condition(.ece, .worseByAtMost, 1)
        #expect(GateFinding(drop, observed: 0, responses: 1) == nil)
        #expect(GateFinding(drop, observed: -10_001, active: 1, responses: 1) == nil)
        let segments = try condition(.segmentChange, .atMost, 1)
        #expect(GateFinding(segments, observed: 0, responses: 1) == nil)
        let finding = try #require(
            GateFinding(segments, observed: 0, segment: [:], responses: 1))
        let digest = [UInt8](repeating: 1, count: 32)
        #expect(GateEvidence(digest: digest, asOf: 1, findings: []) == nil)
        #expect(GateEvidence(digest: [], asOf: 1, findings: [finding]) == nil)
        let many = [GateFinding](repeating: finding, count: GateEvidence.conditionsMax + 1)
        #expect(GateEvidence(digest: digest, asOf: 1, findings: many) == nil)
    }

    @Test("a field changed, dropped or added in a finding is refused, seed 103")
    func strictness() throws {
        var random = SeededGenerator(seed: 103)
        for _ in 0..<400 {
            let drawn = random.gate()
            let gate = try #require(drawn)
            let payload = ModelActivated(
                model: 2, previous: 1, rollsBack: nil, subject: 3, gate: gate)
            let bytes = try EntryBytes.make(payload)
            #expect(try EntryBytes.decode(bytes).payload == AnyHashable(payload))
            var fields = try #require(gate.encoded.mapValue)
            var items = try #require(fields["conditions"]?.arrayValue)
            var finding = try #require(items[0].mapValue)
            let keys = finding.keys.sorted()
            let key = keys[Int.random(in: keys.indices, using: &random)]
            switch Int.random(in: 0..<3, using: &random) {
            case 0: finding[key] = nil
            case 1: finding[key] = .bool(true)
            default: finding["atMostApples"] = .unsigned(1)
            }
            items[0] = .map(finding)
            fields["conditions"] = .array(items)
            var damaged = try #require(try CBORCursor.decode(payload.encodedPayload).mapValue)
            damaged["gate"] = .map(fields)
            #expect(
                EntryBytes.flaw(EntryBytes.make(.modelActivated, fields: damaged)) != nil,
                "\(finding)")
        }
    }

    @Test("the largest evidence there can be fits an entry")
    func size() throws {
        let dimensions = (0..<GateCondition.dimensionsMax).map {
            "\($0)" + String(repeating: "d", count: 63)
        }
        let value = String(repeating: "v", count: 256)
        let condition = try #require(
            GateCondition(
                .segmentChange, .atMost, 20_000, basis: .inferred, by: dimensions,
                responsesAtLeast: .max))
        let finding = try #require(
            GateFinding(
                condition, observed: -20_000,
                segment: Dictionary(uniqueKeysWithValues: dimensions.map { ($0, value) }),
                responses: .max))
        let gate = GateEvidence(
            digest: [UInt8](repeating: 1, count: 32), asOf: .max,
            findings: [GateFinding](repeating: finding, count: GateEvidence.conditionsMax))
        #expect(gate != nil)
        let payload = ModelActivated(
            model: .max, previous: .max, rollsBack: .max, subject: .max, gate: gate)
        #expect(EntryBytes.flaw(try EntryBytes.make(payload)) == nil)
    }

    @Test("version 1 reads as one without a gate, and is refused with more than it had")
    func upcasting() throws {
        let fields: [String: CBORValue] = [
            "model": .unsigned(2), "previous": .unsigned(1), "subject": .unsigned(3),
        ]
        let entry = EntryBytes.make(.modelActivated, version: 1, fields: fields)
        #expect(EntryBytes.flaw(entry) == nil)
        let read = try EntryBytes.withView(entry) { try ModelActivated($0) }
        #expect(read == ModelActivated(model: 2, previous: 1, rollsBack: nil, subject: 3))
        var random = SeededGenerator(seed: 105)
        let drawn = random.gate()
        let gate = try #require(drawn)
        for (name, value) in [("gate", gate.encoded), ("note", .text("x"))] {
            var more = fields
            more[name] = value
            #expect(
                EntryBytes.flaw(EntryBytes.make(.modelActivated, version: 1, fields: more)) != nil)
        }
    }
}
