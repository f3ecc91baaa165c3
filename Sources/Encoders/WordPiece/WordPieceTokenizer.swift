/// Cuts texts into the pieces of a vocabulary, as BERT's uncased models were trained on.
///
/// The same pieces as Hugging Face `tokenizers` finds with its BertNormalizer (clean text, Chinese
/// characters apart, no accents, lower case), BertPreTokenizer and WordPiece, with one setting of
/// it turned off: a text is data, so “[SEP]” in a text is five pieces of text and never the special
/// piece (there `encode_special_tokens = True`). What is no UTF-8 is read as U+FFFD, which the
/// normalizer removes. Texts are neither cut nor padded here. Time and memory grow with the text's
/// length alone; a word of more than 100 scalars is one unknown piece and takes no memory.
public struct WordPieceTokenizer: Sendable {
    /// Bytes of the longest vocabulary that is read; those of BERT have up to a million.
    public static let vocabularyBytesMax = 1 << 24
    /// Bytes of the longest piece: no word that has pieces is longer.
    public static let pieceBytesMax = WordBuffer.scalarsMax * 4

    /// The piece before a text.
    public let cls: Int32
    /// The piece after a text.
    public let sep: Int32
    /// The piece for padding.
    public let pad: Int32
    /// The piece of words that have none.
    public let unknown: Int32

    private let trie: PieceTrie
    private let cutter = WordCutter()

    /// Reads a vocabulary: UTF-8, one piece a line, its number being the line's, from 0; “##” marks
    /// pieces that go on with a word.
    ///
    /// - Throws: `EncoderError` with code `mismatch` and the line at fault.
    public init(vocabulary: [UInt8]) throws(EncoderError) {
        guard vocabulary.count <= Self.vocabularyBytesMax else {
            throw Self.refusal("it has more than \(Self.vocabularyBytesMax) bytes")
        }
        var tree = PieceTree()
        var special: [String: Int32] = [:]
        var lines = vocabulary.split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        for (index, line) in lines.enumerated() {
            let piece = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            guard !piece.isEmpty, piece.count <= Self.pieceBytesMax else {
                throw Self.refusal(
                    "line \(index + 1) is "
                        + (piece.isEmpty ? "empty" : "longer than \(Self.pieceBytesMax) bytes"))
            }
            guard String(validating: piece, as: UTF8.self) != nil else {
                throw Self.refusal("line \(index + 1) is no UTF-8")
            }
            if piece.first == UInt8(ascii: "["), piece.last == UInt8(ascii: "]") {
                special[String(decoding: piece, as: UTF8.self)] = Int32(index)
            }
            let goesOn = piece.count > 2 && piece.starts(with: [35, 35])
            let same = tree.add(
                goesOn ? piece.dropFirst(2) : piece,
                below: goesOn ? PieceTree.continuation : PieceTree.initial, piece: Int32(index))
            if let same {
                throw Self.refusal("lines \(same + 1) and \(index + 1) are the same piece")
            }
        }
        func number(_ name: String) throws(EncoderError) -> Int32 {
            guard let number = special[name] else { throw Self.refusal("it lacks \(name)") }
            return number
        }
        cls = try number("[CLS]")
        sep = try number("[SEP]")
        pad = try number("[PAD]")
        unknown = try number("[UNK]")
        trie = PieceTrie(tree)
    }

    private static func refusal(_ what: String) -> EncoderError {
        EncoderError(
            .mismatch,
            "the vocabulary cannot be used: \(what)")
    }

    /// The numbers of a text's pieces, without those before and after it.
    ///
    /// - Parameter utf8: the text; what is no UTF-8 in it is passed over.
    public func tokens(_ utf8: [UInt8]) -> [Int32] {
        var ids: [Int32] = []
        utf8.withUnsafeBufferPointer { text in
            cutter.forEachWord(in: text) { word in
                if let word { appendPieces(of: word, to: &ids) } else { ids.append(unknown) }
            }
        }
        return ids
    }

    /// Finds the pieces of a word, the longest first; one that cannot be cut wholly is unknown.
    private func appendPieces(of word: UnsafeBufferPointer<UInt8>, to ids: inout [Int32]) {
        let count = ids.count
        var start = 0
        var root = PieceTree.initial
        while start < word.count {
            guard let (piece, end) = trie.longest(from: root, in: word, at: start) else {
                ids.removeSubrange(count...)
                ids.append(unknown)
                return
            }
            ids.append(piece)
            start = end
            root = PieceTree.continuation
        }
    }
}

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
