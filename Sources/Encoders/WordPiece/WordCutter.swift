/// Cuts a text into normalised words: clean text, Chinese characters apart, canonical decomposition
/// without nonspacing marks, lower case, punctuation apart; each step as the reference does it.
struct WordCutter: Sendable {
    private let scalars = ScalarTable.reference
    /// What becomes of each ASCII byte, so that most text needs no further look.
    private let ascii: [ScalarTable.Entry]

    init() {
        ascii = (UInt32(0)..<0x80).map { [scalars] scalar in
            let entry = scalars.entry(scalar)
            return entry.payload == 0 ? ScalarTable.Entry(entry.kind, scalar) : entry
        }
    }

    /// Calls `body` with each word as UTF-8; nil stands for a word that is too long for pieces.
    @inline(__always)
    func forEachWord(
        in text: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>?) -> Void
    ) {
        var word = WordBuffer()
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte < 0x80 {
                index += 1
                let entry = ascii[Int(byte)]
                if entry.kind == .letter {
                    word.append(entry.payload)
                } else {
                    take(entry, entry.payload, &word, body)
                }
            } else if let scalar = UTF8Scalars.next(text, &index) {
                take(scalars.entry(scalar), scalar, &word, body)
            }
        }
        word.end(body)
    }

    private func take(
        _ entry: ScalarTable.Entry, _ scalar: UInt32, _ word: inout WordBuffer,
        _ body: (UnsafeBufferPointer<UInt8>?) -> Void
    ) {
        switch entry.kind {
        case .letter: takeLetter(entry.payload == 0 ? scalar : entry.payload, &word)
        case .removed, .movingMark: break
        case .space: word.end(body)
        case .isolated:
            word.end(body)
            word.append(entry.payload == 0 ? scalar : entry.payload)
            word.end(body)
        case .startingMark: word.endRun()
        case .keptMark: word.append(mark: scalar, rank: entry.payload)
        case .sequence:
            for scalar in scalars.sequence(entry) {
                take(scalars.entry(scalar), scalar, &word, body)
            }
        }
    }

    /// Hangul syllables are taken apart by arithmetic, as the Unicode standard has it.
    private func takeLetter(_ scalar: UInt32, _ word: inout WordBuffer) {
        let syllables: UInt32 = 0xAC00
        guard scalar >= syllables, scalar < syllables + 11_172 else {
            word.append(scalar)
            return
        }
        let index = scalar - syllables
        word.append(0x1100 + index / 588)
        word.append(0x1161 + index % 588 / 28)
        if index % 28 > 0 { word.append(0x11A7 + index % 28) }
    }
}
