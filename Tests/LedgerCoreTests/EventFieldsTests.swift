import LedgerCore
import Testing

@Suite("Fields of a payload")
struct EventFieldsTests {
    private let fields = EventFields([
        "text": .text("t"), "small": .unsigned(7), "large": .unsigned(.max), "minus": .negative(4),
        "least": .negative(UInt64(Int64.max)), "beyond": .negative(1 << 63), "yes": .bool(true),
        "no": .bool(false), "bytes": .bytes([1]), "pair": .array([.unsigned(1), .negative(1)]),
        "mixed": .array([.unsigned(1), .text("2")]), "names": .map(["a": .text("b")]),
        "numbers": .map(["a": .unsigned(1)]), "null": .null,
    ])

    private func names(_ key: String, _ read: () throws -> Any?) {
        let error = #expect(throws: CBORError.self) { _ = try read() }
        #expect(error == CBORError(.invalidField, offset: 0, field: key))
    }

    @Test("what is there is given, at the width asked for")
    func present() throws {
        #expect(try fields.text("text") == "t")
        #expect(try fields.unsigned("large") == .max)
        #expect(try fields.number("large", as: UInt64.self) == .max)
        #expect(try fields.number("small", as: UInt8.self) == 7)
        #expect(try fields.number("minus", as: Int8.self) == -5)
        #expect(try fields.number("least", as: Int64.self) == .min)
        #expect(try fields.optionalNumber("small", as: Int.self) == 7)
        #expect(try fields.optionalText("text") == "t")
        #expect(try fields.flag("yes") && !fields.flag("no") && !fields.flag("absent"))
        #expect(try fields.bytes("bytes") == [1])
        #expect(try fields.texts("names") == ["a": "b"] && fields.texts("absent").isEmpty)
        #expect(try fields.optionalIntegers("pair", count: 2) == [1, -2])
        #expect(try fields.optionalIntegers("absent", count: 2) == nil)
        #expect(try fields.optionalNumber("absent", as: Int.self) == nil)
        #expect(try fields.optionalText("absent") == nil)
    }

    @Test("what is missing, of another kind or out of range is named")
    func missing() {
        for key in ["absent", "small", "null", "bytes"] { names(key) { try fields.text(key) } }
        for key in ["absent", "minus", "text", "null"] { names(key) { try fields.unsigned(key) } }
        for key in ["absent", "text", "null"] {
            names(key) { try fields.number(key, as: Int64.self) }
        }
        names("large") { try fields.number("large", as: Int64.self) }
        names("minus") { try fields.number("minus", as: UInt64.self) }
        names("beyond") { try fields.number("beyond", as: Int64.self) }
        names("minus") { try fields.optionalNumber("minus", as: UInt8.self) }
        // Present and null is not absent.
        names("null") { try fields.optionalNumber("null", as: UInt8.self) }
        names("null") { try fields.optionalText("null") }
        names("null") { try fields.flag("null") }
        names("null") { try fields.optionalIntegers("null", count: 0) }
        names("text") { try fields.bytes("text") }
        names("numbers") { try fields.texts("numbers") }
        names("pair") { try fields.texts("pair") }
        names("pair") { try fields.optionalIntegers("pair", count: 3) }
        names("mixed") { try fields.optionalIntegers("mixed", count: 2) }
        names("pair") { try fields.numbers("pair", count: 2, in: 0...10) }
        names("pair") { try fields.numbers("pair", count: 1, in: -10...10) }
    }

    @Test("a value that is no map has no fields")
    func noMap() {
        for value: CBORValue in [.null, .array([]), .text("x")] {
            #expect(EventFields(value).values.isEmpty)
        }
        #expect(EventFields(.map(["a": .null])).values == ["a": .null])
    }
}
