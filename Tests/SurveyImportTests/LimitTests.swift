import Foundation
import SurveyImport
import Testing

@Suite("Limits and files")
struct LimitTests {
    @Test func longRowsAreSetAside() throws {
        let long = String(repeating: "x", count: 5000)
        let text = "score,text\n1,a\n2,\(long)\n3,\"q\n\(long)\n\"\n4,d\n5,\(long)"
        for chunk in [1 << 18, 64, 1000] {
            let reading = try read(text) {
                $0.maxRowBytes = 1000
                $0.chunkBytes = chunk
            }
            #expect(reading.rows.map(\.score) == [100, 400])
            #expect(reading.rows.map(\.line) == [2, 7])
            #expect(reading.codes == ["row.too-long", "row.too-long", "row.too-long"])
            #expect(reading.rejected.map(\.line) == [3, 4, 8])
            #expect(reading.rejected.map(\.rowNumber) == [2, 3, 5])
            #expect(reading.rejected.allSatisfy { $0.raw.count <= RejectedRow.rawPrefixBytes })
            #expect(reading.rejected.first?.raw.starts(with: Array("2,xxx".utf8)) == true)
        }
    }

    @Test func theLimitItselfIsAllowed() throws {
        for format in [SurveyFormat.csv, .jsonLines] {
            let head = format == .csv ? "score,text\n" : ""
            func row(_ length: Int) -> String {
                let frame = format == .csv ? ("1,", "") : ("{\"text\":\"", "\"}")
                let fill = length - frame.0.utf8.count - frame.1.utf8.count
                return frame.0 + String(repeating: "y", count: fill) + frame.1 + "\n"
            }
            for chunk in [1 << 18, 50] {
                let reading = try read(head + row(500) + row(501) + row(499)) {
                    $0.maxRowBytes = 500
                    $0.chunkBytes = chunk
                }
                #expect(reading.rows.map(\.rowNumber) == [1, 3])
                #expect(reading.codes == ["row.too-long"])
            }
        }
    }

    @Test func hugeLinesTakeLittleMemory() throws {
        let directory = try TemporaryDirectory()
        let filler = [UInt8](repeating: 0x7A, count: 1 << 20)
        for (name, mebibytes, head, tail) in [
            ("csv", 10, "score,text\n1,a\n2,", "\n3,c\n"),
            ("quoted", 10, "score,text\n1,a\n2,\"", "\"\n3,c\n"),
            ("json", 100, "{\"score\":1}\n{\"score\":2,\"text\":\"", "\"}\n{\"score\":3}\n"),
        ] {
            let path = try directory.write(Array(head.utf8), as: name)
            let handle = try #require(FileHandle(forWritingAtPath: path))
            try handle.seekToEnd()
            for _ in 0..<mebibytes { try handle.write(contentsOf: filler) }
            try handle.write(contentsOf: Data(tail.utf8))
            try handle.close()
            let mapping = try ColumnMapping(arguments: ["score=score"])
            var reader = try SurveyFileReader(path: path, mapping: mapping)
            var scores: [Int?] = []
            var codes: [RejectionCode] = []
            while let outcome = try reader.next() {
                switch outcome {
                case .row(let row): scores.append(row.score)
                case .rejected(let row): codes.append(row.code)
                }
            }
            #expect(scores == [100, 300])
            #expect(codes == [.rowTooLong])
            #expect(reader.bufferBytes <= 4 << 20, "\(name) held \(reader.bufferBytes) bytes")
        }
    }

    @Test func quotesNeverClosedInHugeFiles() throws {
        let body = String(repeating: "5,filler line\n", count: 500)
        let text = "score,text\n1,a\n2,\"open\n" + body
        for limit in [1 << 20, 200] {
            let reading = try read(text) { $0.maxRowBytes = limit }
            #expect(reading.error?.code == .unclosedQuote)
            #expect(reading.error?.line == 3)
            #expect(reading.rows.map(\.score) == [100])
        }
        // Closed late, the record is one row that is too long, and the message names the quote.
        let closed = try read(text + "\",\n9,after\n") { $0.maxRowBytes = 200 }
        #expect(closed.rows.map(\.score) == [100, 900])
        #expect(closed.rejected.first?.expected.contains("quote opened on line 3") == true)
        #expect(closed.rows.last?.line == 505)
    }

