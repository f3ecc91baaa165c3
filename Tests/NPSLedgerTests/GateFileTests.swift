import Foundation
import LedgerCore
import NPSLedger
import Testing

@Suite("Gate files")
struct GateFileTests {
    private func read(_ text: String) throws -> Gate { try Gate([UInt8](text.utf8)) }

    /// Every metric with every rule it takes.
    static let whole = """
        {"conditions": [
          {"metric": "macroF1", "worseByAtMost": 0.01},
          {"metric": "macroF1", "atLeast": 7e-1},
          {"metric": "accuracy", "atLeast": 0.7000},
          {"metric": "accuracy", "worseByAtMost": 0},
          {"metric": "ece", "atMost": 0.05},
          {"metric": "ece", "worseByAtMost": 0.0001},
          {"metric": "kappa", "atLeast": 0.6},
          {"metric": "npsChange", "atMost": 3},
          {"metric": "npsChange", "atMost": 200, "basis": "inferred"},
          {"metric": "segmentChange", "by": ["region"], "responsesAtLeast": 100,
           "pointsAtMost": 5.25},
          {"metric": "segmentChange", "by": ["region", "plan"], "responsesAtLeast": 1e2,
           "pointsAtMost": 5, "basis": "inferred"},
          {"metric": "unread", "atMost": 0}]}
        """

