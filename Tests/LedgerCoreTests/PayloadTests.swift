import LedgerCore
import Testing

@Suite("Payloads")
struct PayloadTests {
    @Test("payload → entry → payload, for every type, seed 83", arguments: EventName.allCases)
    func roundTrip(_ name: EventName) throws {
        var random = SeededGenerator(seed: 83)
        for _ in 0..<300 {
            let draft = random.draft(name)
            let bytes = try EntryBytes.make(draft, sealed: random.oneIn(2) ? random.bytes(32) : nil)
            #expect(EntryBytes.flaw(bytes) == nil, "\(EntryBytes.hex(bytes))")
            let read = try EntryBytes.withView(bytes) { try EventCatalog.payload(of: $0) }
            #expect(read.encodedPayload == draft.payload)
        }
    }

    @Test("payloads equal what was put in, seed 84")
    func equality() throws {
        var random = SeededGenerator(seed: 84)
        for _ in 0..<200 {
            for name in EventName.allCases {
                let payload = random.payload(name)
                let decoded = try EntryBytes.decode(try make(payload))
                #expect(decoded.payload == AnyHashable(payload))
            }
        }
    }

    private func make(_ payload: some EventPayload) throws -> [UInt8] {
        try EntryBytes.make(payload)
    }

    /// Field, value that is out of its range, for each limit a payload states.
    static let outOfRange: [(EventName, String, CBORValue)] = [
        (.responseRecorded, "score", .unsigned(1001)), (.responseRecorded, "score", .negative(0)),
        (.responseRecorded, "score", .null), (.responseRecorded, "subject", .negative(0)),
        (.responseRecorded, "text", .bool(false)), (.responseRecorded, "text", .unsigned(1)),
        (.responseRecorded, "updated", .unsigned(1 << 63)),
        (.responseRecorded, "updated", .negative(1 << 63)),
        (.responseRecorded, "scale", .array([])), (.responseRecorded, "scale", .unsigned(7)),
        (.responseRecorded, "scale", .array([.unsigned(0)])),
        (.responseRecorded, "scale", .array([.unsigned(0), .text("10")])),
        (.responseRecorded, "scale", .array([.unsigned(0), .unsigned(1), .unsigned(2)])),
        (.responseRecorded, "segments", .array([])),
        (.responseRecorded, "segments", .map(["a": .unsigned(1)])),
        (.responseRecorded, "originalScore", .unsigned(1)),
        (.responseAmended, "score", .unsigned(1001)), (.responseAmended, "text", .bool(false)),
        (.modelRegistered, "model", .unsigned(1 << 32)), (.modelRegistered, "digest", .bytes([])),
        (.modelRegistered, "digest", .bytes([UInt8](repeating: 0, count: 33))),
        (.modelRegistered, "encoder", .bytes([1])), (.modelRegistered, "topics", .array([])),
        (.modelRegistered, "topics", .array([.unsigned(1)])),
        (.modelRegistered, "training", .map([:])), (.modelRegistered, "request", .null),
        (.classificationDeclined, "reason", .text("mood")),
        (.classificationDeclined, "language", .text("German")),
        (.classificationDeclined, "language", .text("DE")),
        (.topicsRecorded, "topics", .array([])),
        (.topicsRecorded, "topics", .array([.unsigned(64), .unsigned(1)])),
        (.topicsRecorded, "topics", .array([.unsigned(1), .unsigned(10_001)])),
        (.topicsRecorded, "topics", .array([.unsigned(1)])),
        (.topicsRecorded, "topics", .array([2, 5, 1, 5].map { .unsigned($0) })),
        (.retrainingRequested, "trigger", .text("whim")),
        (.retrainingCompleted, "outcome", .text("lost")),
        (.policyEdited, "policy", .text("everything")), (.policyEdited, "value", .text("all")),
        (.policyEdited, "value", .bool(true)),
        (.modelActivated, "previous", .null), (.modelActivated, "rollsBack", .negative(0)),
        (.modelShadowed, "model", .unsigned(1 << 32)), (.modelShadowed, "ends", .bool(false)),
        (.modelShadowed, "ends", .unsigned(1)), (.modelShadowed, "share", .unsigned(0)),
        (.modelShadowed, "share", .unsigned(10_000)),
        (.modelActivated, "gate", .null), (.modelActivated, "gate", .map([:])),
        (.classificationRecorded, "class", .array([10_000, 1, 0].map { .unsigned($0) })),
        (.classificationRecorded, "class", .array([10_001, 0, 0].map { .unsigned($0) })),
        (.classificationRecorded, "class", .array([5000, 5000].map { .unsigned($0) })),
        (.classificationRecorded, "class", .array([5000, 5000, 0, 0].map { .unsigned($0) })),
        (
            .classificationRecorded, "sentiment",
            .array([.unsigned(10_000), .unsigned(1), .negative(0)])
        ),
        (.classificationRecorded, "sentiment", .array([0, 0, 9999].map { .unsigned($0) })),
        (.classificationRecorded, "intent", .array([0, 0, 0, 0].map { .unsigned($0) })),
        (.classificationRecorded, "intent", .array([0, 0, 0, 0, 10_001].map { .unsigned($0) })),
        (.classificationRecorded, "features", .unsigned(1 << 32)),
        (.thresholdsEdited, "passiveFrom", .unsigned(0)),
        (.thresholdsEdited, "promoterFrom", .unsigned(1001)),
        (.thresholdsEdited, "promoterFrom", .unsigned(1)),
        (.thresholdsEdited, "confidenceMin", .unsigned(10_001)),
        (.thresholdsEdited, "id", .unsigned(1 << 32)),
        (.reviewDecided, "class", .unsigned(3)), (.reviewDecided, "class", .text("promoter")),
        (.reviewDecided, "sentiment", .unsigned(3)), (.reviewDecided, "text", .null),
        (.reviewDecided, "intents", .array([.unsigned(5)])),
        (.reviewDecided, "intents", .array([.unsigned(1), .unsigned(1)])),
        (.reviewDecided, "intents", .array([.unsigned(1), .text("0")])),
        (.reviewDecided, "settles", .bool(false)), (.reviewDecided, "request", .negative(0)),
        (.reviewRequested, "reason", .text("asked")), (.reviewRequested, "reason", .unsigned(1)),
        (.reviewRequested, "confidence", .unsigned(10_001)),
        (.reviewRequested, "second", .bool(false)), (.reviewRequested, "sample", .null),
        (.reviewRequested, "sample", .map([:])),
        (
            .reviewRequested, "sample",
            .map([
                "round": .unsigned(1), "seed": .unsigned(0), "size": .unsigned(2),
                "population": .unsigned(1),
            ])
        ),
        (.projectionCommitted, "digest", .bytes([])),
        (.projectionCommitted, "digest", .bytes([UInt8](repeating: 0, count: 31))),
        (.projectionCommitted, "upTo", .negative(0)),
        (.projectionCommitted, "version", .unsigned(1 << 32)),
        (.projectionCommitted, "projection", .bytes([])),
        (.rowRejected, "row", .text("1")), (.rowRejected, "column", .null),
        (.ledgerOpened, "origin", .bytes([])), (.mappingEdited, "mapping", .map([:])),
        (.responseExcluded, "response", .text("4")),
    ]

