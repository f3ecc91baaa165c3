/// A mapping laid out for reading rows: each mapped column is a numbered slot, and each field
/// knows its slot, so that no row looks a name up.
struct MappingPlan {
    struct SegmentSlot {
        var dimension: String
        var slot: Int
    }

    struct ExclusionSlot {
        var slot: Int
        var value: [UInt8]
        var reason: String
    }

    /// A field's slot, or ``unmapped``.
    typealias Slot = Int

    static let unmapped: Slot = -1

    /// The distinct columns, by slot.
    let columns: [String]
    let responseID: Slot
    let respondentID: Slot
    let score: Slot
    let text: Slot
    let at: Slot
    let updatedAt: Slot
    let channel: Slot
    let language: Slot
    let surveyID: Slot
    let segments: [SegmentSlot]
    let exclusions: [ExclusionSlot]

    init(_ mapping: ColumnMapping) {
        var columns: [String] = []
        func slot(_ name: String?) -> Slot {
            guard let name = name.map(trimmedText) else { return Self.unmapped }
            if let known = columns.firstIndex(of: name) { return known }
            columns.append(name)
            return columns.count - 1
        }
        responseID = slot(mapping.responseID)
        respondentID = slot(mapping.respondentID)
        score = slot(mapping.score)
        text = slot(mapping.text)
        at = slot(mapping.at)
        updatedAt = slot(mapping.updatedAt)
        channel = slot(mapping.channel)
        language = slot(mapping.language)
        surveyID = slot(mapping.surveyID)
        segments = mapping.segments.map {
            SegmentSlot(dimension: $0.dimension, slot: slot($0.column))
        }
        exclusions = mapping.exclusions.map { exclusion in
            let value = trimmedText(exclusion.value)
            return ExclusionSlot(
                slot: slot(exclusion.column), value: Array(value.utf8),
                reason: "\(trimmedText(exclusion.column))=\(value)")
        }
        self.columns = columns
    }

    /// The slots that a short row may not lack: without them it is more likely half a row, torn by
    /// a line break that was not quoted, than a row whose last fields are blank.
    var required: [Slot] { [responseID, score, at].filter { $0 != Self.unmapped } }
}
