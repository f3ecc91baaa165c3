/// Reads an artefact's bytes in order and refuses to read beyond their end.
struct ArtefactReader {
    let bytes: [UInt8]
    private(set) var offset = 0
    /// Where the content ends: before the checksum, once that is known.
    var end: Int

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        end = bytes.count
    }

    mutating func take(_ count: Int) throws(ArtefactError) -> ArraySlice<UInt8> {
        guard count >= 0, end - offset >= count else {
            throw ArtefactError(
                code: .truncated, offset: offset,
                detail: "\(count) bytes expected, \(end - offset) left")
        }
        defer { offset += count }
        return bytes[offset..<(offset + count)]
    }

    mutating func integer<Value: FixedWidthInteger & UnsignedInteger>(
        _ type: Value.Type
    ) throws(ArtefactError) -> Value {
        var value: Value = 0
        for byte in try take(Value.bitWidth / 8).reversed() { value = value << 8 | Value(byte) }
        return value
    }

    mutating func byte() throws(ArtefactError) -> UInt8 {
        try integer(UInt8.self)
    }

    /// A string of at most 255 bytes behind its length.
    mutating func string() throws(ArtefactError) -> String {
        let count = Int(try byte())
        return String(decoding: try take(count), as: UTF8.self)
    }

    /// A text of `count` bytes, which have to be UTF-8: read and written again it is the same.
    mutating func text(_ count: Int) throws(ArtefactError) -> String {
        let bytes = try take(count)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw refusal(.invalidValue, "a text that is not UTF-8")
        }
        return text
    }

    func refusal(_ code: ArtefactError.Code, _ detail: String) -> ArtefactError {
        ArtefactError(code: code, offset: offset, detail: detail)
    }
}
