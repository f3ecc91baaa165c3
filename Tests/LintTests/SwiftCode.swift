/// Swift source with comments, strings and regular expressions blanked out, byte for byte.
///
/// Every rule that looks for code looks here: a word in a comment or a string is no code. Line
/// breaks stay, so that line numbers are those of the file.
struct SwiftCode: Sendable {
    let bytes: [UInt8]

    init(_ text: String) {
        var blanking = Blanking(bytes: Array(text.utf8))
        blanking.run()
        bytes = blanking.bytes
    }

    /// The lines, without their line breaks.
    var lines: [String] {
        bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
    }

    /// Whether a byte may be part of an identifier.
    static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...0xFF:
            true
        default: false
        }
    }
}

extension SwiftCode {
    /// One pass over the source that overwrites what is not code.
    private struct Blanking {
        var bytes: [UInt8]
        private var index = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        mutating func run() {
            while index < bytes.count { step() }
        }

        private mutating func step() {
            switch bytes[index] {
            case UInt8(ascii: "/") where at(1) == UInt8(ascii: "/"): blankLine()
            case UInt8(ascii: "/") where at(1) == UInt8(ascii: "*"): blankBlock()
            case UInt8(ascii: "/") where beginsRegex(): blankRegex(hashes: 0)
            case UInt8(ascii: "\""): blankString(hashes: 0)
            case UInt8(ascii: "#"):
                var hashes = 0
                while at(hashes) == UInt8(ascii: "#") { hashes += 1 }
                if at(hashes) == UInt8(ascii: "\"") {
                    blank(hashes)
                    blankString(hashes: hashes)
                } else if at(hashes) == UInt8(ascii: "/") {
                    blank(hashes)
                    blankRegex(hashes: hashes)
                } else {
                    index += hashes
                }
            default: index += 1
            }
        }

        private func at(_ offset: Int) -> UInt8? {
            index + offset < bytes.count ? bytes[index + offset] : nil
        }

        private mutating func blank(_ count: Int) {
            for _ in 0..<count where index < bytes.count {
                if bytes[index] != UInt8(ascii: "\n") { bytes[index] = UInt8(ascii: " ") }
                index += 1
            }
        }

        private mutating func blankLine() {
            while let byte = at(0), byte != UInt8(ascii: "\n") { blank(1) }
        }

        /// Block comments nest.
        private mutating func blankBlock() {
            var depth = 0
            repeat {
                if at(0) == UInt8(ascii: "/") && at(1) == UInt8(ascii: "*") {
                    depth += 1
                    blank(2)
                } else if at(0) == UInt8(ascii: "*") && at(1) == UInt8(ascii: "/") {
                    depth -= 1
                    blank(2)
                } else {
                    blank(1)
                }
            } while depth > 0 && index < bytes.count
        }

        /// From the opening quotation mark; interpolations go too, whatever they nest.
        private mutating func blankString(hashes: Int) {
            let quote = UInt8(ascii: "\"")
            let isLong = at(1) == quote && at(2) == quote
            let marks = isLong ? 3 : 1
            blank(marks)
            while let byte = at(0) {
                if byte == quote && isClosing(marks: marks, hashes: hashes) {
                    blank(marks + hashes)
                    return
                }
                if byte == UInt8(ascii: "\n") && !isLong { return }
                if byte == UInt8(ascii: "\\") && areHashes(from: 1, hashes) {
                    blank(1 + hashes)
                    if at(0) == UInt8(ascii: "(") { blankInterpolation() } else { blank(1) }
                } else {
                    blank(1)
                }
            }
        }

        private mutating func blankInterpolation() {
            var depth = 0
            repeat {
                switch at(0) {
                case UInt8(ascii: "("):
                    depth += 1
                    blank(1)
                case UInt8(ascii: ")"):
                    depth -= 1
                    blank(1)
                case UInt8(ascii: "\""): blankString(hashes: 0)
                default: blank(1)
                }
            } while depth > 0 && index < bytes.count
        }

        private func isClosing(marks: Int, hashes: Int) -> Bool {
            for offset in 0..<marks where at(offset) != UInt8(ascii: "\"") { return false }
            return areHashes(from: marks, hashes)
        }

        private func areHashes(from start: Int, _ count: Int) -> Bool {
            for offset in 0..<count where at(start + offset) != UInt8(ascii: "#") { return false }
            return true
        }

        /// A slash begins a regular expression where a value is expected and the line closes it.
        private func beginsRegex() -> Bool {
            guard let next = at(1), next != UInt8(ascii: " "), next != UInt8(ascii: "\n") else {
                return false
            }
            var before = index - 1
            while before >= 0 && bytes[before] == UInt8(ascii: " ") { before -= 1 }
            guard before >= 0, Array("(,=:[{".utf8).contains(bytes[before]) else { return false }
            return bytes[(index + 1)...].prefix { $0 != UInt8(ascii: "\n") }
                .contains(UInt8(ascii: "/"))
        }

        private mutating func blankRegex(hashes: Int) {
            blank(1)
            while let byte = at(0) {
                if byte == UInt8(ascii: "\n") && hashes == 0 { return }
                if byte == UInt8(ascii: "\\") {
                    blank(2)
                } else if byte == UInt8(ascii: "/") && areHashes(from: 1, hashes) {
                    blank(1 + hashes)
                    return
                } else {
                    blank(1)
                }
            }
        }
    }
}
