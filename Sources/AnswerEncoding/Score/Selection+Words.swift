import LedgerCore
import LedgerQueries
import NPSLedger

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
