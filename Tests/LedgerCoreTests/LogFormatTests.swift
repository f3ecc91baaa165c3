import Foundation
import LedgerCore
import Testing

/// `LogFormat.cddl` says what the software does: other people's validators and this software agree
/// on what an entry is.
@Suite("The log format in CDDL")
struct LogFormatTests {
    private static let need: Comment =
        "run Tools/setup: the verifiers of other people are not installed"

    @Test("every version of every event has a rule")
    func rules() throws {
        let schema = String(decoding: try Data(contentsOf: EntryVerifiers.schema), as: UTF8.self)
        for name in EventName.allCases {
            for version in 1...EventCatalog.payloadType(of: name).version {
                #expect(
                    schema.contains("event: \"\(name.rawValue)\", version: \(version),"),
                    "\(name.rawValue) version \(version) is not in LogFormat.cddl")
            }
        }
    }

    @Test(
        "golden and random entries are accepted by all, seed 97",
        .enabled(if: EntryVerifiers.areInstalled, need))
    func accepted() throws {
        var random = SeededGenerator(seed: 97)
        var entries = try GoldenEntry.all.map { try $0.stored() }
        for _ in 0..<40 {
            for name in EventName.allCases {
                entries.append(
                    try EntryBytes.make(
                        random.draft(name), sealed: random.oneIn(2) ? random.bytes(32) : nil,
                        recordedAt: random.time(),
                        clock: random.oneIn(3) ? random.time() : nil))
            }
        }
        for (entry, verdict) in zip(entries, try EntryVerifiers.classify(entries)) {
            #expect(verdict.isStrict, "cddl-verifier refuses \(EntryBytes.hex(entry))")
            #expect(verdict.isValid, "pycddl refuses \(EntryBytes.hex(entry))")
            #expect(verdict.isCanonical, "cbor2 writes otherwise \(EntryBytes.hex(entry))")
        }
    }

    @Test("values out of range are refused", .enabled(if: EntryVerifiers.areInstalled, need))
    func ranges() throws {
        let entries = try PayloadTests.outOfRange.map { name, field, value in
            let golden = try #require(GoldenEntry.all.first { $0.name == name })
            var fields = try #require(try CBORCursor.decode(golden.draft.payload).mapValue)
            fields[field] = value
            return EntryBytes.make(name, fields: fields)
        }
        for (entry, verdict) in zip(entries, try EntryVerifiers.classify(entries)) {
            let flaw = try #require(EntryBytes.flaw(entry))
            #expect(
                !verdict.isStrict || Self.isBeyondCDDL(flaw, entry),
                "passes, though \(flaw): \(EntryBytes.hex(entry))")
        }
    }

    @Test(
        "damaged entries: this software and a stock validator agree, seed 99",
        .enabled(if: EntryVerifiers.areInstalled, need))
    func agreement() throws {
        var random = SeededGenerator(seed: 99)
        var entries: [[UInt8]] = []
        for _ in 0..<90 {
            for name in EventName.allCases {
                var bytes = try EntryBytes.make(
                    random.draft(name),
                    clock: random.oneIn(3) ? EntryBytes.recordedAt - 2_000_000 : nil)
                if random.oneIn(2) {
                    let payload = random.payload(name).encodedPayload
                    let fields = try #require(try CBORCursor.decode(payload).mapValue)
                    bytes = EntryBytes.make(name, fields: random.damaged(fields))
                } else if random.oneIn(2) {
                    let index = Int.random(in: 0..<bytes.count, using: &random)
                    bytes[index] = UInt8(truncatingIfNeeded: random.next())
                } else {
                    var items = try #require(try CBORCursor.decode(bytes).arrayValue)
                    let index = Int.random(in: 0..<items.count, using: &random)
                    items[index] = random.value(depth: 1)
                    bytes = CBORValue.array(items).encoded
                }
                entries.append(bytes)
            }
        }
        var (accepted, refused) = (0, 0)
        for (entry, verdict) in zip(entries, try EntryVerifiers.classify(entries)) {
            if let flaw = EntryBytes.flaw(entry) {
                refused += 1
                #expect(
                    !verdict.isStrict || Self.isBeyondCDDL(flaw, entry),
                    "passes, though \(flaw): \(EntryBytes.hex(entry))")
            } else {
                accepted += 1
                #expect(
                    verdict.isStrict && verdict.isValid && verdict.isCanonical,
                    "\(verdict): \(EntryBytes.hex(entry))")
            }
        }
        #expect(accepted > 50 && refused > 300, "both sides are tried")
    }

    /// What the schema's comments say and CDDL cannot: sums, orders, control characters, spellings
    /// of one key, and which format goes with which times.
    private static func isBeyondCDDL(_ flaw: EntryError, _ entry: [UInt8]) -> Bool {
        if let items = (try? CBORCursor.decode(entry))?.arrayValue, items.count == 9,
            (items[0] == .unsigned(2)) != (items[3].arrayValue != nil)
        {
            return true
        }
        guard case .malformed(let error) = flaw else { return false }
        switch error.reason {
        case .invalidField:
            return [
                "class", "sentiment", "intents", "sample", "thresholds", "topics", "actor", "clock",
            ]
            .contains(
                error.field)
        case .keyOrder: return !(error.field ?? "").utf8.allSatisfy { $0 < 0x80 }
        default: return false
        }
    }
}