    @Test("what a gate can say")
    func whole() throws {
        let gate = try read(Self.whole)
        #expect(
            gate.conditions
                == [
                    GateCondition(.macroF1, .worseByAtMost, 100),
                    GateCondition(.macroF1, .atLeast, 7_000),
                    GateCondition(.accuracy, .atLeast, 7_000),
                    GateCondition(.accuracy, .worseByAtMost, 0), GateCondition(.ece, .atMost, 500),
                    GateCondition(.ece, .worseByAtMost, 1), GateCondition(.kappa, .atLeast, 6_000),
                    GateCondition(.npsChange, .atMost, 300, basis: .blended),
                    GateCondition(.npsChange, .atMost, 20_000, basis: .inferred),
                    GateCondition(
                        .segmentChange, .atMost, 525, basis: .blended, by: ["region"],
                        responsesAtLeast: 100),
                    GateCondition(
                        .segmentChange, .atMost, 500, basis: .inferred, by: ["region", "plan"],
                        responsesAtLeast: 100), GateCondition(.unread, .atMost, 0),
                ].compactMap { $0 })
        #expect(gate.digest.count == 32)
        #expect(try read("\u{FEFF}" + Self.whole).conditions == gate.conditions)
        #expect(try read(Self.whole + "\n").digest != gate.digest)
    }

    /// A condition that is wrong, and what its message says beside the place.
    static let wrong: [(String, place: String, says: String)] = [
        (#"{"metric": "f1", "atLeast": 1}"#, "conditions[1].metric", "macroF1"),
        (#"{"metric": 7, "atLeast": 1}"#, "conditions[1].metric", "macroF1"),
        (#"{"atLeast": 1}"#, "conditions[1]", "no metric"),
        (#"["ece"]"#, "conditions[1]", "object"), ("null", "conditions[1]", "object"),
        (#"{"metric": "ece"}"#, "conditions[1]", "atMost or worseByAtMost"),
        (
            #"{"metric": "ece", "atMost": 0.1, "worseByAtMost": 0.1}"#, "conditions[1]",
            "two limits"
        ),
        (#"{"metric": "ece", "atLeast": 0.1}"#, "conditions[1].atLeast", "not known to ece"),
        (#"{"metric": "ece", "atmost": 0.1}"#, "conditions[1].atmost", "atMost"),
        (
            #"{"metric": "ece", "atMost": 0.1, "basis": "inferred"}"#, "conditions[1].basis",
            "not known"
        ),
        (#"{"metric": "ece", "metric": "ece", "atMost": 1}"#, "conditions[1].metric", "twice"),
        (#"{"metric": "ece", "atMost": 0.1, "atMost": 0.2}"#, "conditions[1].atMost", "twice"),
        (#"{"metric": "ece", "atMost": "0.1"}"#, "conditions[1].atMost", "number"),
        (#"{"metric": "ece", "atMost": true}"#, "conditions[1].atMost", "number"),
        (#"{"metric": "ece", "atMost": null}"#, "conditions[1].atMost", "number"),
        (#"{"metric": "ece", "atMost": 1.0001}"#, "conditions[1].atMost", "0 to 1"),
        (#"{"metric": "ece", "atMost": -0.1}"#, "conditions[1].atMost", "0 to 1"),
        (#"{"metric": "ece", "atMost": 0.00001}"#, "conditions[1].atMost", "4 decimals"),
        (#"{"metric": "ece", "atMost": 1e400}"#, "conditions[1].atMost", "0 to 1"),
        (#"{"metric": "ece", "atMost": 1e99999999999999999999}"#, "conditions[1].atMost", "0 to 1"),
        (#"{"metric": "ece", "atMost": -1e999}"#, "conditions[1].atMost", "0 to 1"),
        (#"{"metric": "ece", "atMost": 1e-99999999999999999999}"#, "conditions[1].atMost", "4 dec"),
        (
            #"{"metric": "ece", "atMost": 0.100000000000000000000000000000001}"#,
            "conditions[1].atMost", "4 decimals"
        ),
        (#"{"metric": "unread", "atMost": 0.5}"#, "conditions[1].atMost", "whole"),
        (
            #"{"metric": "npsChange", "atMost": 3, "basis": "stated"}"#, "conditions[1].basis",
            "blended"
        ),
        (#"{"metric": "npsChange", "atMost": 3, "basis": 1}"#, "conditions[1].basis", "blended"),
        (#"{"metric": "npsChange", "atMost": 3.001}"#, "conditions[1].atMost", "2 decimals"),
        (#"{"metric": "npsChange", "atMost": 200.01}"#, "conditions[1].atMost", "0 to 200"),
        (#"{"metric": "npsChange", "atMost": 3, "by": ["a"]}"#, "conditions[1].by", "not known"),
        (segment(#""by": "region""#), "conditions[1].by", "list"),
        (segment(#""by": []"#), "conditions[1].by", "1 to 4"),
        (segment(#""by": ["a", "a"]"#), "conditions[1].by", "different"),
        (segment(#""by": ["a", "b", "c", "d", "e"]"#), "conditions[1].by", "1 to 4"),
        (segment(#""by": ["a", 7]"#), "conditions[1].by", "texts"),
        (segment(#""by": [""]"#), "conditions[1].by", "texts"),
        (
            #"{"metric": "segmentChange", "by": ["a"], "pointsAtMost": 5}"#,
            "conditions[1].responsesAtLeast", "missing"
        ),
        (
            #"{"metric": "segmentChange", "responsesAtLeast": 1, "pointsAtMost": 5}"#,
            "conditions[1].by", "list"
        ),
        (
            #"{"metric": "segmentChange", "by": ["a"], "responsesAtLeast": 0, "pointsAtMost": 5}"#,
            "conditions[1].responsesAtLeast", "from 1"
        ),
        (#"{"metric": "unread", "atMost": 1}"#, "conditions[1]", "same as conditions[0]"),
    ]

    private static func segment(_ by: String) -> String {
        #"{"metric": "segmentChange", \#(by), "responsesAtLeast": 1, "pointsAtMost": 5}"#
    }

    @Test("a condition that is wrong is named by line and place", arguments: wrong)
    func places(condition: String, place: String, says: String) throws {
        let text = "{\n\"conditions\": [{\"metric\": \"unread\", \"atMost\": 0},\n\(condition)]}"
        let error = #expect(throws: GateFileError.self) { try read(text) }
        #expect(error?.line == 3, "\(error?.description ?? "")")
        #expect(error?.place == place)
        #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
    }

    @Test(
        "a file that is no gate at all",
        arguments: [
            ("", 1, nil),
            ("{\n\"conditions\": [\n{\"metric\": \"ece\", \"atMost\": NaN}]}", 3, nil),
            ("{\"conditions\": []}\n{}", 2, nil), ("[]", 1, "the file"), ("7", 1, "the file"),
            ("{}", 1, "conditions"), ("{\"conditions\": {}}", 1, "conditions"),
            ("{\"conditions\": []}", 1, "conditions"), ("{\n\"condition\": []}", 2, "condition"),
            ("{\"conditions\": [],\n\"conditions\": []}", 2, "conditions"),
            ("// why\n{\"conditions\": []}", 1, nil), ("{\"conditions\": [\"\\ud800\"]}", 1, nil),
        ] as [(String, Int, String?)])
    func files(text: String, line: Int, place: String?) throws {
        let error = #expect(throws: GateFileError.self) { try read(text) }
        #expect(error?.line == line, "\(error?.description ?? "")")
        #expect(error?.place == place, "\(error?.description ?? "")")
    }

    @Test("too many conditions, bytes that are no text, and values too deep are refused")
    func limits() throws {
        let many = (0..<30).map { "{\"metric\": \"unread\", \"atMost\": \($0)}" }
        let error = #expect(throws: GateFileError.self) {
            try read("{\"conditions\": [\(many.joined(separator: ","))]}")
        }
        #expect(error?.reason.contains("24") == true)
        #expect(throws: GateFileError.self) { try Gate([0x7B, 0xFF, 0x7D]) }
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: GateFileError.self) { try read("{\"conditions\": \(deep)") }
    }

    @Test("a byte changed anywhere never crashes, and what still reads is another file, seed 107")
    func damage() throws {
        var numbers = SeededGenerator(seed: 107)
        let bytes = [UInt8](Self.whole.utf8)
        let digest = try Gate(bytes).digest
        var read = 0
        for _ in 0..<4_000 {
            var changed = bytes
            changed[numbers.below(bytes.count)] ^= UInt8(1 + numbers.below(255))
            guard let gate = try? Gate(changed) else { continue }
            read += 1
            #expect(gate.digest != digest)
        }
        #expect(read > 20)
    }
}
