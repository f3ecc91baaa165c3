@testable import Encoders

/// What the cutter makes of a text, in the form in which the reference answers.
struct CutWords {
    private let cutter = WordCutter()

    /// The words with a space between them; long ones as they are marked.
    func words(_ text: [UInt8]) -> [UInt8] {
        var joined: [UInt8] = []
        text.withUnsafeBufferPointer { text in
            cutter.forEachWord(in: text) { word in
                if !joined.isEmpty { joined.append(0x20) }
                if let word { joined += word } else { joined.append(0x21) }
            }
        }
        return joined
    }
}
