import Classification

/// How a model fares on airline reviews, which it never saw: another field, longer texts.
struct AirlineReport {
    private(set) var classes = Figures()
    private var recommended = 0
    private var recommendedRight = 0
    private var feelingRight = 0

    init(path: String, classifier: NGramClassifier, threads: Int) throws {
        let table = try GzipTable(path: path)
        var texts: [[UInt8]] = []
        var truths: [(score: Int?, recommended: Int?)] = []
        for row in table.rows {
            let text = try table.cell(row, "content")
            guard !text.isEmpty else { continue }
            texts.append(text)
            truths.append(
                (try table.number(row, "overall_rating"), try table.number(row, "recommended")))
        }
        let outputs = classifier.classify(batch: texts, threads: threads)
        for (output, truth) in zip(outputs, truths) {
            guard let score = truth.score else { continue }
            classes.add(
                score >= 9 ? 2 : score >= 7 ? 1 : 0,
                output.detractor, output.passive, output.promoter)
            guard let answer = truth.recommended else { continue }
            recommended += 1
            if (output.detractor < 5000) == (answer == 1) { recommendedRight += 1 }
            if (output.positive > output.negative) == (answer == 1) { feelingRight += 1 }
        }
    }

    /// Share of reviews whose "recommended" is told right by the greater of positive and negative.
    var feelingAccuracy: Double { Double(feelingRight) / Double(max(1, recommended)) }

    /// Share of reviews whose "recommended" is told right by a detractor probability below half.
    var recommendedAccuracy: Double { Double(recommendedRight) / Double(max(1, recommended)) }
}
