import Encoders
import Simulation

/// Simulated comments, put together and chosen so that they have about 30 tokens.
enum EncoderTexts {
    /// [CLS] and [SEP] included; some 30 on the average.
    static let tokens = 26...36

    /// The same texts on every run, no two of them equal.
    static func make(_ count: Int, for encoder: MiniLMEncoder) throws -> [[UInt8]] {
        var found: [[UInt8]] = []
        var seen = Set<[UInt8]>()
        var text = ""
        // One response in three or so has a comment, and it takes some to make a text.
        for row in try Simulator(SimulationConfiguration(seed: 4, responses: 40 * count + 1_000))
        where !row.text.isEmpty && row.language == .english {
            text += (text.isEmpty ? "" : " ") + row.text
            let bytes = Array(text.utf8)
            let length = encoder.tokenCount(of: bytes)
            guard length >= tokens.lowerBound else { continue }
            if length <= tokens.upperBound, seen.insert(bytes).inserted { found.append(bytes) }
            text = ""
            if found.count == count { return found }
        }
        throw BenchmarkFailure("only \(found.count) of \(count) texts were simulated")
    }
}