    @Test("values out of range are refused", arguments: outOfRange)
    func ranges(name: EventName, field: String, value: CBORValue) throws {
        let golden = try #require(GoldenEntry.all.first { $0.name == name })
        var fields = try #require(try CBORCursor.decode(golden.draft.payload).mapValue)
        #expect(EntryBytes.flaw(EntryBytes.make(name, fields: fields)) == nil)
        fields[field] = value
        #expect(EntryBytes.flaw(EntryBytes.make(name, fields: fields)) != nil)
    }

    @Test("fields a version does not know are refused", arguments: EventName.allCases)
    func unknownFields(_ name: EventName) throws {
        let golden = try #require(GoldenEntry.all.first { $0.name == name })
        var fields = try #require(try CBORCursor.decode(golden.draft.payload).mapValue)
        fields["note"] = .text("x")
        #expect(
            EntryBytes.flaw(EntryBytes.make(name, fields: fields))
                == .malformed(CBORError(.invalidField, offset: 0, field: "payload")))
    }

    @Test(
        "damaged fields never crash, and pass only where they are a payload, seed 85",
        arguments: EventName.allCases)
    func damage(_ name: EventName) throws {
        var random = SeededGenerator(seed: 85)
        var accepted = 0
        for _ in 0..<1500 {
            let payload = random.payload(name)
            let fields = try #require(try CBORCursor.decode(payload.encodedPayload).mapValue)
            let bytes = EntryBytes.make(name, fields: random.damaged(fields))
            guard EntryBytes.flaw(bytes) == nil else { continue }
            accepted += 1
            let read = try EntryBytes.withView(bytes) { view in
                (try EventCatalog.payload(of: view).encodedPayload, [UInt8](view.payload))
            }
            #expect(read.0 == read.1)
        }
        #expect(accepted > 0)
    }

    @Test("the digest of a response leaves out its subject and its import alone, seed 86")
    func identity() throws {
        var random = SeededGenerator(seed: 86)
        for _ in 0..<200 {
            let response = random.responseRecorded()
            var other = response
            other.subject &+= 1
            other.importNumber = other.importNumber == 0 ? 5 : 0
            #expect(other.identityBytes == response.identityBytes)
            #expect(other.encodedPayload != response.encodedPayload)
            var fields = try #require(try CBORCursor.decode(response.encodedPayload).mapValue)
            fields["subject"] = nil
            fields["import"] = nil
            #expect(CBORValue.map(fields).encoded == response.identityBytes)
            other.hasText.toggle()
            #expect(other.identityBytes != response.identityBytes)
        }
    }

    @Test("positions beyond 2⁶³ survive in optional fields")
    func largePositions() throws {
        let payload = ModelActivated(model: .max, previous: .max, rollsBack: .max, subject: .max)
        #expect(try EntryBytes.decode(EntryBytes.make(payload)).payload == AnyHashable(payload))
    }
}
