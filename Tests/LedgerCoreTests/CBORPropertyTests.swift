import LedgerCore
import Testing

@Suite("CBOR, by properties")
struct CBORPropertyTests {
    @Test("value → bytes → value, and the writer's parts agree with it, seed 71")
    func roundTrip() throws {
        var random = SeededGenerator(seed: 71)
        for _ in 0..<5000 {
            let value = random.value()
            let bytes = value.encoded
            let read = try CBORCursor.decode(bytes)
            #expect(read == value)
            // Equal texts may differ in their bytes (é, é): the bytes must come back too.
            #expect(read.encoded == bytes)
            try bytes.withBytes { (raw) throws(CBORError) in
                var cursor = CBORCursor(unsafe: raw)
                try cursor.skip()
                #expect(cursor.isAtEnd && cursor.bytes(from: 0).elementsEqual(bytes))
            }
        }
    }

    @Test("every strict prefix is truncated, for the strict reader and for skip, seed 72")
    func prefixes() throws {
        var random = SeededGenerator(seed: 72)
        for _ in 0..<600 {
            let bytes = random.value().encoded
            for length in 0..<min(bytes.count, 400) {
                let prefix = Array(bytes[..<length])
                let error = #expect(throws: CBORError.self) { try CBORCursor.decode(prefix) }
                #expect(error?.reason == .truncated, "\(EntryBytes.hex(prefix))")
                let skipped = #expect(throws: CBORError.self) {
                    try prefix.withBytes { (raw) throws(CBORError) in
                        var cursor = CBORCursor(unsafe: raw)
                        try cursor.skip()
                    }
                }
                #expect(skipped?.reason == .truncated)
            }
            let error = #expect(throws: CBORError.self) { try CBORCursor.decode(bytes + [0]) }
            #expect(error == CBORError(.trailingBytes, offset: bytes.count))
        }
    }

    @Test("random bytes never crash a reader, and are read only if they are canonical, seed 73")
    func randomBytes() {
        var random = SeededGenerator(seed: 73)
        var read = 0
        for _ in 0..<30_000 {
            let bytes = random.bytes(Int.random(in: 0...24, using: &random))
            if let value = try? CBORCursor.decode(bytes) {
                read += 1
                #expect(value.encoded == bytes)
            }
            everyReader(bytes)
        }
        #expect(read > 100, "some random bytes are CBOR, or this proves nothing")
    }

    @Test("changed bytes of real values never crash a reader, seed 74")
    func mutations() {
        var random = SeededGenerator(seed: 74)
        for _ in 0..<5000 {
            var bytes = random.value().encoded
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                bytes[index] = UInt8(truncatingIfNeeded: random.next())
            }
            if let value = try? CBORCursor.decode(bytes) { #expect(value.encoded == bytes) }
            everyReader(bytes)
        }
    }

    /// Calls each reader until it fails or the bytes end; an offset never leaves the bytes.
    private func everyReader(_ bytes: [UInt8]) {
        let readers: [(inout CBORCursor) throws -> Void] = [
            { _ = try $0.head() }, { _ = try $0.unsigned() }, { _ = try $0.integer() },
            { _ = try $0.array() }, { _ = try $0.map() }, { _ = try $0.unsafeText() },
            { _ = try $0.unsafeByteString() }, { _ = try $0.text() }, { _ = try $0.bool() },
            { try $0.skip() }, { _ = try $0.value() },
            { if !$0.takeNull() { try $0.skip() } },
        ]
        bytes.withUnsafeBytes { raw in
            for reader in readers {
                var cursor = CBORCursor(unsafe: raw)
                while !cursor.isAtEnd {
                    let before = cursor.offset
                    guard (try? reader(&cursor)) != nil else { break }
                    #expect(cursor.offset > before)
                }
                #expect(cursor.offset <= raw.count)
            }
        }
    }

    @Test("heads grow exactly where their argument no longer fits")
    func headWidths() throws {
        let widths: [(UInt64, bytes: Int)] = [
            (0, 1), (23, 1), (24, 2), (0xFF, 2), (0x100, 3), (0xFFFF, 3), (0x1_0000, 5),
            (0xFFFF_FFFF, 5), (0x1_0000_0000, 9), (.max, 9),
        ]
        for (argument, count) in widths {
            for value: CBORValue in [.unsigned(argument), .negative(argument)] {
                #expect(value.encoded.count == count)
                #expect(try CBORCursor.decode(value.encoded) == value)
            }
        }
        for length in [23, 24, 255, 256, 65_535, 65_536] {
            let head = CBORValue.unsigned(UInt64(length)).encoded.count
            let text = String(repeating: "x", count: length)
            let values: [CBORValue] = [
                .text(text), .bytes(Array(text.utf8)),
                .array(Array(repeating: .null, count: length)),
            ]
            for value in values {
                #expect(value.encoded.count == head + length)
                #expect(try CBORCursor.decode(value.encoded) == value)
            }
        }
    }

    @Test("signed integers of every magnitude, seed 75")
    func integers() throws {
        var random = SeededGenerator(seed: 75)
        let edges: [Int64] = [
            .min, .min + 1, -1, 0, 1, .max - 1, .max, -24, -25, 23, 24, -256, -257,
        ]
        for value in edges + (0..<2000).map({ _ in random.signed() }) {
            var writer = CBORWriter()
            writer.integer(value)
            #expect(writer.bytes == CBORValue.integer(value).encoded)
            #expect(try CBORCursor.decode(writer.bytes).integerValue == value)
            let read = try writer.bytes.withBytes { (raw) throws(CBORError) -> Int64 in
                var cursor = CBORCursor(unsafe: raw)
                return try cursor.integer()
            }
            #expect(read == value)
        }
        for beyond: CBORValue in [.unsigned(1 << 63), .negative(1 << 63), .negative(.max)] {
            #expect(beyond.integerValue == nil)
            #expect(throws: CBORError(.unexpectedType, offset: 0)) {
                try beyond.encoded.withBytes { (raw) throws(CBORError) -> Int64 in
                    var cursor = CBORCursor(unsafe: raw)
                    return try cursor.integer()
                }
            }
        }
    }
}
