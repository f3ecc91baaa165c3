/// The parts of a text that an encoder reads.
enum TextWindows {
    /// Tokens of one part, those around it not counted: the model was trained on 128 with them.
    static let tokensMax = 126

    /// A text of up to 126 tokens as a whole; of a longer one the first 126 tokens and what
    /// follows, at most the last 126 of it. No token is read twice.
    static func cut(_ tokens: [Int32]) -> [ArraySlice<Int32>] {
        let head = tokens.prefix(tokensMax)
        let rest = tokens.dropFirst(tokensMax)
        return rest.isEmpty ? [head] : [head, rest.suffix(tokensMax)]
    }
}
