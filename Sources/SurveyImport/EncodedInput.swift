/// What a file's bytes are once compression, byte-order mark and wide characters are taken off.
struct EncodedInput {
    /// How a row that is not ASCII becomes UTF-8.
    enum Rule: Hashable {
        case utf8
        case utf8OrWindows1252
        case single(SingleByteText)
    }

    let source: any ByteSource
    let rule: Rule
    /// What a person should know of the encoding.
    let notice: String?

    private static let utf8Mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    private static let littleMark: [UInt8] = [0xFF, 0xFE]
    private static let bigMark: [UInt8] = [0xFE, 0xFF]

    init(
        _ stored: any ByteSource, encoding: SurveyEncoding, file: String
    ) throws(ImportError) {
        let peeked = try PrefixedSource(peeking: GzipSource.magic.count, at: stored)
        var inflated: any ByteSource = peeked
        if peeked.prefix == GzipSource.magic { inflated = try GzipSource(peeked, file: file) }
        let text = try PrefixedSource(peeking: Self.utf8Mark.count, at: inflated)
        let isLittle = text.prefix.starts(with: Self.littleMark)
        let isBig = text.prefix.starts(with: Self.bigMark)
        if isLittle || isBig {
            let declared = isLittle ? SurveyEncoding.utf16LE : .utf16BE
            guard encoding == .auto || encoding == declared else {
                throw Self.mismatch(stated: encoding, declared: declared, file: file)
            }
            text.dropPrefix(Self.littleMark.count)
            source = UTF16Source(text, isBigEndian: isBig)
            rule = .utf8
            notice = encoding == .auto ? "read as UTF-16, after its byte-order mark" : nil
            return
        }
        if text.prefix == Self.utf8Mark {
            guard encoding == .auto || encoding == .utf8 else {
                throw Self.mismatch(stated: encoding, declared: .utf8, file: file)
            }
            text.dropPrefix(Self.utf8Mark.count)
        }
        notice = nil
        switch encoding {
        case .auto: (source, rule) = (text, .utf8OrWindows1252)
        case .utf8: (source, rule) = (text, .utf8)
        case .windows1252: (source, rule) = (text, .single(.windows1252))
        case .latin1: (source, rule) = (text, .single(.latin1))
        case .utf16LE, .utf16BE:
            source = UTF16Source(text, isBigEndian: encoding == .utf16BE)
            rule = .utf8
        }
    }

    private static func mismatch(
        stated: SurveyEncoding, declared: SurveyEncoding, file: String
    ) -> ImportError {
        ImportError(
            .encodingMismatch, "the file's byte-order mark is that of another encoding",
            file: file, value: declared.rawValue, expected: stated.rawValue,
            advice: "Leave the encoding out to follow the mark.")
    }
}

/// How the characters of a file are written.
public enum SurveyEncoding: String, Sendable, Hashable, CaseIterable {
    /// By the byte-order mark; else UTF-8, with fields that are not valid UTF-8 read as
    /// Windows-1252 and counted in a notice.
    case auto
    /// UTF-8 alone; a row that is not valid is rejected.
    case utf8
    /// Windows-1252; a row with one of its five unassigned bytes is rejected.
    case windows1252
    /// ISO 8859-1.
    case latin1
    /// UTF-16, little end first.
    case utf16LE = "utf16le"
    /// UTF-16, big end first.
    case utf16BE = "utf16be"
}

/// UTF-16 to UTF-8. What is no character (half a surrogate pair, half a code unit) becomes a byte
/// sequence that is not valid UTF-8 either, so that its row is rejected and no other.
final class UTF16Source: ByteSource {
    private let source: any ByteSource
    private let isBigEndian: Bool
    private var input: [UInt8]
    private var heldBytes = 0
    private var isInputAtEnd = false
    private var output: [UInt8] = []
    private var outputStart = 0

    /// Bytes decoded at a time, and at least one code unit.
    private static let inputBytes = 64 << 10
    /// A byte that stands in no UTF-8 text.
    private static let neverUTF8: UInt8 = 0xFF

    init(_ source: any ByteSource, isBigEndian: Bool) {
        self.source = source
        self.isBigEndian = isBigEndian
        input = [UInt8](repeating: 0, count: Self.inputBytes)
    }

