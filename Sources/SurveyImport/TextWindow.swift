import Glibc

/// The part of a file that is in memory: the bytes from the first that is not consumed onwards.
///
/// It grows only while one row does not fit, so its size follows the longest row allowed and not
/// the file. Beyond the bytes lies padding, so that whole words may be loaded.
struct TextWindow: ~Copyable {
    private let source: any ByteSource
    private(set) var base: UnsafeMutablePointer<UInt8>
    private(set) var capacity: Int
    private let chunkBytes: Int
    private var failure: ImportError?
    /// The index of the first byte not consumed.
    var start = 0
    /// The index after the last byte held.
    private(set) var end = 0
    /// Whether the file has no bytes beyond those held.
    private(set) var isAtEnd = false
    /// Whether a NUL is among the bytes held.
    private(set) var holdsNUL = false

    /// What is read at a time: large enough that system calls cost nothing, small enough to stay
    /// in the second-level cache.
    static let chunkBytesDefault = 256 << 10
    /// The bytes allocated beyond the capacity, one word and more.
    private static let paddingBytes = 16

    init(_ source: any ByteSource, chunkBytes: Int) {
        self.source = source
        self.chunkBytes = chunkBytes
        capacity = chunkBytes
        base = .allocate(capacity: capacity + Self.paddingBytes)
        base.initialize(repeating: 0, count: capacity + Self.paddingBytes)
    }

    deinit {
        base.deallocate()
    }

    var count: Int { end - start }
    var bytesRead: Int64 { source.bytesRead }
    var totalBytes: Int64? { source.totalBytes }

    /// The bytes held and not consumed; valid until the window is filled again.
    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base + start, count: count) }

    /// Reads on, keeping what is not consumed. A source that fails is believed only when the bytes
    /// before the failure have been used, so that what is delivered does not hang on chunk sizes.
    mutating func fill() throws(ImportError) {
        if let failure { throw failure }
        let kept = count
        // Doubling keeps the work of scanning a long row again within twice its length.
        let wanted = kept + max(chunkBytes, kept)
        if wanted > capacity {
            let larger = UnsafeMutablePointer<UInt8>.allocate(
                capacity: wanted + Self.paddingBytes)
            larger.initialize(repeating: 0, count: wanted + Self.paddingBytes)
            memcpy(larger, base + start, kept)
            base.deallocate()
            base = larger
            capacity = wanted
        } else if start > 0 {
            memmove(base, base + start, kept)
        }
        start = 0
        end = kept
        while end < capacity, !isAtEnd, failure == nil {
            let room = UnsafeMutableRawBufferPointer(start: base + end, count: capacity - end)
            do throws(ImportError) {
                let count = try source.read(into: room)
                end += count
                isAtEnd = count == 0
            } catch {
                failure = error
            }
        }
        holdsNUL = memchr(base, 0, end) != nil
    }
}

/// Reads small tokens (digits, signs, offsets) from the bytes of one field, never past its end.
struct ByteCursor {
    private let bytes: UnsafeBufferPointer<UInt8>
    private(set) var index = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { index == bytes.count }

    /// The next byte, not consumed; nil at the end.
    var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    /// Consumes the next byte if it is `byte`.
    mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        index += 1
        return true
    }

    /// Consumes the next byte if it is one of the two.
    mutating func take(_ first: UInt8, or second: UInt8) -> Bool {
        take(first) || take(second)
    }

    /// A number of `least` to `most` digits (at most 18, so that it cannot overflow).
    mutating func digits(_ least: Int, _ most: Int) -> Int? {
        let begin = index
        var value = 0
        while index - begin < most, let byte = peek, byte.isDigit {
            value = value * 10 + Int(byte &- UInt8(ascii: "0"))
            index += 1
        }
        guard index - begin >= least else {
            index = begin
            return nil
        }
        return value
    }

    /// The digits after a decimal separator as microseconds; what lies beyond is cut off.
    mutating func microseconds() -> Int? {
        let begin = index
        var value = 0
        while let byte = peek, byte.isDigit {
            if index - begin < 6 { value = value * 10 + Int(byte &- UInt8(ascii: "0")) }
            index += 1
        }
        guard index > begin else { return nil }
        for _ in min(6, index - begin)..<6 { value *= 10 }
        return value
    }

    /// An offset from UTC in seconds: "Z", "UTC", "GMT", "+02:00", "+0200" or "+02", each at most
    /// 18 hours off.
    mutating func offset() -> Int? {
        if take(UInt8(ascii: "Z"), or: UInt8(ascii: "z")) { return 0 }
        if take(word: "UTC") || take(word: "GMT") { return 0 }
        let isNegative = peek == UInt8(ascii: "-")
        guard take(UInt8(ascii: "+"), or: UInt8(ascii: "-")), let hours = digits(2, 2) else {
            return nil
        }
        var minutes = 0
        if take(UInt8(ascii: ":")) || peek?.isDigit == true {
            guard let stated = digits(2, 2) else { return nil }
            minutes = stated
        }
        guard hours <= 18, minutes < 60 else { return nil }
        let seconds = hours * 3600 + minutes * 60
        return isNegative ? -seconds : seconds
    }

    /// Consumes `word` if it stands next, in any case of its ASCII letters.
    mutating func take(word: StaticString) -> Bool {
        guard bytes.count - index >= word.utf8CodeUnitCount else { return false }
        for step in 0..<word.utf8CodeUnitCount {
            let wanted = word.utf8Start[step]
            guard bytes[index + step].lowercasedASCII == wanted.lowercasedASCII else {
                return false
            }
        }
        index += word.utf8CodeUnitCount
        return true
    }

    /// Consumes spaces and tabs; answers how many.
    mutating func takeBlanks() -> Int {
        let begin = index
        while take(UInt8(ascii: " "), or: UInt8(ascii: "\t")) {}
        return index - begin
    }
}

extension UInt8 {
    var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }

    var lowercasedASCII: UInt8 { self &- UInt8(ascii: "A") < 26 ? self | 0x20 : self }

    /// Space, tab, line feed, vertical tab, form feed, carriage return.
    var isASCIIBlank: Bool { self == 0x20 || self &- 9 < 5 }
}
