import LedgerCore

extension HistoryAuthor {
    private static let segmentValues = [
        ("region", ["EMEA", "APAC", "Île-de-France"]),
        ("channel", ["app", "web", "phone"]),
        ("language", ["en", "fr"]),
    ]

    mutating func recordResponse(hasText: Bool) throws(EntryError) {
        rowCount += 1
        var segments: [String: String] = [:]
        for (dimension, values) in Self.segmentValues where numbers.happens(percent: 75) {
            segments[dimension] = numbers.pick(values)
        }
        let hasScore = !hasText || numbers.happens(percent: 80)
        let isRescaled = hasScore && numbers.happens(percent: 10)
        let subject =
            numbers.happens(percent: 10)
            ? numbers.pick(responses)?.subject ?? newSubject() : newSubject()
        let payload = ResponseRecorded(
            source: numbers.pick(Self.sources) ?? "web", id: "r-\(rowCount)", subject: subject,
            score: hasScore ? anyScore(isRescaled) : nil, hasText: hasText,
            updatedAt: numbers.happens(percent: 20) ? now : nil,
            originalScore: isRescaled ? "3.5" : nil, scale: isRescaled ? [100, 500] : nil,
            segments: segments,
            excluded: numbers.happens(percent: 4) ? "mapping.exclude.1" : nil)
        responses.append(Response(position: next, subject: subject))
        if hasText { texts.append(Text(response: next, event: next)) }
        try append(payload, by: "importer", sealed: hasText)
    }

    private mutating func anyScore(_ isRescaled: Bool) -> UInt16 {
        UInt16(isRescaled ? numbers.below(1001) : 100 * numbers.below(11))
    }

    mutating func amend() throws(EntryError) {
        guard let response = anyResponse() else { return }
        let hasText = numbers.happens(percent: 60)
        let hasScore = !hasText || numbers.happens(percent: 30)
        let payload = ResponseAmended(
            response: response, score: hasScore ? anyScore(false) : nil, hasText: hasText,
            updatedAt: numbers.happens(percent: 50) ? now : nil, subject: UInt64(next),
            segments: numbers.happens(percent: 20) ? ["region": "MOVED"] : nil)
        if hasText { texts.append(Text(response: response, event: next)) }
        try append(payload, by: "importer", sealed: hasText)
    }

    mutating func exclude() throws(EntryError) {
        guard let response = anyResponse() else { return }
        let reason = numbers.pick(["test", "duplicate", "policy", "status=preview"]) ?? "test"
        try append(ResponseExcluded(response: response, reason: reason), by: "analyst")
    }

    mutating func classify() throws(EntryError) {
        guard let text = numbers.pick(texts) else { return }
        let response = dangles ? anyResponse() ?? text.response : text.response
        let payload = ClassificationRecorded(
            response: response, model: anyModel(), classes: numbers.basisPoints(),
            sentiment: numbers.basisPoints(),
            intents: ClassificationRecorded.intentNames.map { _ in
                UInt16(numbers.below(10_001))
            },
            featureCount: UInt32(numbers.below(40)))
        try append(payload, by: "classifier", cause: text.event)
    }

    mutating func review() throws(EntryError) {
        guard let response = anyResponse() else { return }
        let payload = ReviewDecided(
            response: response, decision: numbers.pick(NPSClass.allCases) ?? .passive,
            subject: newSubject())
        try append(payload, by: "reviewer", cause: response, sealed: true)
    }

    mutating func rejectRow() throws(EntryError) {
        rowCount += 1
        let defects: [(code: String, column: String?, expected: String)] = [
            ("score.out-of-range", "score", "a number from 0 to 10"),
            ("time.unreadable", "Datum", "a time as RFC 3339"),
            ("row.empty", nil, "a score or a text"),
        ]
        guard let defect = numbers.pick(defects) else { return }
        let payload = RowRejected(
            source: numbers.pick(Self.sources) ?? "web", row: rowCount, line: rowCount + 1,
            code: defect.code, column: defect.column, expected: defect.expected,
            subject: newSubject())
        try append(payload, by: "importer", sealed: true)
    }
}
