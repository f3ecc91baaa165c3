import Foundation
import SurveyImport
import Testing

@Suite("Encodings")
struct EncodingTests {
    private let text = "score,text\n9,\"déjà, vu\"\n8,€ 😀 naïve\n"

    private func utf16(_ text: String, bigEndian: Bool, mark: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        for unit in (mark ? [0xFEFF] : []) + Array(text.utf16) {
            let pair = [UInt8(unit >> 8), UInt8(unit & 0xFF)]
            bytes += bigEndian ? pair : pair.reversed()
        }
        return bytes
    }

    @Test func utf8WithAndWithoutMark() throws {
        let plain = try read(text)
        #expect(plain.rows.map(\.text) == ["déjà, vu", "€ 😀 naïve"])
        let marked = try read("\u{FEFF}" + text)
        #expect(marked.outcomes == plain.outcomes)
        #expect(marked.columns == ["score", "text"])
    }

    @Test func utf16ByItsMark() throws {
        let plain = try read(text)
        for bigEndian in [false, true] {
            for chunk in [1, 2, 3, 5, 1000] {
                let bytes = utf16(text, bigEndian: bigEndian, mark: true)
                let reading = try read(bytes) { $0.chunkBytes = chunk }
                #expect(reading.outcomes == plain.outcomes)
                #expect(reading.notices.contains { $0.contains("UTF-16") })
            }
            let unmarked = utf16(text, bigEndian: bigEndian, mark: false)
            let stated = try read(unmarked) {
                $0.encoding = bigEndian ? .utf16BE : .utf16LE
            }
            #expect(stated.outcomes == plain.outcomes)
            let error = try #require(failure(unmarked))
            #expect(error.code == .binaryFile)
            #expect(error.advice.contains("utf16le"))
        }
    }

    @Test func brokenUTF16RejectsOnlyItsRow() throws {
        var bytes = utf16("score,text\n9,", bigEndian: false, mark: true)
        bytes += [0x3D, 0xD8] + utf16("x\n8,fine\n7,", bigEndian: false, mark: false)
        let reading = try read(bytes + [0x41])
        #expect(reading.codes == ["encoding.invalid", "encoding.invalid"])
        #expect(reading.rows.map(\.text) == ["fine"])
    }

