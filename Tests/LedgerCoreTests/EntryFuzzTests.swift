import Testing

@testable import LedgerCore

/// Bytes from anywhere go through every reader of entries: an error is an answer, a crash is not.
@Suite("Entries from hostile bytes")
struct EntryFuzzTests {
    private func everyReader(_ bytes: [UInt8]) {
        let flaw = EntryBytes.flaw(bytes)
        if flaw == nil { #expect((try? EntryBytes.decode(bytes)) != nil) }
        bytes.withUnsafeBytes { raw in
            guard CheckedEvent(plain: raw, position: 7) != nil else { return }
            #expect((try? CheckedEvent(complete: raw, position: 7)) != nil)
        }
        _ = try? EntryBytes.withView(bytes) { event in
            _ = event.actorName
            _ = try? EventCatalog.payload(of: event)
            if event.name == .responseRecorded {
                _ = try? ResponseRecordedView(unsafe: event)
            } else if event.name == .classificationRecorded {
                _ = try? ClassificationRecordedView(unsafe: event)
            }
        }
    }

    @Test("random bytes, seed 90")
    func randomBytes() {
        var random = SeededGenerator(seed: 90)
        for _ in 0..<20_000 {
            var bytes = random.bytes(Int.random(in: 0...80, using: &random))
            // Half of them begin like an entry.
            if random.oneIn(2), bytes.count > 2 { (bytes[0], bytes[1]) = (0x89, 0x01) }
            everyReader(bytes)
        }
    }

    @Test("real entries with several bytes changed, cut or repeated, seed 91")
    func mutations() throws {
        var random = SeededGenerator(seed: 91)
        for _ in 0..<6000 {
            let name = try #require(EventName.allCases.randomElement(using: &random))
            var bytes = try EntryBytes.make(random.draft(name))
            for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes.remove(at: index)
                case 1: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: index)
                case 2: bytes.append(contentsOf: bytes[index...].prefix(40))
                default: bytes[index] = UInt8(truncatingIfNeeded: random.next())
                }
            }
            everyReader(bytes)
        }
    }

    @Test("random payloads under every name and version, seed 92")
    func payloads() {
        var random = SeededGenerator(seed: 92)
        for _ in 0..<300 {
            for name in EventName.allCases {
                let payload = random.value()
                let version: UInt64 = random.oneIn(5) ? random.magnitude() : 1
                everyReader(EntryBytes.envelope(name, version: version, payload: payload).encoded)
            }
        }
    }

    @Test("a payload that nests to the bottom of a stack")
    func bomb() {
        let entry = EntryBytes.envelope(.responseRecorded, payload: .null).encoded
        let bomb = [UInt8](repeating: 0x81, count: 60_000) + [0]
        // The null of the payload is the last byte but one.
        let bytes = Array(entry.dropLast(2)) + bomb + [0xF6]
        #expect(EntryBytes.flaw(bytes) != nil)
        everyReader(bytes)
    }
}
