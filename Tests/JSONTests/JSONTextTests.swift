import JSON
import Testing

@Suite("What JSON escapes, and in which form it is hashed")
struct JSONTextTests {
    @Test("each kind of escapes writes what it did in every file and digest there is")
    func escapes() {
        let text = "a\"\\\n\r\t\u{8}\u{C}\u{1}\u{7F}\u{85}\u{2028}\u{202E}é"
        let start = "\"a\\\"\\\\\\n\\r\\t"
        #expect(
            JSONText.quoted(text)
                == start + "\\u0008\\u000c\\u0001\u{7F}\u{85}\u{2028}\u{202E}é\"")
        #expect(
            JSONText.quoted(text, escapes: .lines)
                == start + "\\u0008\\u000c\\u0001\\u007f\\u0085\\u2028\u{202E}é\"")
        #expect(
            JSONText.quoted(text, escapes: .terminal)
                == start + "\\b\\f\\u0001\\u007f\\u0085\\u2028\\u202eé\"")
        #expect(JSONValue.string(text).serialized() == JSONText.quoted(text, escapes: .terminal))
    }

    @Test("what is written reads back as the same value")
    func roundTrip() throws {
        let value: JSONValue = [
            "z": [1, -7, nil, true, false, "é\u{1}\u{202E}"], "a": ["b": .decimal("1.50")],
            "": .decimal("18446744073709551615"),
        ]
        for pretty in [false, true] {
            for escapes in [JSONText.Escapes.demanded, .lines, .terminal] {
                let text = value.serialized(pretty: pretty, escapes: escapes)
                #expect(try JSONTree(parsing: Array(text.utf8)).json == value)
            }
        }
    }

    @Test("the canonical form has its names in the order of their bytes, however deep")
    func canonical() {
        let value: JSONValue = ["b": [["y": 1, "x": 2]], "B": nil, "aa": 0, "a": 0]
        #expect(
            value.canonical.serialized()
                == "{\"B\":null,\"a\":0,\"aa\":0,\"b\":[{\"x\":2,\"y\":1}]}")
    }

    @Test("a number is what RFC 8259 says it is")
    func numbers() {
        for text in ["0", "-0", "10", "1.5", "1e5", "-1.50E-07"] {
            #expect(JSONText.isNumber(text), "\(text)")
        }
        for text in ["", "-", "01", "+1", "1.", ".5", "1e", "0x1", "NaN", "1 ", "--1"] {
            #expect(!JSONText.isNumber(text), "\(text)")
        }
    }
}
