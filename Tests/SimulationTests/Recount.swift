@testable import Simulation

/// The truth of a stream once more, from nothing but its rows.
struct Recount {
    var totals = ImportTotals()
    var rejections = [Int](repeating: 0, count: BadRowReason.allCases.count)
    var segments: [SegmentTruth]
    var sentiments: [Int]
    var intents: [Int]
    var topics: [Int]
    var comments = 0
    var english = 0
    var contradictions = 0
    var shifted = 0
    var firstShifted: Int?
    var planted = 0
    var firstPlanted: Int?

    init(_ rows: [SimulatedRow], _ configuration: SimulationConfiguration) {
        for row in rows {
            switch row.kind {
            case .normal: totals.recorded += 1
            case .lateComment: totals.amended += 1
            case .duplicate: totals.duplicates += 1
            case .conflict: totals.conflicts += 1
            case .bad(let reason):
                totals.rejected += 1
                for (index, known) in BadRowReason.allCases.enumerated() where known == reason {
                    rejections[index] += 1
                }
            }
        }
        let responses = rows.filter { $0.kind == .normal }
        let said = rows.filter {
            ($0.kind == .normal || $0.kind == .lateComment) && !$0.text.isEmpty
        }
        let truths = said.compactMap(\.truth)
        comments = said.count
        english = truths.filter { $0.language == .english }.count
        contradictions = said.filter(\.isContradiction).count
        sentiments = CommentSentiment.allCases.map { kind in
            truths.filter { $0.sentiment == kind }.count
        }
        intents = CommentIntent.allCases.map { kind in
            truths.filter { $0.intents.contains(kind) }.count
        }
        topics = CommentTopic.allCases.map { kind in truths.filter { $0.topic == kind }.count }
        let newWords = said.filter { $0.wording == .planted }
        planted = newWords.count
        firstPlanted = newWords.first?.position
        let shiftStart =
            configuration.plantedShift.map { configuration.instant(ofDay: $0.day) } ?? .max
        let after = responses.filter {
            $0.at >= shiftStart && $0.region == configuration.plantedShift?.region
        }
        shifted = after.count
        firstShifted = after.first?.position
        segments = [Self.count(responses, "all", "", shiftStart)]
        for value in configuration.regions {
            let own = responses.filter { $0.region == value.name }
            segments.append(Self.count(own, "region", value.name, shiftStart))
        }
        for value in configuration.plans {
            let own = responses.filter { $0.plan == value.name }
            segments.append(Self.count(own, "plan", value.name, shiftStart))
        }
        for value in configuration.products {
            let own = responses.filter { $0.product == value.name }
            segments.append(Self.count(own, "product", value.name, shiftStart))
        }
        for value in configuration.channels {
            let own = responses.filter { $0.channel == value.name }
            segments.append(Self.count(own, "channel", value.name, shiftStart))
        }
    }

    private static func count(
        _ rows: [SimulatedRow], _ dimension: String, _ value: String, _ shiftStart: Int64
    ) -> SegmentTruth {
        var segment = SegmentTruth(dimension: dimension, value: value)
        for row in rows {
            if let score = Int(row.score), let scoreClass = ScoreClass(score: score) {
                if row.at < shiftStart {
                    segment.statedBefore.add(scoreClass)
                } else {
                    segment.statedAfter.add(scoreClass)
                }
            } else if let scoreClass = row.truth?.scoreClass {
                if row.at < shiftStart {
                    segment.unstatedBefore.add(scoreClass)
                } else {
                    segment.unstatedAfter.add(scoreClass)
                }
            }
        }
        return segment
    }
}
