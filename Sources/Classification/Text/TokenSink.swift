/// Receives the normalised tokens of a text in order.
protocol TokenSink: ~Copyable {
    /// A word, with one space (U+0020) before and after it inside the buffer.
    mutating func word(_ padded: UnsafeBufferPointer<UInt32>)
    /// A token of one scalar: an emoji, an ideograph, `!`, or one of `Symbol`.
    mutating func symbol(_ scalar: UInt32)
    /// Text was left out here: the tokens on either side are no neighbours.
    mutating func gap()
}

/// Scalars that stand for something else than themselves.
enum Symbol {
    static let exclamation: UInt32 = 0x21
    static let exclamations: UInt32 = 0x203C
    static let question: UInt32 = 0x3F
    static let currency: UInt32 = 0xA4
    static let smile: UInt32 = 0x1F642
    static let frown: UInt32 = 0x1F641
    static let heart: UInt32 = 0x2764
    // Private use: such scalars in a text are separators, so that nobody can write these tokens.
    static let url: UInt32 = 0xF_0001
    static let mail: UInt32 = 0xF_0002
    static let handle: UInt32 = 0xF_0003
}
