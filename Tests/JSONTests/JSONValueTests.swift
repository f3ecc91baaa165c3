import JSON
import Testing

@Suite("JSON values")
struct JSONValueTests {
    @Test func membersKeepTheirOrder() {
        let value: JSONValue = ["zeta": 1, "alpha": [true, nil, "x"], "nothing": [:], "none": []]
        #expect(
            value.serialized()
                == #"{"zeta":1,"alpha":[true,null,"x"],"nothing":{},"none":[]}"#)
    }

    @Test func prettyPutsOneMemberOnALine() {
        let value: JSONValue = ["n": 3, "list": [1, ["deep": -2.5]], "empty": []]
        let expected = """
            {
              "n": 3,
              "list": [
                1,
                {
                  "deep": -2.5
                }
              ],
              "empty": []
            }
            """
        #expect(value.serialized(pretty: true) == expected)
    }

    @Test(arguments: [
        (0.0, "0"), (-0.0, "0"), (32, "32"), (-12.5, "-12.5"), (0.1, "0.1"), (1e-7, "0.0000001"),
        (1.25e-5, "0.0000125"), (1e16, "10000000000000000"), (1.5e20, "150000000000000000000"),
        (0.1 + 0.2, "0.30000000000000004"), (.nan, "null"), (.infinity, "null"),
        (-.infinity, "null"),
    ])
    func numbersHaveNoExponent(value: Double, expected: String) {
        #expect(JSONValue.number(value).serialized() == expected)
    }

    @Test func everyFiniteNumberReadsBack() {
        for _ in 0..<3000 {
            // Random bits, so that exponents are even.
            let bits = UInt64.random(in: .min ... .max)
            let value = Double(bitPattern: bits)
            let text = JSONValue.number(value).serialized()
            if value.isFinite {
                #expect(Double(text) == value, "\(bits): \(text)")
                #expect(!text.contains("e"), "\(bits): \(text)")
            } else {
                #expect(text == "null")
            }
        }
    }

    @Test func controlCharactersAreEscaped() {
        let value = JSONValue.string("a\"b\\c\n\r\t\u{8}\u{C}\u{1B}[0m\u{7F}\u{9B}\u{202E}é漢👍\0")
        #expect(
            value.serialized()
                == #""a\"b\\c\n\r\t\b\f\u001b[0m\u007f\u009b\u202eé漢👍\u0000""#)
    }

    @Test func carriageReturnBeforeLineFeedIsEscapedToo() {
        // "\r\n" is one Character in Swift; escaping by characters would let it through.
        #expect(JSONValue.string("\r\n").serialized() == #""\r\n""#)
    }

    @Test(arguments: [
        ("12.50", "12.50"), ("-0.0", "-0.0"), ("1e5", "1e5"), ("01", "\"01\""), ("", "\"\""),
        ("1.", "\"1.\""), (".5", "\".5\""), ("-", "\"-\""), ("1e", "\"1e\""), ("NaN", "\"NaN\""),
        ("1,2", "\"1,2\""), ("0", "0"), ("1E+2", "1E+2"),
    ])
    func onlyNumbersStandAsDecimals(digits: String, expected: String) {
        #expect(JSONValue.decimal(digits).serialized() == expected)
    }

    @Test func integersBeyondSixtyFourBitsKeepTheirDigits() {
        #expect(JSONValue.integer(UInt64.max).serialized() == "18446744073709551615")
        #expect(JSONValue.integer(Int64.min).serialized() == "-9223372036854775808")
        #expect(JSONValue.optional(nil as Int?).serialized() == "null")
        #expect(JSONValue.optional("x").serialized() == "\"x\"")
        #expect(JSONValue.optional(1.5).serialized() == "1.5")
    }

    @Test func equalityMindsOrderAndKind() {
        #expect(["a": 1, "b": 2] as JSONValue == ["a": 1, "b": 2])
        #expect(["a": 1, "b": 2] as JSONValue != ["b": 2, "a": 1])
        #expect(JSONValue.int(1) != JSONValue.number(1))
    }
}