    var bytesRead: Int64 { source.bytesRead }
    var totalBytes: Int64? { source.totalBytes }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ImportError) -> Int {
        while outputStart == output.count {
            if isInputAtEnd { return 0 }
            try decodeMore()
        }
        let count = min(buffer.count, output.count - outputStart)
        buffer.copyBytes(from: output[outputStart..<(outputStart + count)])
        outputStart += count
        return count
    }

    private func decodeMore() throws(ImportError) {
        output.removeAll(keepingCapacity: true)
        outputStart = 0
        var outcome: Result<Int, ImportError> = .success(0)
        input.withUnsafeMutableBytes { buffer in
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[heldBytes...])
            do throws(ImportError) {
                outcome = .success(try source.read(into: rest))
            } catch {
                outcome = .failure(error)
            }
        }
        let count = try outcome.get()
        isInputAtEnd = count == 0
        let end = heldBytes + count
        var index = 0
        while index + 2 <= end {
            let unit = unit(at: index)
            if unit & 0xFC00 == 0xD800, index + 4 > end, !isInputAtEnd { break }
            index += append(unit, at: index, end: end)
        }
        if isInputAtEnd, index < end {
            output.append(Self.neverUTF8)
            index = end
        }
        heldBytes = end - index
        for held in 0..<heldBytes { input[held] = input[index + held] }
    }

    private func unit(at index: Int) -> UInt32 {
        let first = UInt32(input[index])
        let second = UInt32(input[index + 1])
        return isBigEndian ? first << 8 | second : second << 8 | first
    }

    /// Appends the character at `index`; answers how many bytes of input it took.
    private func append(_ unit: UInt32, at index: Int, end: Int) -> Int {
        if unit & 0xFC00 == 0xD800, index + 4 <= end {
            let low = self.unit(at: index + 2)
            if low & 0xFC00 == 0xDC00 {
                let scalar = 0x1_0000 + (unit & 0x3FF) << 10 + (low & 0x3FF)
                output.append(0xF0 | UInt8(truncatingIfNeeded: scalar >> 18))
                output.append(0x80 | UInt8(truncatingIfNeeded: scalar >> 12 & 0x3F))
                output.append(0x80 | UInt8(truncatingIfNeeded: scalar >> 6 & 0x3F))
                output.append(0x80 | UInt8(truncatingIfNeeded: scalar & 0x3F))
                return 4
            }
        }
        // A lone surrogate comes out in the three bytes of its number, which UTF-8 forbids.
        if unit < 0x80 {
            output.append(UInt8(truncatingIfNeeded: unit))
        } else if unit < 0x800 {
            output.append(0xC0 | UInt8(truncatingIfNeeded: unit >> 6))
            output.append(0x80 | UInt8(truncatingIfNeeded: unit & 0x3F))
        } else {
            output.append(0xE0 | UInt8(truncatingIfNeeded: unit >> 12))
            output.append(0x80 | UInt8(truncatingIfNeeded: unit >> 6 & 0x3F))
            output.append(0x80 | UInt8(truncatingIfNeeded: unit & 0x3F))
        }
        return 2
    }
}

/// Whether bytes are ASCII, or valid UTF-8 (RFC 3629: shortest form, no surrogates, to U+10FFFF).
enum UTF8Check {
    private static let highBits: UInt64 = 0x8080_8080_8080_8080

    static func isASCII(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        asciiPrefix(bytes, from: 0) == bytes.count
    }

    static func isValid(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var index = 0
        while true {
            index = asciiPrefix(bytes, from: index)
            if index == bytes.count { return true }
            let length = sequenceLength(bytes, at: index)
            if length == 0 { return false }
            index += length
        }
    }

    /// The index of the first byte at or after `begin` that is not ASCII.
    private static func asciiPrefix(
        _ bytes: UnsafeBufferPointer<UInt8>, from begin: Int
    ) -> Int {
        guard let base = bytes.baseAddress else { return 0 }
        var index = begin
        let raw = UnsafeRawPointer(base)
        while index + 8 <= bytes.count {
            let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let high = word & highBits
            if high != 0 { return index + UInt64(littleEndian: high).trailingZeroBitCount / 8 }
            index += 8
        }
        while index < bytes.count, bytes[index] < 0x80 { index += 1 }
        return index
    }

    /// The length of the valid sequence that begins at `index` with a byte above 7F; 0 where none.
    private static func sequenceLength(
        _ bytes: UnsafeBufferPointer<UInt8>, at index: Int
    ) -> Int {
        let lead = bytes[index]
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch lead {
        case 0xC2...0xDF: length = 2
        case 0xE0...0xEF:
            length = 3
            if lead == 0xE0 { second = 0xA0...0xBF }
            if lead == 0xED { second = 0x80...0x9F }
        case 0xF0...0xF4:
            length = 4
            if lead == 0xF0 { second = 0x90...0xBF }
            if lead == 0xF4 { second = 0x80...0x8F }
        default: return 0
        }
        guard index + length <= bytes.count, second.contains(bytes[index + 1]) else { return 0 }
        for step in 2..<max(2, length) where bytes[index + step] & 0xC0 != 0x80 { return 0 }
        return length
    }
}

