import CZlib
import Foundation
import SurveyImport
import Testing

/// All that reading a file answered.
struct Reading {
    var outcomes: [RowOutcome] = []
    var notices: [String] = []
    var columns: [String] = []
    /// The error that ended the reading, if one did.
    var error: ImportError?

    var rows: [ImportedRow] {
        outcomes.compactMap { if case .row(let row) = $0 { row } else { nil } }
    }

    var rejected: [RejectedRow] {
        outcomes.compactMap { if case .rejected(let row) = $0 { row } else { nil } }
    }

    var codes: [String] { rejected.map(\.code.rawValue) }
}

/// Reads bytes to their end; an error in the middle is kept, one at opening is thrown.
func read(
    _ bytes: [UInt8], _ map: [String] = ["score=score", "text=text"],
    options: (inout SurveyReadOptions) -> Void = { _ in },
    adjust: (inout ColumnMapping) -> Void = { _ in }
) throws -> Reading {
    var mapping = try ColumnMapping(arguments: map)
    adjust(&mapping)
    var settings = SurveyReadOptions()
    options(&settings)
    var reader = try SurveyFileReader(
        bytes: bytes, name: "test.csv", mapping: mapping, options: settings)
    var reading = Reading()
    reading.columns = reader.columns
    do throws(ImportError) {
        while let outcome = try reader.next() { reading.outcomes.append(outcome) }
    } catch {
        reading.error = error
        // The same error comes again, so that no caller takes a broken file for a finished one.
        #expect(throws: error) { _ = try reader.next() }
    }
    reading.notices = reader.notices
    return reading
}

func read(
    _ text: String, _ map: [String] = ["score=score", "text=text"],
    options: (inout SurveyReadOptions) -> Void = { _ in },
    adjust: (inout ColumnMapping) -> Void = { _ in }
) throws -> Reading {
    try read(Array(text.utf8), map, options: options, adjust: adjust)
}

/// The error that opening and reading bytes ends in.
func failure(
    _ bytes: [UInt8], _ map: [String] = ["score=score", "text=text"],
    options: (inout SurveyReadOptions) -> Void = { _ in },
    adjust: (inout ColumnMapping) -> Void = { _ in }
) -> ImportError? {
    do {
        return try read(bytes, map, options: options, adjust: adjust).error
    } catch {
        return error as? ImportError
    }
}

func failure(
    _ text: String, _ map: [String] = ["score=score", "text=text"],
    options: (inout SurveyReadOptions) -> Void = { _ in }
) -> ImportError? {
    failure(Array(text.utf8), map, options: options)
}

/// SplitMix64 (Steele, Lea, Flood 2014): small, and the same everywhere for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    mutating func pick<T>(_ elements: [T]) -> T {
        elements[Int.random(in: elements.indices, using: &self)]
    }
}

/// One gzip member that holds `bytes`.
func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
    var stream = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    try #require(
        deflateInit2_(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
            == Z_OK)
    defer { deflateEnd(&stream) }
    var output = [UInt8](repeating: 0, count: bytes.count + bytes.count / 1000 + 256)
    var input = bytes
    let status = input.withUnsafeMutableBufferPointer { source in
        output.withUnsafeMutableBufferPointer { target in
            stream.next_in = source.baseAddress
            stream.avail_in = UInt32(source.count)
            stream.next_out = target.baseAddress
            stream.avail_out = UInt32(target.count)
            return deflate(&stream, Z_FINISH)
        }
    }
    try #require(status == Z_STREAM_END)
    return Array(output[..<(output.count - Int(stream.avail_out))])
}

/// A directory that is gone when the test is.
final class TemporaryDirectory {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent(
            "survey-import-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func write(_ bytes: [UInt8], as name: String) throws -> String {
        let file = path + "/" + name
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        return file
    }
}

/// A field as a CSV writer would write it, quoted where it must be.
func csvField(_ text: String, separator: Character = ",", quoted: Bool = false) -> String {
    let special = text.unicodeScalars.contains {
        $0 == "\"" || $0 == "\n" || $0 == "\r" || Character($0) == separator
    }
    guard quoted || special else { return text }
    return "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\""
}
