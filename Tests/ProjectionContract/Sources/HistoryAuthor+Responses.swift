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

    mutating func decline() throws(EntryError) {
        guard let text = anyText(),
            let language = numbers.pick(["de", "es", "zh"]).flatMap({ LanguageCode($0) })
        else { return }
        let payload = ClassificationDeclined(
            response: text.response, model: anyModel(), reason: .language(language))
        try append(payload, by: "system", cause: text.event)
    }

    mutating func classify() throws(EntryError) {
        guard let text = numbers.pick(texts) else { return }
        // Half of them, or hardly a text is read twice and nothing is ever reclassified.
        let isAstray = dangles && numbers.happens(percent: 50)
        let response = isAstray ? anyResponse() ?? text.response : text.response
        let payload = ClassificationRecorded(
            response: response, model: anyModel(), classes: numbers.basisPoints(),
            sentiment: numbers.basisPoints(),
            intents: ClassificationRecorded.intentNames.map { _ in
                UInt16(numbers.below(10_001))
            },
            featureCount: UInt32(numbers.below(40)))
        try append(payload, by: "classifier", cause: text.event)
    }

    /// A text to read: mostly what a response now has, sometimes one that was replaced meanwhile,
    /// and where references may dangle one of another response.
    private mutating func anyText() -> Text? {
        guard let text = numbers.pick(texts) else { return nil }
        guard dangles else { return text }
        return Text(response: anyResponse() ?? text.response, event: text.event)
    }

    mutating func findTopics() throws(EntryError) {
        guard let text = anyText() else { return }
        let payload = TopicsRecorded(
            response: text.response, model: anyModel(),
            topics: [.init(topic: UInt8(numbers.below(9)), probability: 7_000)])
        try append(payload, by: "system", cause: text.event)
    }

    mutating func requestReview() throws(EntryError) {
        guard let text = anyText() else { return }
        let reason = numbers.pick(ReviewReason.allCases) ?? .asked
        let payload = ReviewRequested(
            response: text.response, text: text.event, reason: reason,
            model: reason == .asked ? nil : anyModel(),
            confidence: reason == .asked ? nil : UInt16(numbers.below(10_001)),
            sample: reason == .sample
                ? ReviewSample(
                    round: UInt32(1 + numbers.below(3)), seed: 7, size: 10, population: 100) : nil,
            wantsSecond: numbers.happens(percent: 30))
        requests.append(text)
        try append(payload, by: "analyst", cause: text.event)
    }

    mutating func review() throws(EntryError) {
        // What was asked for, what was not, and what says nothing of the text that was read.
        let text = numbers.happens(percent: 50) ? numbers.pick(requests) : anyText()
        let isNamed = numbers.happens(percent: 80)
        guard let response = isNamed ? text?.response : anyResponse() else { return }
        let payload = ReviewDecided(
            response: response, decision: numbers.pick(NPSClass.allCases) ?? .passive,
            subject: newSubject(), text: isNamed ? text?.event : nil,
            request: numbers.happens(percent: 50) ? numbers.pick(responses)?.position : nil,
            sentiment: numbers.happens(percent: 30) ? UInt8(numbers.below(3)) : nil,
            intents: numbers.happens(percent: 30) ? [UInt8(numbers.below(5))] : nil,
            settles: numbers.happens(percent: 20))
        let reviewer = numbers.pick(["reviewer", "second reviewer"]) ?? "reviewer"
        try append(payload, by: reviewer, cause: text?.event, sealed: true)
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
