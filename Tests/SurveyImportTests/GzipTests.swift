import Foundation
import SurveyImport
import Testing

@Suite("Gzip")
struct GzipTests {
    private func sample(_ rows: Int) -> [UInt8] {
        var text = "score,text\n"
        for row in 0..<rows { text += "\(row % 11),comment number \(row * 7919 % 1009)\n" }
        return Array(text.utf8)
    }

    @Test func gzipIsToldByItsBytes() throws {
        let plain = sample(500)
        let expected = try read(plain)
        #expect(expected.rows.count == 500)
        for chunk in [1, 7, 100, 1 << 18] {
            let packed = try read(try gzip(plain)) { $0.chunkBytes = chunk }
            #expect(packed.outcomes == expected.outcomes)
        }
    }

    @Test func membersFollowOneAnother() throws {
        let plain = sample(300)
        let expected = try read(plain)
        var packed: [UInt8] = []
        for part in stride(from: 0, to: plain.count, by: 1000) {
            packed += try gzip(Array(plain[part..<min(part + 1000, plain.count)]))
        }
        packed += try gzip([])
        #expect(try read(packed).outcomes == expected.outcomes)
        let padded = packed + [UInt8](repeating: 0, count: 512)
        #expect(try read(padded).outcomes == expected.outcomes)
        let piecewise = try read(padded) { $0.chunkBytes = 13 }
        #expect(piecewise.outcomes == expected.outcomes)
    }

    @Test func cutShortAnywhereIsAnError() throws {
        let packed = try gzip(sample(400))
        for length in [3, 10, 11, 100, packed.count / 2, packed.count - 9, packed.count - 1] {
            let error = try #require(failure(Array(packed[..<length])), "at \(length)")
            #expect(error.code == .corruptGzip)
            #expect(error.file == "test.csv")
            #expect(error.offsetBytes == Int64(length))
            #expect(error.exitClass.status == 65)
        }
    }

    @Test func damageIsFound() throws {
        let packed = try gzip(sample(400))
        var checksum = packed
        checksum[packed.count - 6] ^= 1
        #expect(failure(checksum)?.code == .corruptGzip)
        var body = packed
        body[packed.count / 2] ^= 0xFF
        #expect(failure(body)?.code == .corruptGzip)
        let junk = failure(packed + Array("junk".utf8))
        #expect(junk?.code == .corruptGzip)
        #expect(junk?.offsetBytes == Int64(packed.count))
        #expect(junk?.problem.contains("no gzip member") == true)
        #expect(failure(packed + [0x1F, 0x00, 0x00])?.code == .corruptGzip)
    }

    @Test func rowsBeforeTheDamageAreDelivered() throws {
        let plain = sample(200_000)
        let packed = try gzip(plain)
        let reading = try read(Array(packed[..<(packed.count - 100)]))
        #expect(reading.error?.code == .corruptGzip)
        #expect(reading.rows.count > 190_000)
        let whole = try read(plain)
        #expect(reading.outcomes.elementsEqual(whole.outcomes.prefix(reading.outcomes.count)))
    }

    @Test func gzipOfNothingAndOfGzip() throws {
        #expect(failure(try gzip([]))?.code == .emptyFile)
        let twice = failure(try gzip(try gzip(sample(10))))
        #expect(twice?.code == .binaryFile)
        #expect(twice?.description.contains("gzip") == true)
    }

    @Test func progressCountsStoredBytes() throws {
        let directory = try TemporaryDirectory()
        let packed = try gzip(sample(5000))
        let path = try directory.write(packed, as: "no-suffix")
        let mapping = try ColumnMapping(arguments: ["score=score"])
        var reader = try SurveyFileReader(path: path, mapping: mapping)
        #expect(reader.totalBytes == Int64(packed.count))
        while try reader.next() != nil {}
        #expect(reader.bytesRead == Int64(packed.count))
    }
}
