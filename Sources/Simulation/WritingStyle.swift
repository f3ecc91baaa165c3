/// How one person types: decided once a comment, applied when it is finished.
struct WritingStyle: Sendable {
    enum LetterCase: Sendable {
        case proper
        case lower
        case shouted
    }

    let letterCase: LetterCase
    let dropsAccents: Bool
    let typos: Int
    let squeezesCommas: Bool
    let curlyApostrophes: Bool

    init(language: CommentLanguage, using generator: inout SeededGenerator) {
        // One draw feeds all habits: each takes bits of its own.
        let bits = generator.next()
        let manner = Int(bits & 127)
        letterCase = manner < 88 ? .proper : manner < 124 ? .lower : .shouted
        dropsAccents = language == .french && bits >> 8 & 127 < 28
        let slips = bits >> 16 & 127
        typos = slips < 14 ? 1 : slips < 19 ? 2 : 0
        squeezesCommas = bits >> 24 & 127 < 5
        curlyApostrophes = bits >> 32 & 127 < 10
    }
}
