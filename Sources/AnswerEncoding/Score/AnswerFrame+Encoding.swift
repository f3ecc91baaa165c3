import JSON
import LedgerCore
import LedgerQueries
import NPSLedger
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

    /// The instant that was asked about; null for a position, or now.
    package var instantJSON: JSONValue { .optional(instant.map(Timestamp.format)) }

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
            "confidence": .number(confidence), "later": laterJSON,
            "zone": .string(calendar.zone),
        ]
    }

    /// What is pinned and was made after the responses, with the position where it was made.
    package var laterJSON: JSONValue {
        .array(
            later.map { later in
                switch later {
                case .model(let version, let position):
                    ["model": .integer(version), "position": .integer(position)]
                case .thresholds(let id, let position):
                    ["thresholds": .integer(id), "position": .integer(position)]
                }
            })
    }

    /// As of when, and what is of later than that.
    package var momentSentence: String {
        let moment =
            "as of position \(lens.asOf)"
            + (instant.map { " (\(Timestamp.format($0)))" } ?? "")
        guard !later.isEmpty else { return moment }
        return "responses \(moment); "
            + later.map { later in
                switch later {
                case .model(let version, let position):
                    "model \(version), made later (position \(position))"
                case .thresholds(let id, let position):
                    "thresholds \(id), made later (position \(position))"
                }
            }.joined(separator: ", ")
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
        [
            ("asOf", asOfJSON), ("instant", instantJSON), ("lens", lensJSON),
            ("window", windowJSON),
            Incomplete.json(incomplete),
        ]
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
        parts.append(momentSentence)
        if let from = lens.from { parts.append("from \(Timestamp.format(from))") }
        if let to = lens.to { parts.append("to \(Timestamp.format(to))") }
        if calendar.zone != "UTC" { parts.append("days of \(calendar.zone)") }
        parts.append("\(AnswerNumber.text(confidence)) % \(interval.rawValue)")
        if let incompleteSentence { parts.append(incompleteSentence) }
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

extension Selection {
    /// What was asked about, one remark each; empty where it was everything.
    package var remarks: [String] {
        Self.remarks(
            window: window?.text, from: from?.text, to: to?.text,
            keeping: segments.keeping.mapValues { $0.sorted() })
    }

    fileprivate static func remarks(
        window: String?, from: String?, to: String?, keeping: [String: [String]]
    ) -> [String] {
        var parts: [String] = []
        if let window { parts.append("the last \(window)") }
        if let from { parts.append("from \(from)") }
        if let to { parts.append("to \(to)") }
        for (dimension, values) in keeping.sorted(by: { $0.key < $1.key }) {
            parts.append(
                "only \(dimension) " + values.map { $0.isEmpty ? "—" : $0 }.joined(separator: ", "))
        }
        return parts
    }
}

extension TrainingRecord {
    /// What was asked for, in words; nil where it was everything.
    package var selectionSentence: String? {
        let parts = Selection.remarks(window: window, from: from, to: to, keeping: keeping)
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}
