import CEmbeddedModel

/// What three letters in a row say for each of up to 32 languages: 16·ln((share + floor) / floor),
/// with the trigram's share of all trigrams of the language, and the floor for what is too rare to
/// be counted.
///
/// `Tools/LanguageProfiles` makes it, and says from what and in which bytes.
// SAFETY: what the pointers lead to is written before anybody has them, and never changed or freed: the
// program has one table, and looks at it for every text.
struct TrigramTable: @unchecked Sendable {
    /// What it says for each language, by the languages' numbers.
    typealias Evidence = SIMD32<UInt8>

    static let languagesMax = Evidence.scalarCount
    /// As much as a trigram can say.
    static let evidenceMax: UInt16 = 127
    /// So many of them fit 16 bits.
    static let trigramsMax = Int(UInt16.max / evidenceMax)

    /// Their languages in the order of their numbers, each with its script.
    let languages: [(language: Language, script: Script)]
    /// Open addressing: a trigram and in the upper 16 bits its row, 0 where free.
    private let slots: UnsafePointer<UInt64>
    private let rows: UnsafePointer<Evidence>
    private let shift: UInt64
    private let mask: Int

    /// The table that ships inside the program.
    static let shipped = TrigramTable(
        bytes: UnsafeBufferPointer(
            start: nps_embedded_languages_bytes(), count: nps_embedded_languages_length()))

    /// Reads the program's own bytes.
    init(bytes: UnsafeBufferPointer<UInt8>) {
        var rest = bytes[...]
        func number(_ width: Int) -> Int {
            defer { rest = rest.dropFirst(width) }
            return rest.prefix(width).reduce(0) { $0 << 8 | Int($1) }
        }
        languages = (0..<number(1)).map { _ in
            let code = String(decoding: rest.prefix(2), as: UTF8.self)
            rest = rest.dropFirst(2)
            guard let language = Language(code), let script = Script(rawValue: UInt8(number(1)))
            else { preconditionFailure("the table of trigrams names no language") }
            return (language, script)
        }
        let count = number(4)
        // Half of it stays free, so that what is not there is soon known not to be.
        let bits = Int.bitWidth - (2 * count).leadingZeroBitCount
        (shift, mask) = (UInt64(64 - bits), 1 << bits - 1)
        let slots = UnsafeMutablePointer<UInt64>.allocate(capacity: 1 << bits)
        slots.initialize(repeating: 0, count: 1 << bits)
        let rows = UnsafeMutablePointer<Evidence>.allocate(capacity: count)
        rows.initialize(repeating: .zero, count: count)
        for row in 0..<count {
            let trigram = Self.trigram(
                UInt32(number(2)), UInt32(number(2)), UInt32(number(2)))
            for _ in 0..<number(1) {
                let language = number(1)
                rows[row][language] = UInt8(number(1))
            }
            var slot = Self.slot(trigram, shift)
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = UInt64(row) << 48 | trigram
        }
        precondition(rest.isEmpty && languages.count <= Self.languagesMax && count <= 1 << 16)
        (self.slots, self.rows) = (UnsafePointer(slots), UnsafePointer(rows))
    }

    /// Some of its languages, a bit for each by its number.
    func bits(where isAsked: (Language, Script) -> Bool) -> UInt32 {
        languages.enumerated().reduce(0) { bits, entry in
            isAsked(entry.element.language, entry.element.script)
                ? bits | 1 << UInt32(entry.offset) : bits
        }
    }

    /// Three letters as a number; none is 0, and one beyond 16 bits makes a trigram that is not there.
    @inline(__always)
    static func trigram(_ first: UInt32, _ second: UInt32, _ third: UInt32) -> UInt64 {
        guard (first | second | third) >> 16 == 0 else { return 1 }
        return UInt64(first) << 32 | UInt64(second) << 16 | UInt64(third)
    }

    @inline(__always)
    private static func slot(_ trigram: UInt64, _ shift: UInt64) -> Int {
        Int(truncatingIfNeeded: (trigram &* 0x9E37_79B9_7F4A_7C15) >> shift)
    }

    /// What a trigram says; nil where no language has it.
    @inline(__always)
    func evidence(_ trigram: UInt64) -> Evidence? {
        var slot = Self.slot(trigram, shift)
        while true {
            let found = slots[slot]
            if found & 0xFFFF_FFFF_FFFF == trigram { return rows[Int(found >> 48)] }
            if found == 0 { return nil }
            slot = (slot &+ 1) & mask
        }
    }
}
