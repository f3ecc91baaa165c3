import JSON
import NPSStatistics
import Presentation

/// A change of a score over segments: how much of it is that segments score otherwise, and how much
/// that their shares moved.
package enum MixWords {
    /// Both effects in points; `opposed` where the score of all went one way and the scores of the
    /// segments the other.
    static func json(_ mix: MixDecomposition, confidence: Double? = nil) -> JSONValue {
        var fields: [(String, JSONValue)] = [
            ("score", .optional(AnswerNumber.points(mix.scoreEffect))),
            ("mix", .optional(AnswerNumber.points(mix.mixEffect))),
            ("opposed", .bool(mix.isOpposed)),
        ]
        if let confidence {
            let bounds = mix.scoreEffectInterval(confidence: confidence)
            fields += [
                ("scoreLow", .optional(AnswerNumber.points(bounds?.low))),
                ("scoreHigh", .optional(AnswerNumber.points(bounds?.high))),
            ]
        }
        return .object(fields)
    }

    /// The change of all with its two parts, in words; what goes the other way than all is said.
    package static func sentence(
        _ mix: MixDecomposition, by dimensions: [String], confidence: Double? = nil
    ) -> String {
        func points(_ share: Double) -> String { Formatted.points(share * 100) }
        let bounds = confidence.flatMap { mix.scoreEffectInterval(confidence: $0) }
        let interval = bounds.map { " (\(points($0.low))…\(points($0.high)))" } ?? ""
        let dimension = dimensions.joined(separator: ", ")
        guard mix.isOpposed else {
            return "of the change of \(points(mix.totalChange)), \(points(mix.scoreEffect))"
                + "\(interval) come from the scores of segments and "
                + "\(points(mix.mixEffect)) from the mix of \(dimension)"
        }
        return "all together \(mix.totalChange > 0 ? "rose" : "fell") by "
            + "\(points(mix.totalChange)) while their segments "
            + "\(mix.scoreEffect > 0 ? "rose" : "fell"): \(points(mix.scoreEffect))"
            + "\(interval) come from the scores of segments and \(points(mix.mixEffect)) from the mix "
            + "of \(dimension)"
    }
}
