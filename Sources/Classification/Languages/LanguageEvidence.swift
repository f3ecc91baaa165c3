/// What a text says of its language.
///
/// Each word counts once, however often it is said, and words with digits not at all; so “love, love,
/// love” is one word. The beginning is enough, and keeps the cost of a long text that of a short one.
struct LanguageEvidence: ~Copyable, TokenSink {
    /// Bytes of a text that are looked at.
    static let bytesMax = 1_024
    /// Different words that are looked at.
    static let wordsMax = 48

    private let table: TrigramTable
    /// For each language of the table.
    private(set) var sums = SIMD32<UInt16>.zero
    /// Trigrams that any language of the table has.
    private(set) var trigrams = 0
    /// Different words without a digit.
    private(set) var words = 0
    /// Their hashes, `wordsMax` of them.
    private var seen = [48 of UInt64](repeating: 0)
    /// Letters by script, a number for each case.
    private var letters = [20 of UInt16](repeating: 0)

    init(_ table: TrigramTable) {
        self.table = table
    }

    /// Forgets the last text.
    mutating func removeAll() {
        sums = .zero
        (trigrams, words) = (0, 0)
        letters = [20 of UInt16](repeating: 0)
    }

    /// The script that most letters are in, and how many those are.
    var script: (script: Script, letters: Int) {
        func count(_ script: Script) -> Int { Int(letters[Int(script.rawValue)]) }
        var most = (script: Script.latin, letters: count(.latin))
        for script in Script.allCases
        where script != .other && script != .kana && script != .han && count(script) > most.letters
        {
            most = (script, count(script))
        }
        // Japanese is written in both; whatever has kana is no Chinese.
        let eastern = count(.kana) + count(.han)
        if eastern > most.letters { most = (count(.kana) > 0 ? .kana : .han, eastern) }
        return most
    }

    @inline(__always)
    mutating func word(_ padded: UnsafeBufferPointer<UInt32>) {
        guard words < Self.wordsMax, trigrams + padded.count <= TrigramTable.trigramsMax else {
            return
        }
        var state = FeatureHash.wordSeed
        for index in 1..<(padded.count - 1) {
            guard padded[index] != 0x30 else { return }
            state = FeatureHash.step(state, padded[index])
        }
        let script = Int(Script(padded[1]).rawValue)
        letters[script] = letters[script] &+ UInt16(truncatingIfNeeded: padded.count - 2)
        for index in 0..<words where seen[index] == state { return }
        seen[words] = state
        words += 1
        for start in 0..<(padded.count - 2) {
            let trigram = TrigramTable.trigram(
                padded[start], padded[start + 1], padded[start + 2])
            guard let evidence = table.evidence(trigram) else { continue }
            sums &+= SIMD32<UInt16>(truncatingIfNeeded: evidence)
            trigrams += 1
        }
    }

    @inline(__always)
    mutating func symbol(_ scalar: UInt32) {
        let script = Script(scalar)
        guard script != .other else { return }
        letters[Int(script.rawValue)] &+= 1
    }

    mutating func gap() {}
}

/// Tells the language of a text, where the text tells it.
///
/// The script first; where several languages share it, how common the text's trigrams are in each. A
/// text of one or two words has no language here, for it is said in several of them, or misspelt.
struct LanguageIdentifier: ~Copyable {
    /// Different words from which on trigrams are believed.
    static let wordsMin = 3
    /// Known trigrams from which on: three of the shortest words are in half of all languages.
    static let trigramsMin = 12
    /// Letters from which on a script is believed that the Latin one does not share with anybody.
    static let lettersMin = 2
    /// By how much one language has to say more than another, in 1/16 of a nat: e⁸ to one, and e¹² to
    /// one where there are fewer than five words.
    static func lead(words: Int) -> Int { (words < 5 ? 12 : 8) * 16 }
    /// The same for a text's language among all: nothing hangs on one text, since they are counted.
    static let leadInCount: Int = 4 * 16

    private var normalizer = TextNormalizer()
    private var evidence: LanguageEvidence
    private let table: TrigramTable
    private let learnt: Set<Language>
    /// The same, by their numbers in the table.
    private let learntBits: UInt32
    /// The languages that share a script, by the scripts' numbers.
    private let scriptBits: [UInt32]

    /// - Parameter learnt: languages that others are told from.
    init(learnt: Set<Language> = [], _ table: TrigramTable = .shipped) {
        self.table = table
        self.learnt = learnt
        learntBits = table.bits { language, _ in learnt.contains(language) }
        scriptBits = Script.allCases.map { script in table.bits { $1 == script } }
        evidence = LanguageEvidence(table)
    }

    private mutating func look(at text: UnsafeBufferPointer<UInt8>) {
        evidence.removeAll()
        let start = UnsafeBufferPointer(rebasing: text.prefix(LanguageEvidence.bytesMax))
        _ = normalizer.run(start, into: &evidence)
    }

    /// The language that a text is in; nil where it does not tell.
    mutating func language(of text: UnsafeBufferPointer<UInt8>) -> Language? {
        look(at: text)
        let (script, letters) = evidence.script
        guard letters >= Self.lettersMin else { return nil }
        if let language = script.language { return language }
        let shared = scriptBits[Int(script.rawValue)]
        guard tellsEnough, let best = likeliest(shared) else { return nil }
        let second = likeliest(shared & ~(1 << UInt32(best.number)))
        guard best.sum - (second?.sum ?? 0) >= Self.leadInCount else { return nil }
        return table.languages[best.number].language
    }

    /// The language that a text is in where it is clearly none of those learnt; nil where it is one
    /// of them, or may be.
    mutating func otherLanguage(of text: UnsafeBufferPointer<UInt8>) -> Language? {
        look(at: text)
        let (script, letters) = evidence.script
        guard letters >= Self.lettersMin else { return nil }
        if let language = script.language { return learnt.contains(language) ? nil : language }
        let shared = scriptBits[Int(script.rawValue)]
        guard let other = likeliest(shared & ~learntBits) else { return nil }
        let language = table.languages[other.number].language
        guard let known = likeliest(shared & learntBits) else {
            // Names of things are written in Latin letters everywhere.
            return script != .latin || tellsEnough ? language : nil
        }
        let lead = other.sum - known.sum
        guard tellsEnough, lead >= Self.lead(words: evidence.words),
            // In a long text a little for each trigram comes to as much: names, another's quotation.
            lead * 5 >= evidence.trigrams * 16
        else { return nil }
        return language
    }

    /// Whether there is enough to go by.
    private var tellsEnough: Bool {
        evidence.words >= Self.wordsMin && evidence.trigrams >= Self.trigramsMin
    }

    /// Of some languages the one that the evidence says most for; the first of several.
    private func likeliest(_ bits: UInt32) -> (number: Int, sum: Int)? {
        var best: (number: Int, sum: Int)?
        var rest = bits
        while rest != 0 {
            let number = rest.trailingZeroBitCount
            rest &= rest - 1
            let sum = Int(evidence.sums[number])
            if sum > best?.sum ?? -1 { best = (number, sum) }
        }
        return best
    }

    /// The languages that it can tell.
    static let languages = Set(
        TrigramTable.shipped.languages.map(\.language) + Script.allCases.compactMap(\.language))
}
