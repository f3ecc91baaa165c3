import Testing

@testable import LedgerCore

/// The check in place and the complete one say the same of an entry.
@Suite("Checked events")
struct CheckedEventTests {
    private struct Outcome: Hashable {
        let subject: UInt64?
        let response: CheckedEvent.Response?

        init(_ checked: CheckedEvent) {
            subject = checked.subject
            response = checked.response
        }
    }

    /// What the check in place says of entry bytes; nil where it leaves them to the complete one.
    private func plain(_ bytes: [UInt8]) -> Outcome? {
        bytes.withUnsafeBytes { CheckedEvent(plain: $0, position: 7).map { Outcome($0) } }
    }

    private func complete(_ bytes: [UInt8]) throws -> Outcome {
        try bytes.withUnsafeBytes { Outcome(try CheckedEvent(complete: $0, position: 7)) }
    }

    /// Each way of leaving out what is optional.
    private var responses: [ResponseRecorded] {
        (0..<64).map { mask in
            func has(_ bit: Int) -> Bool { mask >> bit & 1 == 1 }
            return ResponseRecorded(
                source: "web", id: "r-\(mask)", subject: UInt64(mask) << 30,
                score: has(0) ? 1000 : nil, hasText: has(1), updatedAt: has(2) ? -5 : nil,
                originalScore: has(3) ? "5" : nil, scale: has(4) ? [-100, 500] : nil,
                segments: mask % 3 == 0 ? [:] : ["channel": "app", "country": "CH"],
                excluded: has(5) ? "mapping.exclude.1" : nil)
        }
    }

    @Test("responses of every shape are checked in place, with what the complete check finds")
    func everyResponse() throws {
        for response in responses {
            for commitment in [nil, [UInt8](repeating: 0xF6, count: 32)] {
                let draft = EventDraft(
                    response, occurredAt: EntryBytes.occurredAt, actor: .system, cause: 3)
                let bytes = try EntryBytes.make(draft, sealed: commitment)
                var unruled = response
                unruled.excluded = nil
                let found = try #require(plain(bytes), "\(response)")
                #expect(found == (try complete(bytes)))
                #expect(found.subject == response.subject)
                #expect(found.response?.identity == unruled.identityBytes)
                #expect(found.response?.id == response.id)
                #expect(found.response?.source == response.source)
            }
        }
    }

    @Test("a changed byte anywhere is accepted in place only where the complete check accepts it")
    func everyByte() throws {
        var random = SeededGenerator(seed: 93)
        let classification = try EntryBytes.make(random.payload(.classificationRecorded))
        #expect(plain(classification) != nil)
        var (accepted, refused) = (0, 0)
        let entries = [classification] + (try responses.prefix(12).map { try EntryBytes.make($0) })
        for entry in entries {
            for index in entry.indices {
                for value in [0x00, 0x17, 0x18, 0x20, 0x60, 0x7F, 0xA6, 0xF5, 0xFF] as [UInt8] {
                    var bytes = entry
                    bytes[index] = value
                    guard let found = plain(bytes) else {
                        refused += 1
                        continue
                    }
                    accepted += 1
                    #expect(found == (try complete(bytes)), "byte \(index) as \(value)")
                }
            }
        }
        #expect(accepted > 1000 && refused > 1000)
    }

    @Test("another order, another length of a head or another pair is left to the complete check")
    func otherEncodings() throws {
        let response = responses[63]
        let fields = try #require(try CBORCursor.decode(response.encodedPayload).mapValue)
        let sound = EntryBytes.make(.responseRecorded, fields: fields)
        #expect(plain(sound) != nil)
        for (key, value) in [
            ("zz", .null), ("text", .bool(false)), ("score", .unsigned(1001)),
            ("subject", .integer(-1)), ("scale", .array([.unsigned(1)])),
            ("segments", .map(["a": .null])), ("id", .text("é")), ("id", .bytes([1])),
        ] as [(String, CBORValue)] {
            var changed = fields
            changed[key] = value
            #expect(plain(EntryBytes.make(.responseRecorded, fields: changed)) == nil, "\(key)")
        }
        // The first head of the envelope in two bytes.
        #expect(plain([0x98, 0x09] + sound.dropFirst()) == nil)
        #expect(plain(sound + [0xF6]) == nil)
        #expect(plain(Array(sound.dropLast())) == nil)
        for version: UInt64 in [0, UInt64(ResponseRecorded.version) + 1] {
            let other = EntryBytes.make(.responseRecorded, version: version, fields: fields)
            #expect(plain(other) == nil)
        }
        // Version 1 knows no import; version 2 names one from 1 on.
        var older = fields
        older["import"] = nil
        let first = EntryBytes.make(.responseRecorded, version: 1, fields: older)
        let whole = try complete(first)
        #expect(plain(first) != nil && plain(first) == whole)
        for number: UInt64 in [0, 1, 7] {
            older["import"] = .unsigned(number)
            #expect(plain(EntryBytes.make(.responseRecorded, version: 1, fields: older)) == nil)
            let second = EntryBytes.make(.responseRecorded, fields: older)
            #expect((plain(second) == nil) == (number == 0))
            #expect(number == 0 || plain(second)?.response == plain(first)?.response)
        }
    }
}
