import JSON
import Testing

@Suite("JSON with lines")
struct JSONTreeTests {
    private func parse(_ text: String) throws -> JSONTree {
        try JSONTree(parsing: [UInt8](text.utf8))
    }

    @Test("every kind of value, each with its line")
    func values() throws {
        let tree = try parse(
            "\n{\"a\": [1.50e+1, -0, true,\n false, null], \"\\u00e9\\n\": \"x\\ty\",\n\"a\": {}}\n"
        )
        #expect(tree.line == 2)
        guard case .object(let members) = tree.value, members.count == 3,
            case .array(let items) = members[0].value.value
        else {
            Issue.record("not an object of three: \(tree)")
            return
        }
        // A name may stand twice: who reads the tree decides.
        #expect(members.map(\.name) == ["a", "é\n", "a"])
        #expect(members.map(\.value.line) == [2, 3, 4])
        #expect(
            items.map(\.value) == [
                .number("1.50e+1"), .number("-0"), .boolean(true), .boolean(false), .null,
            ])
        #expect(items.map(\.line) == [2, 2, 2, 3, 3])
        #expect(members[1].value.value == .string("x\ty"))
        #expect(members[2].value.value == .object([]))
    }

    @Test(
        "what is no JSON is refused at its line",
        arguments: [
            ("", 1), ("{", 1), ("{\n\n\"a\" 1}", 3), ("[1,\n]", 2), ("[1\n2]", 2), ("nul", 1),
            ("\"\n\"", 1), ("01", 1), ("1 2", 1), ("{}\n\n}", 3), ("[\"\\x\"]", 1), ("+1", 1),
            ("{a: 1}", 1), ("[1,\n2,\n'3']", 3), ("NaN", 1), ("[Infinity]", 1),
        ])
    func faults(text: String, line: Int) {
        let fault = #expect(throws: JSONTree.Fault.self) { try parse(text) }
        #expect(fault?.line == line)
    }

    @Test("depth has an end")
    func depth() throws {
        _ = try parse(String(repeating: "[", count: 60) + String(repeating: "]", count: 60))
        #expect(throws: JSONTree.Fault.self) {
            try parse(String(repeating: "[", count: 99) + String(repeating: "]", count: 99))
        }
    }
}
