/// What typing does to letters: capitals, lost accents, slips of the finger.
///
/// Works on UTF-8 in place and knows the letters of the phrase book alone: ASCII, Latin-1's
/// accented letters (two bytes, the first 0xC3) and the French ligature (0xC5 0x93).
enum Spelling {
    private static let latinLead: UInt8 = 0xC3

    static func isLetter(_ byte: UInt8) -> Bool {
        byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
    }

    /// Makes the letter at `index` a capital.
    static func capitalise(_ bytes: inout [UInt8], at index: Int) {
        guard index < bytes.count else { return }
        if bytes[index] >= UInt8(ascii: "a"), bytes[index] <= UInt8(ascii: "z") {
            bytes[index] -= 0x20
        } else if bytes[index] == latinLead, index + 1 < bytes.count, bytes[index + 1] >= 0xA0 {
            bytes[index + 1] -= 0x20
        }
    }

    /// Applies a person's habits to the finished text; leaves no text empty.
    static func apply(
        _ style: WritingStyle, to bytes: inout [UInt8], using generator: inout SeededGenerator
    ) {
        for _ in 0..<style.typos {
            slip(&bytes, using: &generator)
        }
        if style.dropsAccents {
            dropAccents(&bytes)
        }
        switch style.letterCase {
        case .proper: break
        case .lower: lower(&bytes)
        case .shouted: shout(&bytes)
        }
        if style.squeezesCommas {
            squeezeCommas(&bytes)
        }
        if style.curlyApostrophes {
            curlApostrophes(&bytes)
        }
    }

    /// Swaps, drops or doubles a letter inside a word of at least four ASCII letters.
    ///
    /// A few tries at random places; a text without such a word stays as it is.
    private static func slip(_ bytes: inout [UInt8], using generator: inout SeededGenerator) {
        guard bytes.count > 8 else { return }
        for _ in 0..<4 {
            let index = 2 + generator.below(bytes.count - 4)
            let inWord = (index - 2...index + 1).allSatisfy { isLetter(bytes[$0]) }
            guard inWord else { continue }
            switch generator.below(3) {
            case 0: bytes.swapAt(index, index - 1)
            case 1: bytes.remove(at: index)
            default: bytes.insert(bytes[index], at: index)
            }
            return
        }
    }

    private static func lower(_ bytes: inout [UInt8]) {
        for index in bytes.indices {
            if bytes[index] >= UInt8(ascii: "A"), bytes[index] <= UInt8(ascii: "Z") {
                bytes[index] += 0x20
            }
        }
    }

    private static func shout(_ bytes: inout [UInt8]) {
        for index in bytes.indices {
            capitalise(&bytes, at: index)
        }
    }

    private static func dropAccents(_ bytes: inout [UInt8]) {
        var kept = 0
        var index = 0
        while index < bytes.count {
            if bytes[index] == latinLead, index + 1 < bytes.count {
                bytes[kept] = plainLetter(bytes[index + 1])
                index += 2
            } else if bytes[index] == 0xC5, index + 1 < bytes.count, bytes[index + 1] == 0x93 {
                bytes[kept] = UInt8(ascii: "o")
                kept += 1
                bytes[kept] = UInt8(ascii: "e")
                index += 2
            } else {
                bytes[kept] = bytes[index]
                index += 1
            }
            kept += 1
        }
        bytes.removeSubrange(kept...)
    }

    /// The ASCII letter under an accent, given the second byte of the accented one.
    private static func plainLetter(_ second: UInt8) -> UInt8 {
        let lowerCase: UInt8 =
            switch second | 0x20 {
            case 0xA0...0xA5: UInt8(ascii: "a")
            case 0xA7: UInt8(ascii: "c")
            case 0xA8...0xAB: UInt8(ascii: "e")
            case 0xAC...0xAF: UInt8(ascii: "i")
            case 0xB1: UInt8(ascii: "n")
            case 0xB2...0xB6: UInt8(ascii: "o")
            case 0xB9...0xBC: UInt8(ascii: "u")
            default: UInt8(ascii: "y")
            }
        return second < 0xA0 ? lowerCase - 0x20 : lowerCase
    }

    private static func squeezeCommas(_ bytes: inout [UInt8]) {
        var afterComma = false
        bytes.removeAll { byte in
            let squeezed = afterComma && byte == UInt8(ascii: " ")
            afterComma = byte == UInt8(ascii: ",")
            return squeezed
        }
    }

    private static func curlApostrophes(_ bytes: inout [UInt8]) {
        guard bytes.contains(UInt8(ascii: "'")) else { return }
        var curled: [UInt8] = []
        curled.reserveCapacity(bytes.count + 16)
        for byte in bytes {
            if byte == UInt8(ascii: "'") {
                curled.append(contentsOf: [0xE2, 0x80, 0x99])
            } else {
                curled.append(byte)
            }
        }
        bytes = curled
    }
}
