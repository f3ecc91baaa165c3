import LedgerCore
import NPSBySegmentProjection
import NPSStatistics
import NaiveFolds

/// A question about scores.
struct ScoreQuestion {
    /// What is asked besides the sums; one of them, for time's sake.
    enum Detail: CaseIterable {
        case rows, texts, flips, single
    }

    let lens: Lens
    let selection: SegmentSelection
    let spans: TimeSpans?
    let detail: Detail
    /// The lens that flips are counted to.
    let other: Lens
    let single: Position

    init(_ drawn: inout RandomQuestions, asOf: Position? = nil) {
        var lens = drawn.lens()
        if let asOf { lens.asOf = asOf }
        var other = drawn.lens()
        if let asOf { other.asOf = min(other.asOf, asOf) }
        self.lens = lens
        self.other = other
        selection = drawn.selection()
        spans = drawn.spans()
        detail = Detail.allCases.randomElement(using: &drawn.numbers) ?? .rows
        single = drawn.position()
    }
}

/// The answer to it, in a form that can be compared, whoever gives it.
struct ScoreAnswer: Equatable {
    /// One response as the lens sees it.
    struct Row: Equatable {
        var position: Position
        var occurredAt: Microseconds
        var score: UInt16?
        var hasText: Bool
        var isClassified: Bool
        var detractor: UInt16
        var promoter: UInt16
        var npsClass: NPSClass?
        var segments: [String: String]
    }

    /// Whether the thresholds asked for exist.
    var isKnown = true
    var model: ModelVersion?
    var thresholdsID: UInt32?
    var thresholds: Thresholds?
    var tallies: [[String?]: [NPSTally]] = [:]
    var rows: [Row] = []
    /// Response and text of what the model has not read.
    var unread: [[Position]] = []
    /// Response, text and score.
    var scored: [[Position]] = []
    var flips: [[String?]: FlipMatrix] = [:]

    /// The first part in which two answers differ.
    func difference(from expected: ScoreAnswer) -> String? {
        if self == expected { return nil }
        func name<T: Equatable>(_ what: String, _ path: KeyPath<ScoreAnswer, T>) -> String? {
            let (one, other) = (self[keyPath: path], expected[keyPath: path])
            return one == other ? nil : "\(what): found \(one), expected \(other)"
        }
        let row = zip(rows, expected.rows).first { $0 != $1 }
        let parts: [String?] = [
            name("whether the thresholds exist", \.isKnown), name("the model", \.model),
            name("the thresholds' number", \.thresholdsID), name("the cut-offs", \.thresholds),
            firstDifference(tallies, expected.tallies).map { "the sums \($0)" },
            row.map { "a row: found \($0), expected \($1)" }, name("the rows", \.rows.count),
            name("the unread texts", \.unread), name("the scored texts", \.scored),
            firstDifference(flips, expected.flips).map { "the flips \($0)" },
        ]
        return parts.compactMap(\.self).first
    }
}
