import LedgerCore
import Testing

@Suite("Entries")
struct EntryTests {
    private func draft(mappingBytes count: Int) -> EventDraft {
        EventDraft(
            MappingEdited(source: "s", mapping: String(repeating: "x", count: count)),
            occurredAt: EntryBytes.occurredAt, actor: .system)
    }

    @Test("an entry of 65,525 bytes fits, one more does not; ten are left for the clock's time")
    func size() throws {
        let spare = try EntryBytes.make(draft(mappingBytes: 60_000)).count - 60_000
        let most = Entry.draftBytesMax - spare
        let largest = try EntryBytes.make(draft(mappingBytes: most))
        #expect(largest.count == 65_525)
        #expect(EntryBytes.flaw(largest) == nil)
        #expect(throws: EntryError.tooLarge(bytes: 65_526)) {
            try Entry.encode(draft(mappingBytes: most + 1), sealedCommitment: nil)
        }
        // The commitment takes 34 bytes where null takes one.
        #expect(throws: EntryError.tooLarge(bytes: 65_526)) {
            try Entry.encode(
                draft(mappingBytes: most - 32), sealedCommitment: [UInt8](repeating: 0, count: 32))
        }
        func read(_ count: Int) -> EntryError? {
            EntryBytes.flaw(
                EntryBytes.make(
                    .mappingEdited,
                    fields: [
                        "source": .text("s"),
                        "mapping": .text(String(repeating: "x", count: count)),
                    ]))
        }
        // What was written before there was such a time may be longer, and is still read.
        #expect(read(most + Entry.carriedBytes) == nil)
        #expect(read(most + Entry.carriedBytes + 1) == .tooLarge(bytes: 65_536))
        let carried = try EntryBytes.make(
            draft(mappingBytes: most), clock: EntryBytes.recordedAt - 2_000_000)
        #expect(carried.count == 65_535 && EntryBytes.flaw(carried) == nil)
    }

    @Test("times within 1970–9999 in microseconds are accepted, others refused")
    func times() throws {
        #expect(Entry.timeMin == 4_294_967_296 && Entry.timeMax == 253_402_300_799_999_999)
        let payload = ReviewDecided(response: 1, decision: .passive, subject: 1)
        for time in [Entry.timeMin, EntryBytes.occurredAt, Entry.timeMax] {
            let draft = EventDraft(payload, occurredAt: time, actor: .system)
            let bytes = try EntryBytes.make(draft, recordedAt: time)
            #expect(EntryBytes.flaw(bytes) == nil)
            let entry = try EntryBytes.decode(bytes)
            #expect(entry.occurredAt == time && entry.recordedAt == time)
        }
        // The fourth of these is a time in seconds.
        let wrong: [Microseconds] = [
            .min, -1, 0, 1_767_000_000, Entry.timeMin - 1, Entry.timeMax + 1, .max,
        ]
        for time in wrong {
            let draft = EventDraft(payload, occurredAt: time, actor: .system)
            #expect(throws: EntryError.timeOutOfRange(time)) {
                try Entry.encode(draft, sealedCommitment: nil)
            }
        }
        for index in [3, 4] {
            for time in wrong {
                var items = try #require(
                    try CBORCursor.decode(EntryBytes.make(payload)).arrayValue)
                items[index] = .integer(time)
                #expect(
                    EntryBytes.flaw(CBORValue.array(items).encoded) == .timeOutOfRange(time))
            }
        }
    }

    @Test("stamping changes the eight bytes of recorded-at and nothing else, seed 82")
    func stamping() throws {
        var random = SeededGenerator(seed: 82)
        for _ in 0..<300 {
            let name = try #require(EventName.allCases.randomElement(using: &random))
            let draft = random.draft(name)
            let sealed = random.oneIn(2) ? random.bytes(32) : nil
            let (bytes, offset) = try Entry.encode(draft, sealedCommitment: sealed)
            #expect(bytes[offset - 1] == 0x1B)
            let time = random.time()
            var stamped = bytes
            stamped.withUnsafeMutableBytes { Entry.stamp($0, at: offset, recordedAt: time) }
            #expect(stamped[..<offset] == bytes[..<offset])
            #expect(stamped[(offset + 8)...] == bytes[(offset + 8)...])
            #expect(EntryBytes.flaw(stamped) == nil)
            let entry = try EntryBytes.decode(stamped)
            #expect(entry.recordedAt == time && entry.occurredAt == draft.occurredAt)
            #expect(entry.actor == draft.actor.name && entry.cause == draft.cause)
            #expect(entry.sealed == sealed && entry.name == name)
        }
    }

    @Test("entries one after another in one writer are the entries made alone, seed 77")
    func appending() throws {
        var random = SeededGenerator(seed: 77)
        var writer = CBORWriter()
        var expected: [UInt8] = []
        for _ in 0..<200 {
            let name = try #require(EventName.allCases.randomElement(using: &random))
            let draft = random.draft(name)
            let sealed = random.oneIn(2) ? random.bytes(32) : nil
            let alone = try Entry.encode(draft, sealedCommitment: sealed)
            let offset = try Entry.append(draft, sealedCommitment: sealed, to: &writer)
            #expect(offset == alone.recordedAtOffset)
            expected += alone.bytes
            #expect(writer.bytes == expected)
            // What is refused leaves nothing behind.
            #expect(throws: EntryError.self) {
                try Entry.append(
                    self.draft(mappingBytes: 66_000), sealedCommitment: nil, to: &writer)
            }
            var early = draft
            early.occurredAt = 0
            #expect(throws: EntryError.timeOutOfRange(0)) {
                try Entry.append(early, sealedCommitment: sealed, to: &writer)
            }
            #expect(writer.bytes == expected)
        }
    }

    @Test("actors: 1 to 128 bytes without control characters")
    func actors() {
        for name in ["a", "system", "ada@example.org", "Zoë", String(repeating: "é", count: 64)] {
            #expect(Actor(name)?.name == name)
            #expect(Actor(name)?.description == name)
        }
        #expect(Actor("system") == .system)
        #expect(Actor("") == nil)
        #expect(Actor(String(repeating: "x", count: 128)) != nil)
        #expect(Actor(String(repeating: "x", count: 129)) == nil)
        #expect(Actor(String(repeating: "é", count: 64) + "x") == nil)
        for value in (0..<0x20).map(UInt32.init) + (0x7F...0x9F) {
            let control = Unicode.Scalar(value).map(Character.init) ?? "?"
            #expect(Actor("a\(control)b") == nil, "U+\(String(value, radix: 16))")
        }
        #expect(Actor("a\u{A0}b") != nil)
    }

    @Test("errors name the culprit and the remedy")
    func descriptions() {
        let errors: [(EntryError, String)] = [
            (.tooLarge(bytes: 70_000), "70000"), (.timeOutOfRange(-5), "-5"),
            (.malformed(CBORError(.truncated, offset: 9)), "byte 9"), (.newerFormat(2), "format 2"),
            (.unknownEvent("a.b"), "a.b"), (.unknownVersion(.reviewDecided, 7), "version 7"),
        ]
        for (error, part) in errors { #expect(error.description.contains(part)) }
    }
}
