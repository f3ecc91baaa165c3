@testable import Classification

/// Keeps tokens as they come, words as text and symbols as text or a name in brackets.
struct CollectedTokens: TokenSink {
    private(set) var tokens: [String] = []

    mutating func word(_ padded: UnsafeBufferPointer<UInt32>) {
        tokens.append(Self.text(padded.dropFirst().dropLast()))
    }

    mutating func symbol(_ scalar: UInt32) {
        switch scalar {
        case Symbol.url: tokens.append("[url]")
        case Symbol.mail: tokens.append("[mail]")
        case Symbol.handle: tokens.append("[handle]")
        default: tokens.append(Self.text([scalar]))
        }
    }

    mutating func gap() {
        tokens.append("[gap]")
    }

    static func of(_ bytes: [UInt8]) -> (tokens: [String], truncated: Bool) {
        var sink = CollectedTokens()
        var normalizer = TextNormalizer()
        let truncated = bytes.withUnsafeBufferPointer { normalizer.run($0, into: &sink) }
        return (sink.tokens, truncated)
    }

    private static func text(_ scalars: some Sequence<UInt32>) -> String {
        var text = ""
        for scalar in scalars { text.unicodeScalars.append(Unicode.Scalar(scalar) ?? "\u{FFFD}") }
        return text
    }
}