    @Test func windows1252WhereUTF8IsNotValid() throws {
        var bytes = Array("score,text,more\n9,".utf8)
        bytes += [0x93, 0x64, 0xE9, 0x6A, 0xE0, 0x94, 0x20, 0x80] + Array(",été\n8,été,x\n".utf8)
        let reading = try read(bytes, ["score=score", "text=text", "segment.m=more"])
        // The broken field is read as Windows-1252, its valid neighbour as UTF-8.
        #expect(reading.rows.map(\.text) == ["“déjà” €", "été"])
        #expect(reading.rows.first?.segments.first?.value == "été")
        #expect(reading.rows.first?.raw == Array("9,“déjà” €,été".utf8))
        #expect(
            reading.notices.contains("1 row read as Windows-1252 where not UTF-8"))
    }

    @Test func quotedWindows1252() throws {
        let bytes = Array("score,text\n9,\"a \"\"".utf8) + [0xE9] + Array("\"\" b\"\n".utf8)
        let reading = try read(bytes)
        #expect(reading.rows.map(\.text) == ["a \"é\" b"])
        #expect(reading.rows.map(\.raw) == [Array("9,\"a \"\"é\"\" b\"".utf8)])
    }

    @Test func bytesThatMeanNothingRejectTheRow() throws {
        for byte: UInt8 in [0x81, 0x8D, 0x8F, 0x90, 0x9D] {
            let bytes = Array("score,text\n9,a".utf8) + [byte] + Array("\n8,b\n".utf8)
            let reading = try read(bytes)
            #expect(reading.codes == ["encoding.invalid"])
            #expect(reading.rejected.first?.raw == Array("9,a".utf8) + [byte])
            #expect(reading.rows.map(\.text) == ["b"])
        }
    }

    @Test func statedEncodings() throws {
        let bytes =
            Array("score,t\u{E9}xt\n9,".unicodeScalars.map { UInt8($0.value) }) + [0xE9, 0x80]
        let map = ["score=score", "text=téxt"]
        let latin = try read(bytes, map) { $0.encoding = .latin1 }
        #expect(latin.rows.map(\.text) == ["é\u{80}"])
        let windows = try read(bytes, map) { $0.encoding = .windows1252 }
        #expect(windows.rows.map(\.text) == ["é€"])
        #expect(failure(bytes, map) { $0.encoding = .utf8 }?.code == .invalidEncoding)
        let strict = try read(Array("score,text\n9,".utf8) + [0xE9, 0x0A]) { $0.encoding = .utf8 }
        #expect(strict.codes == ["encoding.invalid"])
        // UTF-8 read as Latin-1 on request is what was asked for.
        let asked = try read("score,text\n9,é\n") { $0.encoding = .latin1 }
        #expect(asked.rows.map(\.text) == ["Ã©"])
    }

    @Test func marksContradictStatedEncodings() throws {
        let wide = utf16(text, bigEndian: false, mark: true)
        for encoding in [SurveyEncoding.utf8, .latin1, .windows1252, .utf16BE] {
            let error = failure(wide) { $0.encoding = encoding }
            #expect(error?.code == .encodingMismatch)
            #expect(error?.exitClass.status == 64)
        }
        #expect(failure("\u{FEFF}" + text) { $0.encoding = .latin1 }?.code == .encodingMismatch)
        #expect(try read("\u{FEFF}" + text) { $0.encoding = .utf8 }.rows.count == 2)
    }

    @Test(
        arguments: [
            [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80],
            [0xF0, 0x80, 0x80, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0x80], [0xBF], [0xC3],
            [0xE2, 0x82],
            [0xFF], [0xE2, 0x28, 0xA1], [0xF0, 0x9F, 0x98],
        ] as [[UInt8]])
    func invalidUTF8(_ bad: [UInt8]) throws {
        for lead in 0..<9 {
            let bytes =
                Array("score,text\n9,".utf8) + Array(repeating: 0x61, count: lead) + bad + [0x0A]
            let reading = try read(bytes) { $0.encoding = .utf8 }
            #expect(reading.codes == ["encoding.invalid"])
        }
    }

    @Test func everyScalarSurvives() throws {
        var scalars = String.UnicodeScalarView()
        for value in stride(from: UInt32(0x20), through: 0x10FFFF, by: 97) {
            guard let scalar = Unicode.Scalar(value), scalar != "\"" else { continue }
            scalars.append(scalar)
        }
        let all = String(scalars)
        let reading = try read("score,text\n9,\"\(all)\"\n") { $0.encoding = .utf8 }
        #expect(reading.rows.map(\.text) == [all])
        let wide = try read(utf16("score,text\n9,\"\(all)\"\n", bigEndian: true, mark: true))
        #expect(wide.rows.map(\.text) == [all])
    }

    @Test func nulRejectsItsRow() throws {
        let lines = "score,text\n" + String(repeating: "5,fine words here\n", count: 40)
        let reading = try read(lines + "6,a\0b\n7,after\n")
        #expect(reading.codes == ["encoding.nul"])
        #expect(reading.rejected.first?.rowNumber == 41)
        #expect(reading.rows.count == 41)
        #expect(failure("sco\0re,text\n5,a\n")?.code == .binaryFile)
    }

    @Test func binaryFilesAreNamed() throws {
        let workbook = failure([0x50, 0x4B, 0x03, 0x04, 0x14, 0x00])
        #expect(workbook?.code == .binaryFile)
        #expect(workbook?.description.contains("Excel") == true)
        #expect(workbook?.exitClass.status == 65)
        #expect(failure(Array("%PDF-1.7\n".utf8))?.code == .binaryFile)
        var generator = SeededGenerator(seed: 5)
        let noise = (0..<9000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        #expect(failure(noise)?.code == .binaryFile)
    }
}