    @Test func linesAreCountedWithinLongRows() throws {
        let field = String(repeating: "words\r\n", count: 100) + "\r\n\rlast"
        let text = "score,text\r\n1,\"\(field)\"\r\n2,after\r\n"
        for chunk in [1 << 18, 33, 64] {
            let reading = try read(text) {
                $0.maxRowBytes = 100
                $0.chunkBytes = chunk
            }
            #expect(reading.codes == ["row.too-long"])
            #expect(reading.rows.map(\.line) == [105])
        }
    }

    @Test func longHeaders() throws {
        let header = String(repeating: "column,", count: 100) + "score,text\n5,a\n"
        #expect(failure(header) { $0.maxRowBytes = 100 }?.code == .rowTooLong)
        for bad in [0, 63, 1 << 40] {
            #expect(failure("score\n5\n") { $0.maxRowBytes = bad }?.code == .badOption)
        }
    }

    @Test func longFields() throws {
        let map = [
            "response_id=id", "respondent_id=who", "text=text", "segment.r=r", "channel=ch",
        ]
        func codes(_ lengths: [Int]) throws -> [String] {
            let fields = lengths.map { String(repeating: "a", count: $0) }
            let reading = try read("id,who,text,r,ch\n" + fields.joined(separator: ","), map) {
                $0.maxIdentifierBytes = 10
                $0.maxTextBytes = 20
                $0.maxSegmentBytes = 5
            }
            if let rejected = reading.rejected.first {
                return [rejected.code.rawValue, rejected.column ?? "", rejected.value ?? ""]
            }
            return []
        }
        #expect(try codes([10, 10, 20, 5, 5]) == [])
        #expect(try codes([11, 1, 1, 1, 1]) == ["id.too-long", "id", "11 bytes"])
        #expect(try codes([1, 11, 1, 1, 1]) == ["id.too-long", "who", "11 bytes"])
        #expect(try codes([1, 1, 21, 1, 1]) == ["text.too-long", "text", "21 bytes"])
        #expect(try codes([1, 1, 1, 6, 1]) == ["segment.too-long", "r", "aaaaaa"])
        #expect(try codes([1, 1, 1, 1, 6]) == ["field.too-long", "ch", "aaaaaa"])
    }

    @Test func valuesAreCutInMessages() throws {
        let long = String(repeating: "é", count: 200)
        let reading = try read("score,text\n\(long),a\n")
        #expect(reading.rejected.first?.value == String(repeating: "é", count: 80))
    }

    @Test func files() throws {
        let directory = try TemporaryDirectory()
        let mapping = try ColumnMapping(arguments: ["score=score"])
        func code(_ path: String) -> (ImportError.Code?, Int32?) {
            do throws(ImportError) {
                _ = try SurveyFileReader(path: path, mapping: mapping)
                return (nil, nil)
            } catch {
                return (error.code, error.exitClass.status)
            }
        }
        #expect(code(directory.path + "/none.csv") == (.noSuchFile, 66))
        #expect(code("") == (.noSuchFile, 66))
        #expect(code(directory.path) == (.isDirectory, 66))
        let path = try directory.write(Array("score\n5\n".utf8), as: "good.csv")
        #expect(code(path + "/x") == (.noSuchFile, 66))
        #expect(code(path) == (nil, nil))
        try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
        if geteuid() == 0 {
            print("running as root: permission is never refused, not tested")
        } else {
            #expect(code(path) == (.unreadable, 77))
        }
        // What /proc answers to a read of this file is an error of the system.
        #expect(code("/proc/self/mem") == (.readFailed, 74))
    }

    @Test func pipes() throws {
        let pipe = Pipe()
        pipe.fileHandleForWriting.write(Data("score,text\n5,a\n6,b\n".utf8))
        try pipe.fileHandleForWriting.close()
        let path = "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"
        let mapping = try ColumnMapping(arguments: ["score=score"])
        var reader = try SurveyFileReader(path: path, mapping: mapping)
        #expect(reader.totalBytes == nil)
        var count = 0
        while try reader.next() != nil { count += 1 }
        #expect(count == 2)
    }
}
