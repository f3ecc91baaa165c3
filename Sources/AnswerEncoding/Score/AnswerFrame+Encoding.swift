import JSON
import LedgerCore
import LedgerQueries
import NPSStatistics
import Presentation

extension AnswerFrame {
    /// As of when.
    package var asOfJSON: JSONValue {
        [
            "position": .integer(lens.asOf),
            "recordedAt": .optional(recordedAt.map(Timestamp.format)),
        ]
    }

    /// As of when, with the root of the log's tree there, as a checkpoint would show it.
    package func asOfJSON(root: String) -> JSONValue {
        [
            "position": .integer(lens.asOf),
            "recordedAt": .optional(recordedAt.map(Timestamp.format)), "root": .string(root),
        ]
    }

    /// The lens.
    package var lensJSON: JSONValue {
        [
            "basis": .string(lens.basis.rawValue),
            "model": models.isEmpty
                ? .optional(model) : .array(models.map { .integer($0) }),
            "thresholds": .optional(thresholdsID),
            "duplicates": .string(lens.duplicates.rawValue),
            "reviews": .string(lens.reviews.rawValue),
            "interval": .string(interval.rawValue),
            "confidence": .number(confidence),
        ]
    }

    /// Bounds of the response times.
    package var windowJSON: JSONValue {
        [
            "from": .optional(lens.from.map(Timestamp.format)),
            "to": .optional(lens.to.map(Timestamp.format)),
        ]
    }

    /// What every answer begins with.
    package var json: [(String, JSONValue)] {
        [("asOf", asOfJSON), ("lens", lensJSON), ("window", windowJSON)]
    }

    /// One line for people.
    package var sentence: String {
        var parts = ["\(lens.basis.rawValue)"]
        if lens.basis != .stated {
            let pinned = if case .pinned = lens.model { " (pinned)" } else { "" }
            parts.append(
                models.isEmpty
                    ? model.map { "model \($0)\(pinned)" } ?? "no model"
                    : "models " + models.map { "\($0)" }.joined(separator: " and "))
        }
        if let thresholdsID { parts.append("thresholds \(thresholdsID)") }
        if lens.duplicates != .all {
            parts.append("the \(lens.duplicates.rawValue) answer of each respondent")
        }
        if lens.reviews == .ignored { parts.append("reviews ignored") }
        parts.append("as of position \(lens.asOf)")
        if let from = lens.from { parts.append("from \(Timestamp.format(from))") }
        if let to = lens.to { parts.append("to \(Timestamp.format(to))") }
        parts.append("\(AnswerNumber.text(confidence)) % \(interval.rawValue)")
        return parts.joined(separator: ", ")
    }
}

extension SegmentSelection {
    /// The values kept by dimension, both sorted.
    package var keepingJSON: JSONValue {
        .object(
            keeping.sorted { $0.key < $1.key }.map { dimension, values in
                (dimension, .array(values.sorted().map { .string($0) }))
            })
    }
}
