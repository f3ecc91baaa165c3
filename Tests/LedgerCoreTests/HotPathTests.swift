import LedgerCore
import Testing

/// The views that folds read are shortcuts; they must say what the full decoders say.
@Suite("Views of the replay path")
struct HotPathTests {
    @Test("a response's view agrees with its decoder, seed 87")
    func responses() throws {
        var random = SeededGenerator(seed: 87)
        for _ in 0..<2000 {
            let payload = random.responseRecorded()
            try EntryBytes.withView(EntryBytes.make(payload)) { event in
                let view = try ResponseRecordedView(unsafe: event)
                #expect(view.score == payload.score)
                #expect(view.hasText == payload.hasText)
                #expect(view.subject == payload.subject)
                let segments = try CBORCursor.decode([UInt8](view.segments))
                #expect(segments == .map(payload.segments.mapValues { .text($0) }))
            }
        }
    }

    @Test("a classification's view agrees with its decoder, seed 88")
    func classifications() throws {
        var random = SeededGenerator(seed: 88)
        for _ in 0..<2000 {
            let payload = random.classificationRecorded()
            try EntryBytes.withView(EntryBytes.make(payload)) { event in
                let view = try ClassificationRecordedView(unsafe: event)
                #expect(view.response == payload.response)
                #expect(view.model == payload.model)
                #expect(
                    [view.detractor, view.promoter] == [payload.classes[0], payload.classes[2]])
            }
        }
    }

    @Test("damaged payloads never crash a view; what is valid is read alike, seed 89")
    func damage() throws {
        var random = SeededGenerator(seed: 89)
        var valid = 0
        for _ in 0..<4000 {
            let name: EventName = random.oneIn(2) ? .responseRecorded : .classificationRecorded
            let payload = random.payload(name)
            let fields = try #require(try CBORCursor.decode(payload.encodedPayload).mapValue)
            var bytes = EntryBytes.make(name, fields: random.damaged(fields))
            if random.oneIn(2) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                bytes[index] = UInt8(truncatingIfNeeded: random.next())
            }
            let isValid = EntryBytes.flaw(bytes) == nil
            valid += isValid ? 1 : 0
            do {
                try EntryBytes.withView(bytes) { event in
                    switch event.name {
                    case .responseRecorded:
                        let view = try ResponseRecordedView(unsafe: event)
                        guard isValid else { return }
                        let full = try ResponseRecorded(event)
                        #expect(view.score == full.score && view.hasText == full.hasText)
                        #expect(view.subject == full.subject)
                    case .classificationRecorded:
                        let view = try ClassificationRecordedView(unsafe: event)
                        guard isValid else { return }
                        let full = try ClassificationRecorded(event)
                        #expect(view.response == full.response && view.model == full.model)
                        #expect(view.detractor == full.classes[0])
                    default: return
                    }
                }
            } catch {
                #expect(!isValid, "a valid entry is not read: \(error)")
            }
        }
        #expect(valid > 100)
    }

    @Test("a field that a fold counts by is missed, not taken for zero")
    func missingFields() throws {
        let cases: [(EventName, [String])] = [
            (.responseRecorded, ["subject", "segments"]),
            (.classificationRecorded, ["class", "model", "response"]),
        ]
        for (name, needed) in cases {
            let golden = try #require(GoldenEntry.all.first { $0.name == name })
            let all = try #require(try CBORCursor.decode(golden.draft.payload).mapValue)
            for field in needed {
                var fields = all
                fields[field] = nil
                try EntryBytes.withView(EntryBytes.make(name, fields: fields)) { event in
                    #expect(throws: EntryError.self) {
                        if name == .responseRecorded {
                            _ = try ResponseRecordedView(unsafe: event)
                        } else {
                            _ = try ClassificationRecordedView(unsafe: event)
                        }
                    }
                }
            }
        }
    }

    @Test("a text flag that is false is read as false, and nothing else passes for one")
    func textFlag() throws {
        let golden = try #require(GoldenEntry.all.first { $0.name == .responseRecorded })
        var fields = try #require(try CBORCursor.decode(golden.draft.payload).mapValue)
        for flag in [true, false] {
            fields["text"] = .bool(flag)
            try EntryBytes.withView(EntryBytes.make(.responseRecorded, fields: fields)) { event in
                let (view, full) = (
                    try ResponseRecordedView(unsafe: event), try ResponseRecorded(event)
                )
                #expect(view.hasText == flag && full.hasText == flag)
            }
        }
        for value: CBORValue in [.null, .unsigned(20), .text("true")] {
            fields["text"] = value
            try EntryBytes.withView(EntryBytes.make(.responseRecorded, fields: fields)) { event in
                #expect(throws: EntryError.self) { try ResponseRecordedView(unsafe: event) }
                #expect(throws: EntryError.self) { try ResponseRecorded(event) }
            }
        }
    }

    @Test("versions that the views do not know are refused")
    func versions() throws {
        for name in [EventName.responseRecorded, .classificationRecorded] {
            let golden = try #require(GoldenEntry.all.first { $0.name == name })
            let fields = try #require(try CBORCursor.decode(golden.draft.payload).mapValue)
            let unknown = EventCatalog.payloadType(of: name).version + 1
            try EntryBytes.withView(
                EntryBytes.make(name, version: UInt64(unknown), fields: fields)
            ) { event in
                #expect(throws: EntryError.unknownVersion(name, UInt64(unknown))) {
                    if name == .responseRecorded {
                        _ = try ResponseRecordedView(unsafe: event)
                    } else {
                        _ = try ClassificationRecordedView(unsafe: event)
                    }
                }
            }
        }
    }
}
