import Foundation
import LedgerCore
import Testing

/// Bytes that were once written can be read for ever, and are still written so.
///
/// `UPDATE_GOLDEN=1 swift test` rewrites the files. For a version that is published that is never
/// right: its change is a new version.
@Suite("Golden entries")
struct GoldenTests {
    @Test("entries are written as they always were", arguments: GoldenEntry.all)
    func bytes(_ golden: GoldenEntry) throws {
        let stored = try golden.stored()
        if golden.isCurrent {
            #expect(
                try EntryBytes.hex(golden.encoded()) == EntryBytes.hex(stored),
                "a published event version never changes: add a new version and an upcaster")
        }
        #expect(EntryBytes.flaw(stored) == nil)
        let entry = try EntryBytes.decode(stored)
        #expect(entry.name == golden.name)
        #expect(entry.version == golden.version)
        #expect(entry.recordedAt == EntryBytes.recordedAt)
        #expect(entry.clock == golden.clock)
        #expect(entry.occurredAt == EntryBytes.occurredAt)
        #expect(entry.actor == golden.actor)
        #expect(entry.cause == golden.cause)
        #expect(entry.sealed == golden.sealed)
        #expect(entry.payload == AnyHashable(golden.payload))
    }

    @Test("every version of every event has a golden file, and every file an expectation")
    func completeness() throws {
        for name in EventName.allCases {
            for version in 1...EventCatalog.payloadType(of: name).version {
                #expect(
                    GoldenEntry.all.contains { $0.name == name && $0.version == version },
                    "\(name.rawValue) version \(version) has no golden entry")
            }
        }
        let files = try FileManager.default.contentsOfDirectory(atPath: GoldenEntry.folder.path)
        #expect(Set(files) == Set(GoldenEntry.all.map(\.fileName)))
        #expect(Set(files).count == GoldenEntry.all.count)
    }

    @Test("every field that can be absent is present in one file and absent in another")
    func optionalFields() throws {
        for name in EventName.allCases {
            let maps = try GoldenEntry.all.filter { $0.name == name }.map { golden in
                let value = try CBORCursor.decode(golden.stored())
                return Set(try #require(value.arrayValue?[7].mapValue).keys)
            }
            let all = maps.reduce(Set()) { $0.union($1) }
            let always = maps.reduce(all) { $0.intersection($1) }
            // Damaging one field tells which the decoder asks for.
            for field in all {
                let golden = try #require(GoldenEntry.all.last { $0.name == name })
                let envelope = try CBORCursor.decode(golden.stored()).arrayValue ?? []
                var fields = envelope[7].mapValue ?? [:]
                fields[field] = nil
                let isOptional = EntryBytes.flaw(EntryBytes.make(name, fields: fields)) == nil
                #expect(isOptional == !always.contains(field), "\(name.rawValue): \(field)")
            }
        }
    }

    @Test(
        "any changed byte makes an entry invalid or another one, seed 81",
        arguments: GoldenEntry.all)
    func mutations(_ golden: GoldenEntry) throws {
        var random = SeededGenerator(seed: 81)
        let stored = try golden.stored()
        let original = try EntryBytes.decode(stored)
        var valid = 0
        for index in stored.indices {
            let flips = (0..<8).map { stored[index] ^ 1 << UInt8($0) }
            let others = (0..<6).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            for byte in flips + others where byte != stored[index] {
                var bytes = stored
                bytes[index] = byte
                guard EntryBytes.flaw(bytes) == nil else { continue }
                valid += 1
                #expect(
                    try EntryBytes.decode(bytes) != original, "byte \(index) as \(byte)")
            }
        }
        #expect(valid > 0, "some changes give another valid entry, or this proves nothing")
    }

    @Test("every strict prefix of an entry is truncated", arguments: GoldenEntry.all)
    func prefixes(_ golden: GoldenEntry) throws {
        let stored = try golden.stored()
        for length in stored.indices {
            guard case .malformed(let error) = EntryBytes.flaw(Array(stored[..<length])) else {
                Issue.record("\(length) bytes of \(golden.fileName) pass for an entry")
                continue
            }
            #expect(error.reason == .truncated)
            // The envelope's own reader on its own, without the strict one before it.
            #expect(throws: EntryError.self) {
                try EntryBytes.withView(Array(stored[..<length])) { _ in }
            }
        }
        guard case .malformed(let error) = EntryBytes.flaw(stored + [0]) else {
            Issue.record("a byte after the end passes")
            return
        }
        #expect(error == CBORError(.trailingBytes, offset: stored.count))
    }
}
