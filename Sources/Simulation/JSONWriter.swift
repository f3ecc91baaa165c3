/// Writes JSON (RFC 8259) with members in the order they are given, without spaces.
struct JSONWriter {
    private static let digits = [UInt8]("0123456789abcdef".utf8)

    /// What has been written; a caller may put bytes of its own before it.
    var bytes: [UInt8] = []
    private var needsComma = false

    var text: String { String(decoding: bytes, as: UTF8.self) }

    mutating func beginObject() { open("{") }
    mutating func beginArray() { open("[") }
    mutating func endObject() { close("}") }
    mutating func endArray() { close("]") }

    /// Starts a member whose value follows.
    mutating func key(_ name: String) {
        separate()
        quote(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    mutating func member(_ name: String, _ value: String) {
        key(name)
        quote(value)
        needsComma = true
    }

    /// A string, or null in place of an empty one.
    mutating func member(_ name: String, nonEmpty value: String) {
        value.isEmpty ? literal(name, "null") : member(name, value)
    }

    mutating func member(_ name: String, _ value: some FixedWidthInteger) {
        literal(name, String(value))
    }

    /// A fraction in the shortest form that reads back as the same number.
    mutating func member(_ name: String, _ value: Double) {
        literal(name, "\(value)")
    }

    private mutating func literal(_ name: String, _ value: String) {
        key(name)
        bytes.append(contentsOf: value.utf8)
        needsComma = true
    }

    private mutating func open(_ mark: Unicode.Scalar) {
        separate()
        bytes.append(UInt8(ascii: mark))
        needsComma = false
    }

    private mutating func close(_ mark: Unicode.Scalar) {
        bytes.append(UInt8(ascii: mark))
        needsComma = true
    }

    private mutating func separate() {
        if needsComma {
            bytes.append(UInt8(ascii: ","))
        }
    }

    private mutating func quote(_ value: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0x0A: bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "n")])
            case ..<0x20:
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(Self.digits[Int(byte >> 4)])
                bytes.append(Self.digits[Int(byte & 15)])
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
