import LedgerCore
import Testing

@Suite("Envelopes")
struct EventViewTests {
    private func items() throws -> [CBORValue] {
        let payload = ResponseExcluded(response: 4, reason: "test")
        return try #require(try CBORCursor.decode(EntryBytes.make(payload)).arrayValue)
    }

    private func flaw(replacing index: Int, with value: CBORValue) throws -> EntryError? {
        var items = try items()
        items[index] = value
        return EntryBytes.flaw(CBORValue.array(items).encoded)
    }

    private func isMalformed(_ error: EntryError?, _ reason: CBORError.Reason) -> Bool {
        if case .malformed(let cause) = error { cause.reason == reason } else { false }
    }

    @Test("an envelope's parts come out in place")
    func parts() throws {
        let golden = try #require(GoldenEntry.all.first { $0.sealed != nil })
        let bytes = try EntryBytes.make(golden.draft, sealed: golden.sealed)
        try EntryBytes.withView(bytes) { view in
            #expect(view.position == 7)
            #expect(view.actorName == golden.actor)
            #expect(view.payload.elementsEqual(golden.draft.payload))
            #expect(view.sealedCommitment?.elementsEqual(golden.sealed ?? []) == true)
        }
    }

    @Test("another number of items is no envelope")
    func count() throws {
        let items = try items()
        for count in 0..<9 {
            let error = EntryBytes.flaw(CBORValue.array(Array(items[..<count])).encoded)
            #expect(isMalformed(error, .unexpectedType))
        }
        #expect(
            isMalformed(
                EntryBytes.flaw(CBORValue.array(items + [.null]).encoded), .unexpectedType))
        #expect(isMalformed(EntryBytes.flaw([]), .truncated))
        #expect(isMalformed(EntryBytes.flaw([0xA0]), .unexpectedType))
    }

    @Test("formats, names and versions of the future are told apart from damage")
    func future() throws {
        #expect(try flaw(replacing: 0, with: .unsigned(3)) == .newerFormat(3))
        #expect(try flaw(replacing: 0, with: .unsigned(0)) == .newerFormat(0))
        #expect(
            try flaw(replacing: 1, with: .text("response.dreamt"))
                == .unknownEvent("response.dreamt"))
        #expect(
            try flaw(replacing: 1, with: .text("Response.excluded"))
                == .unknownEvent("Response.excluded"))
        for version: UInt64 in [0, 2, 1 << 32, .max] {
            #expect(
                try flaw(replacing: 2, with: .unsigned(version))
                    == .unknownVersion(.responseExcluded, version))
        }
    }

    @Test("a clock's time stands in format 2 alone, as a pair, more than a second behind")
    func clocks() throws {
        let draft = EventDraft(
            ResponseExcluded(response: 4, reason: "test"), occurredAt: EntryBytes.occurredAt,
            actor: .system)
        let time = EntryBytes.recordedAt
        let plain = try EntryBytes.decode(try EntryBytes.make(draft))
        #expect(plain.clock == nil && plain.recordedAt == time)
        for clock in [Entry.timeMin, EntryBytes.occurredAt, time - Entry.clockSlack - 1] {
            let bytes = try EntryBytes.make(draft, clock: clock)
            #expect(EntryBytes.flaw(bytes) == nil)
            var entry = try EntryBytes.decode(bytes)
            #expect(entry.clock == clock)
            entry.clock = nil
            #expect(entry == plain)
            try bytes.withUnsafeBytes { raw in
                let skimmed = try EventView(unsafeSkimming: raw, position: 7)
                #expect(skimmed.recordedAt == time && skimmed.clock == clock)
            }
        }
        for clock in [time - Entry.clockSlack, time, time + 2_000_000] {
            let error = EntryBytes.flaw(try EntryBytes.make(draft, clock: clock))
            #expect(isMalformed(error, .invalidField))
        }
        let items = try #require(
            try CBORCursor.decode(EntryBytes.make(draft, clock: time - 9_000_000)).arrayValue)
        #expect(items.count == 9 && items[0] == .unsigned(2))
        let wrong: [(UInt64, CBORValue)] = [
            (1, items[3]), (2, .integer(time)), (2, .array([])), (2, .null),
            (2, .array([.integer(time)])),
            (2, .array([.integer(time), .integer(time - 9_000_000), .null])),
            (2, .array([.integer(time), .text("x")])),
        ]
        for (format, recorded) in wrong {
            var damaged = items
            (damaged[0], damaged[3]) = (.unsigned(format), recorded)
            let error = EntryBytes.flaw(CBORValue.array(damaged).encoded)
            #expect(isMalformed(error, .unexpectedType), "format \(format), \(recorded)")
        }
        var early = items
        early[3] = .array([.integer(time), .integer(Entry.timeMin - 1)])
        #expect(
            EntryBytes.flaw(CBORValue.array(early).encoded)
                == .timeOutOfRange(Entry.timeMin - 1))
    }

    @Test("items of another kind are refused")
    func kinds() throws {
        let wrong: [(index: Int, CBORValue)] = [
            (0, .text("1")), (0, .negative(0)), (1, .bytes([])), (1, .null), (2, .null),
            (2, .negative(0)), (3, .text("")), (3, .null), (4, .null), (4, .unsigned(1 << 63)),
            (5, .null), (5, .bytes([65])), (6, .negative(0)), (6, .text("4")), (6, .bool(false)),
            (8, .text(String(repeating: "x", count: 32))), (8, .unsigned(0)), (8, .array([])),
        ]
        for (index, value) in wrong {
            let error = try flaw(replacing: index, with: value)
            #expect(isMalformed(error, .unexpectedType), "item \(index) as \(value)")
        }
        let payloads: [CBORValue] = [
            .null, .array([]), .text("x"), .unsigned(0), .map([:]), .bytes([0xA0]),
        ]
        for payload in payloads {
            let error = try flaw(replacing: 7, with: payload)
            #expect(isMalformed(error, .invalidField), "payload \(payload)")
        }
    }

    @Test("actors and commitments out of their limits are refused")
    func limits() throws {
        for actor in ["", "a\nb", "a\u{9B}b", String(repeating: "x", count: 129)] {
            let error = try flaw(replacing: 5, with: .text(actor))
            #expect(
                error == .malformed(CBORError(.invalidField, offset: 0, field: "actor")))
        }
        for count in [0, 31, 33] {
            let error = try flaw(
                replacing: 8, with: .bytes([UInt8](repeating: 0, count: count)))
            #expect(
                error == .malformed(CBORError(.invalidField, offset: 0, field: "sealed")))
        }
        #expect(
            try flaw(replacing: 8, with: .bytes([UInt8](repeating: 0, count: 32))) == nil)
        #expect(try flaw(replacing: 6, with: .unsigned(.max)) == nil)
    }

    @Test("every wire name is found by its bytes, and nothing else is")
    func names() {
        for name in EventName.allCases {
            let bytes = Array(name.rawValue.utf8)
            #expect(bytes.withUnsafeBytes(EventName.matching(_:)) == name)
            for index in bytes.indices {
                var other = bytes
                other[index] ^= 0x20
                #expect(other.withUnsafeBytes(EventName.matching(_:)) == nil)
                other = bytes
                other.remove(at: index)
                #expect(other.withUnsafeBytes(EventName.matching(_:)) == nil)
            }
            #expect((bytes + [0]).withUnsafeBytes(EventName.matching(_:)) == nil)
        }
        #expect([UInt8]().withUnsafeBytes(EventName.matching(_:)) == nil)
        #expect([UInt8]([0xFF, 0xC3]).withUnsafeBytes(EventName.matching(_:)) == nil)
        #expect(Set(EventName.allCases.map(\.rawValue)).count == EventName.allCases.count)
    }

    @Test("the catalog gives each name its own payload type")
    func catalog() {
        for name in EventName.allCases {
            #expect(EventCatalog.payloadType(of: name).name == name)
            #expect(EventCatalog.payloadType(of: name).version >= 1)
        }
    }
}
