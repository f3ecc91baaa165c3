import Testing

@Suite("Reading Swift")
struct SwiftCodeTests {
    @Test(arguments: [
        ("a // b\nc", "a     \nc"),
        ("a /* b /* c */ d */ e", "a                   e"),
        (#"f("x") + 1"#, "f(   ) + 1"),
        (#"f("a\"b") g"#, "f(      ) g"),
        (#"f("\(g("x"))") h"#, "f(           ) h"),
        ("#\"a\"b\"# c", "        c"),
        (##"a(#"\(b)"#) c"##, "a(        ) c"),
        ("\"\"\"\n { \"x\" \n\"\"\" y", "   \n       \n    y"),
        ("let r = /a\"b/ + c", "let r =       + c"),
        ("let r = #/a\"{/# c", "let r =         c"),
        ("a / b / c \"x\"", "a / b / c    "),
        ("\"unclosed\nb", "         \nb"),
        ("// \"open\nlet a = 1", "        \nlet a = 1"),
        ("\"// no\" a", "        a"),
    ])
    func blanksWhatIsNoCode(text: String, expected: String) {
        #expect(String(decoding: SwiftCode(text).bytes, as: UTF8.self) == expected)
    }

    @Test(arguments: [
        "import A", "@testable import A", "public import A", "@_spi(X) internal import struct A.B",
        "/* c */ import A", "import A // B",
    ])
    func findsImports(line: String) {
        let file = SourceFile(path: "Sources/X/Y.swift", text: "\n" + line + "\nlet b = a.import")
        #expect(file.imports.map(\.module) == ["A"])
        #expect(file.imports.map(\.line) == [2])
    }

    @Test func knowsWhereAFileBelongs() {
        let test = SourceFile(path: "Projections/Audit/Tests/A.swift", text: "a\nb\n")
        #expect(test.isTest)
        #expect(test.area == "Projections")
        #expect(test.target == "Audit")
        #expect(test.lines.count == 2)
        #expect(!SourceFile(path: "Sources/LMDB/Tests.swift", text: "").isTest)
    }
}
