/// What the reference tokenizer makes of each Unicode scalar.
///
/// A table of our own and not the standard library's properties: the reference mixes several
/// versions of Unicode, and a text's tokens must not change with the toolchain.
struct ScalarTable: Sendable {
    /// What a scalar is to a word.
    enum Kind: UInt32 {
        /// Stays in the word, as what it is mapped to.
        case letter
        /// Taken out before anything else.
        case removed
        /// Ends a word.
        case space
        /// Is a word of its own, as what it is mapped to.
        case isolated
        /// Taken out after decomposition; kept marks do not move past it.
        case startingMark
        /// Taken out after decomposition; kept marks move past it.
        case movingMark
        /// Stays in the word, in the order of its rank among such.
        case keptMark
        /// Becomes several scalars.
        case sequence
    }

    /// A scalar's kind, and with it a target, a rank or where its sequence begins.
    struct Entry: Hashable, Sendable {
        /// Above the 21 bits of a scalar.
        private static let kindShift: UInt32 = 24
        let raw: UInt32

        init(_ kind: Kind, _ payload: UInt32 = 0) {
            raw = kind.rawValue << Self.kindShift | payload
        }

        var kind: Kind { Kind(rawValue: raw >> Self.kindShift) ?? .letter }
        /// A target of 0 is the scalar itself.
        var payload: UInt32 { raw & (1 << Self.kindShift - 1) }
    }

    static let reference = ScalarTable()

    private static let scalarBits: UInt32 = 21
    private static let blockBits: UInt32 = 7
    private static let blockSize: UInt32 = 1 << blockBits

    /// The block of each run of 128 scalars.
    private var blockOf: [UInt16]
    private var entries: [Entry]
    /// Blocks that stand for several runs, and are copied before one of them changes.
    private var shared: Set<UInt16> = [0]
    /// Sequences one after another, each after its length.
    private var sequences: [UInt32] = []

    /// What becomes of a scalar.
    func entry(_ scalar: UInt32) -> Entry {
        let block = UInt32(blockOf[Int(scalar >> Self.blockBits)])
        return entries[Int(block << Self.blockBits | scalar & (Self.blockSize - 1))]
    }

    /// The scalars of a sequence.
    func sequence(_ entry: Entry) -> ArraySlice<UInt32> {
        let start = Int(entry.payload)
        return sequences[(start + 1)..<(start + 1 + Int(sequences[start]))]
    }
}

extension ScalarTable {
    /// Reads the generated data; a test holds every scalar of it against the reference.
    private init() {
        blockOf = Array(repeating: 0, count: 1 << Int(Self.scalarBits - Self.blockBits))
        entries = Array(repeating: Entry(.letter), count: Int(Self.blockSize))
        var uniform: [Entry: UInt16] = [Entry(.letter): 0]
        let simple: [(StaticString, Kind)] = [
            (ScalarTableData.removed, .removed), (ScalarTableData.spaces, .space),
            (ScalarTableData.isolated, .isolated),
            (ScalarTableData.startingMarks, .startingMark),
            (ScalarTableData.movingMarks, .movingMark),
        ]
        for (text, kind) in simple {
            for word in Self.words(text) {
                fill(Self.range(word), Entry(kind), &uniform)
            }
        }
        for word in Self.words(ScalarTableData.keptMarks) {
            let parts = word.split(separator: UInt8(ascii: "@"))
            let rank = parts[1].reduce(0) { $0 * 10 + UInt32($1 - UInt8(ascii: "0")) }
            fill(Self.range(parts[0]), Entry(.keptMark, rank), &uniform)
        }
        readTargets()
    }

    private mutating func readTargets() {
        for word in Self.words(ScalarTableData.runs) {
            let parts = word.split { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ">") }
            let range = Self.range(parts[0])
            let target = Self.number(parts[2])
            for scalar in stride(
                from: range.lowerBound, through: range.upperBound,
                by: UInt32.Stride(Self.number(parts[1])))
            {
                map(scalar, to: target + scalar - range.lowerBound)
            }
        }
        for word in Self.words(ScalarTableData.singles) {
            let parts = word.split(separator: UInt8(ascii: ">"))
            map(Self.number(parts[0]), to: Self.number(parts[1]))
        }
        for word in Self.words(ScalarTableData.letters) {
            // What follows may be an equals sign itself.
            let parts = word.split(separator: UInt8(ascii: "="), maxSplits: 1)
            let first = Self.number(parts[0])
            let targets = String(decoding: parts[1], as: UTF8.self).unicodeScalars
            for (index, target) in targets.enumerated() {
                map(first + UInt32(index), to: target.value)
            }
        }
        for word in Self.words(ScalarTableData.sequences) {
            let parts = word.split { $0 == UInt8(ascii: ">") || $0 == UInt8(ascii: "+") }
            let start = UInt32(sequences.count)
            sequences.append(UInt32(parts.count - 1))
            sequences += parts.dropFirst().map(Self.number)
            set(Self.number(parts[0]), Entry(.sequence, start))
        }
    }

    private static func words(_ text: StaticString) -> [ArraySlice<UInt8>] {
        text.withUTF8Buffer { bytes in
            [UInt8](bytes).split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
        }
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> UInt32 {
        digits.reduce(0) { value, digit in
            value << 4 | UInt32(digit <= UInt8(ascii: "9") ? digit - 48 : digit - 55)
        }
    }

    private static func range(_ word: ArraySlice<UInt8>) -> ClosedRange<UInt32> {
        let ends = word.split(separator: UInt8(ascii: "-")).map(number)
        return ends[0]...ends[ends.count - 1]
    }

    /// Gives a range an entry; blocks that are all of one kind are stored once.
    private mutating func fill(
        _ range: ClosedRange<UInt32>, _ entry: Entry, _ uniform: inout [Entry: UInt16]
    ) {
        var scalar = range.lowerBound
        while scalar <= range.upperBound {
            let isWhole =
                scalar % Self.blockSize == 0 && range.upperBound - scalar >= Self.blockSize - 1
            if isWhole, blockOf[Int(scalar >> Self.blockBits)] == 0 {
                let block =
                    uniform[entry]
                    ?? newBlock(Array(repeating: entry, count: Int(Self.blockSize)))
                uniform[entry] = block
                blockOf[Int(scalar >> Self.blockBits)] = block
                shared.insert(block)
                scalar += Self.blockSize
            } else {
                set(scalar, entry)
                scalar += 1
            }
        }
    }

    private mutating func newBlock(_ content: [Entry]) -> UInt16 {
        let block = entries.count >> Int(Self.blockBits)
        entries += content
        return UInt16(block)
    }

    private mutating func set(_ scalar: UInt32, _ entry: Entry) {
        let index = Int(scalar >> Self.blockBits)
        var block = blockOf[index]
        if shared.contains(block) {
            let start = Int(block) << Int(Self.blockBits)
            block = newBlock(Array(entries[start..<(start + Int(Self.blockSize))]))
            blockOf[index] = block
        }
        entries[Int(block) << Int(Self.blockBits) | Int(scalar & (Self.blockSize - 1))] = entry
    }

    /// What is mapped is set apart where it was before, or where what it becomes is.
    private mutating func map(_ scalar: UInt32, to target: UInt32) {
        let isIsolated = entry(scalar).kind == .isolated || entry(target).kind == .isolated
        set(scalar, Entry(isIsolated ? .isolated : .letter, target))
    }
}
