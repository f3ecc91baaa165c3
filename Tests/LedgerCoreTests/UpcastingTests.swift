import LedgerCore
import Testing

/// An event type at its third version, whose first two are still in the log.
private struct Renamed: EventPayload {
    // The mechanism asks only that the name be that of the event.
    static let name = EventName.ledgerOpened
    static let version: UInt32 = 3

    var origin: String
    var scoreMax: Int64
    var notes: [String: String]

    var encodedPayload: [UInt8] {
        CBORValue.map([
            "origin": .text(origin), "scoreMax": .integer(scoreMax),
            "notes": .map(notes.mapValues { .text($0) }),
        ]).encoded
    }

    init(origin: String, scoreMax: Int64, notes: [String: String]) {
        self.origin = origin
        self.scoreMax = scoreMax
        self.notes = notes
    }

    init(fields: EventFields) throws(CBORError) {
        origin = try fields.text("origin")
        scoreMax = try fields.number("scoreMax")
        notes = try fields.texts("notes")
    }

    static func upcast(_ fields: EventFields, from version: UInt32) -> EventFields? {
        var next = fields
        switch version {
        case 1:
            // Version 1 called it `name`.
            next["origin"] = fields["name"]
            next["name"] = nil
        case 2:
            // Version 2 kept whole points, version 3 keeps hundredths.
            next["scoreMax"] = fields["pointsMax"]?.integerValue.map { .integer($0 * 100) }
            next["pointsMax"] = nil
        default: return nil
        }
        return next
    }
}

@Suite("Older event versions")
struct UpcastingTests {
    private func read(version: UInt64, _ fields: [String: CBORValue]) throws -> Renamed {
        try EntryBytes.withView(
            EntryBytes.make(.ledgerOpened, version: version, fields: fields)
        ) { try Renamed($0) }
    }

    @Test("each version is read as the newest one")
    func versions() throws {
        let expected = Renamed(origin: "o", scoreMax: 1000, notes: ["a": "b"])
        let notes = CBORValue.map(["a": .text("b")])
        #expect(
            try read(version: 1, ["name": .text("o"), "pointsMax": .unsigned(10), "notes": notes])
                == expected)
        #expect(
            try read(
                version: 2, ["origin": .text("o"), "pointsMax": .unsigned(10), "notes": notes])
                == expected)
        #expect(
            try read(
                version: 3, ["origin": .text("o"), "scoreMax": .unsigned(1000), "notes": notes])
                == expected)
        let draft = EventDraft(expected, occurredAt: EntryBytes.occurredAt, actor: .system)
        #expect(draft.version == 3)
        let written = try EntryBytes.make(draft)
        #expect(try EntryBytes.withView(written) { try Renamed($0) } == expected)
    }

    @Test("versions without an upcaster, and those of the future, are named")
    func unknownVersions() {
        for version: UInt64 in [0, 4, 5, UInt64(UInt32.max)] {
            #expect(throws: EntryError.unknownVersion(.ledgerOpened, version)) {
                try read(version: version, ["origin": .text("o"), "scoreMax": .unsigned(1)])
            }
        }
    }

    @Test("an older version that lacks a field is damaged, not completed")
    func damage() {
        let missing = EntryError.malformed(CBORError(.invalidField, offset: 0, field: "origin"))
        #expect(throws: missing) { try read(version: 1, ["pointsMax": .unsigned(10)]) }
        let wrong = EntryError.malformed(CBORError(.invalidField, offset: 0, field: "scoreMax"))
        #expect(throws: wrong) {
            try read(version: 2, ["origin": .text("o"), "pointsMax": .text("10")])
        }
    }

    @Test("a type with one version has nothing to upcast")
    func defaultUpcaster() {
        #expect(LedgerOpened.upcast(EventFields(), from: 1) == nil)
        #expect(ResponseRecorded.upcast(EventFields(), from: 0) == nil)
    }
}