/// The two one-byte encodings of western exports, to UTF-8.
enum SingleByteText {
    case windows1252
    case latin1

    /// What 80…9F mean in Windows-1252; 0 for the five bytes that mean nothing.
    private static let windows1252High: [UInt16] = [
        0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
        0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
        0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
        0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
    ]

    /// Appends `bytes` as UTF-8; false where a byte means nothing in the encoding.
    func append(_ bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) -> Bool {
        for byte in bytes {
            if byte < 0x80 {
                output.append(byte)
                continue
            }
            var scalar = UInt16(byte)
            if self == .windows1252, byte < 0xA0 {
                scalar = Self.windows1252High[Int(byte) - 0x80]
                if scalar == 0 { return false }
            }
            if scalar < 0x800 {
                output.append(0xC0 | UInt8(truncatingIfNeeded: scalar >> 6))
            } else {
                output.append(0xE0 | UInt8(truncatingIfNeeded: scalar >> 12))
                output.append(0x80 | UInt8(truncatingIfNeeded: scalar >> 6 & 0x3F))
            }
            output.append(0x80 | UInt8(truncatingIfNeeded: scalar & 0x3F))
        }
        return true
    }
}

/// Tells files that hold no text, from their first bytes.
enum BinaryCheck {
    /// What is looked at: the beginning shows what a file is.
    static let sampleBytes = 8 << 10
    /// Text has hardly a control character; compressed and compiled data has one byte in eight.
    private static let controlShareMax = 20
    /// So few control characters prove nothing, however short the file.
    private static let controlsMin = 8

    private static let signatures: [(bytes: [UInt8], name: String, advice: String)] = [
        (
            [0x50, 0x4B, 0x03, 0x04], "a zip archive or an Excel workbook (.xlsx)",
            "Save the sheet as CSV UTF-8, or unpack the archive."
        ),
        (
            [0xD0, 0xCF, 0x11, 0xE0], "an old Excel workbook (.xls)",
            "Save the sheet as CSV UTF-8."
        ),
        ([0x25, 0x50, 0x44, 0x46], "a PDF document", "Export the responses as CSV."),
        (Array("PAR1".utf8), "a Parquet file", "Write it as CSV or JSON Lines."),
        (Array("SQLite format 3".utf8), "an SQLite database", "Export the table as CSV."),
        ([0x28, 0xB5, 0x2F, 0xFD], "zstd data", "Unpack it with `zstd -d`."),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "xz data", "Unpack it with `xz -d`."),
        (Array("BZh".utf8), "bzip2 data", "Unpack it with `bzip2 -d`."),
        ([0x1F, 0x8B], "gzip data within gzip data", "Unpack it once with `gzip -d`."),
        ([0x89, 0x50, 0x4E, 0x47], "a PNG picture", "Name the export file."),
        ([0xFF, 0xD8, 0xFF], "a JPEG picture", "Name the export file."),
        ([0x7F, 0x45, 0x4C, 0x46], "a program", "Name the export file."),
    ]

    /// Throws `binaryFile` where the bytes are not the beginning of a text.
    static func check(_ bytes: UnsafeBufferPointer<UInt8>, file: String) throws(ImportError) {
        for signature in signatures where bytes.starts(with: signature.bytes) {
            // "BZh" may begin a header of text; data has its block's mark at the fifth byte.
            if signature.name == "bzip2 data", bytes.count < 5 || bytes[4] != 0x31 { continue }
            throw ImportError(
                .binaryFile, "this is \(signature.name), not text", file: file,
                advice: signature.advice)
        }
        let sample = bytes.prefix(sampleBytes)
        let controls = sample.count { byte in
            byte < 0x20 && !byte.isASCIIBlank && byte != 0x1B || byte == 0x7F
        }
        let header = sample.prefix { $0 != 0x0A && $0 != 0x0D }
        guard
            header.contains(0)
                || controls > controlsMin && controls * controlShareMax > sample.count
        else { return }
        throw ImportError(
            .binaryFile, "this is not text", file: file,
            advice: "Export CSV or JSON Lines; for UTF-16 without a byte-order mark "
                + "state the encoding utf16le or utf16be.")
    }
}
