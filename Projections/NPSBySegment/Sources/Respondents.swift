import LedgerCore
import NPSStatistics

/// The respondents who have more than one response in a state, whatever the lens.
///
/// Answers of one person are not independent; those of everybody else need no look. Rows keep their
/// respondent and none is taken away, so whoever goes on asking keeps this and loads what has come
/// in.
public struct Respondents: Sendable {
    private var seen = SubjectSet()
    private(set) var repeated = SubjectSet()
    private var chunkCount = 0
    /// Rows of the last chunk that were loaded; the ones before it are full.
    private var rowsOfLast = 0

    /// Nobody.
    public init() {}

    /// Takes in the responses that have come in since.
    public mutating func load(_ state: some StateReader) throws {
        var chunk = max(0, chunkCount - 1)
        while let count = try state.withValue(
            StateKey.rows(chunk), { try load(RowChunkView($0), after: chunk < chunkCount) })
        {
            rowsOfLast = count
            chunk += 1
            chunkCount = max(chunkCount, chunk)
        }
    }

    private mutating func load(_ rows: RowChunkView, after isKnown: Bool) -> Int {
        let first = isKnown ? min(rowsOfLast, rows.count) : 0
        for row in first..<rows.count {
            let subject = rows.subject(row)
            // Number 0 is nobody's: it says that the respondent is not known.
            if subject != 0, !seen.insert(subject) { repeated.insert(subject) }
        }
        return rows.count
    }

    /// How many they are.
    public var repeatedCount: Int { repeated.count }
}

/// Subject numbers, a bit each: they are given out one after another.
struct SubjectSet: Sendable {
    /// Numbers that the bits begin with, and by how many times they grow at most for one number:
    /// one that lies far out is kept apart, so that it takes no memory for those it leaps over.
    private static let wordsMin = 1 << 14
    private static let growthMax = 4

    private var words: [UInt64] = []
    private var outliers: Set<UInt64> = []
    private(set) var count = 0

    @inline(__always)
    func contains(_ subject: UInt64) -> Bool {
        let word = Int(truncatingIfNeeded: subject >> 6)
        if word < words.count, words[word] >> (subject & 63) & 1 == 1 { return true }
        return !outliers.isEmpty && outliers.contains(subject)
    }

    /// False where it was in already.
    @inline(__always) @discardableResult
    mutating func insert(_ subject: UInt64) -> Bool {
        let word = Int(truncatingIfNeeded: subject >> 6)
        if word >= words.count { return insertBeyond(subject, word) }
        let bit: UInt64 = 1 << (subject & 63)
        guard words[word] & bit == 0, outliers.isEmpty || !outliers.contains(subject) else {
            return false
        }
        words[word] |= bit
        count += 1
        return true
    }

    private mutating func insertBeyond(_ subject: UInt64, _ word: Int) -> Bool {
        guard word < max(Self.wordsMin, words.count * Self.growthMax) else {
            let isNew = outliers.insert(subject).inserted
            count += isNew ? 1 : 0
            return isNew
        }
        let grown = max(Self.wordsMin, words.count * 2, word + 1)
        words += [UInt64](repeating: 0, count: grown - words.count)
        return insert(subject)
    }

    /// How many of the bits lie before each word; nil where some numbers are no bits.
    fileprivate func ranks() -> Ranks? {
        guard outliers.isEmpty else { return nil }
        var before: [Int32] = []
        before.reserveCapacity(words.count)
        var sum: Int32 = 0
        for word in words {
            before.append(sum)
            sum += Int32(word.nonzeroBitCount)
        }
        return Ranks(words: words, before: before)
    }

    /// The place of each number among all of them in ascending order.
    fileprivate struct Ranks {
        let words: [UInt64]
        let before: [Int32]

        subscript(_ subject: UInt64) -> Int {
            let word = Int(subject >> 6)
            let below = words[word] & ((1 << (subject & 63)) - 1)
            return Int(before[word]) + below.nonzeroBitCount
        }
    }
}

/// One response that counts, as one of several of its respondent.
public struct RespondentAnswer: Hashable, Sendable {
    /// The respondent; one of nobody known has a number of its own.
    public let subject: UInt64
    /// The response.
    public let position: Position
    /// Its group; times the number of buckets and with the bucket added, where there are buckets.
    public let slot: Int32
    /// −1 for a detractor, 0, or 1 for a promoter.
    public let value: Int8

    /// What it contributes to a score, in basis points.
    public var basisPoints: Int { Int(value) * ExpectedScore.basisPointsMax }
}

/// Responses that count under a lens, those of each respondent together.
public struct RespondentAnswers: Sendable {
    /// Values of each group, as in `NPSBySegmentQuery.Group`; also of those with nothing in them.
    public let groups: [[String?]]
    /// Respondent by respondent; of one of them in log order.
    public let all: [RespondentAnswer]

    /// - Parameter answers: in log order.
    init(_ answers: [RespondentAnswer], _ groups: [[String?]], of subjects: SubjectSet?) {
        self.groups = groups
        guard let subjects, let ranks = subjects.ranks() else {
            all = answers.sorted { ($0.subject, $0.position) < ($1.subject, $1.position) }
            return
        }
        // Counted into place: the numbers are known, and so many that sorting would take longest.
        var places = [Int](repeating: 0, count: subjects.count + 1)
        for answer in answers { places[ranks[answer.subject] + 1] += 1 }
        for index in 1..<max(places.count, 1) { places[index] += places[index - 1] }
        var sorted = answers
        for answer in answers {
            let rank = ranks[answer.subject]
            sorted[places[rank]] = answer
            places[rank] += 1
        }
        all = sorted
    }

    /// Calls `body` with the answers of each respondent.
    @inline(__always)
    public func forEachRespondent(_ body: (ArraySlice<RespondentAnswer>) -> Void) {
        var start = 0
        while start < all.count {
            var end = start + 1
            while end < all.count, all[end].subject == all[start].subject { end += 1 }
            body(all[start..<end])
            start = end
        }
    }

    /// Makes one person of each respondent's answers, in sums where each answer is one.
    ///
    /// - Parameter place: which of the sums a slot belongs to; nil for none.
    public func join(_ sums: inout [ClusterSums], _ place: (Int) -> Int?) {
        var all = ClusterSums.zero
        join(&sums, all: &all, place)
    }

    /// The same, and in the sums of all places together.
    ///
    /// - Parameters:
    ///   - all: the sums of all places together.
    ///   - place: which of the sums a slot belongs to; nil for none.
    public func join(
        _ sums: inout [ClusterSums], all: inout ClusterSums, _ place: (Int) -> Int?
    ) {
        var own: [(place: Int, basisPoints: Int)] = []
        forEachRespondent { answers in
            own.removeAll(keepingCapacity: true)
            var whole = ExpectedScore.zero
            for answer in answers {
                guard let place = place(Int(answer.slot)) else { continue }
                own.append((place, answer.basisPoints))
                whole.add(basisPoints: answer.basisPoints)
            }
            guard own.count > 1 else { return }
            all.join(whole)
            own.sort { $0.place < $1.place }
            var start = 0
            while start < own.count {
                let place = own[start].place
                var answers = ExpectedScore.zero
                while start < own.count, own[start].place == place {
                    answers.add(basisPoints: own[start].basisPoints)
                    start += 1
                }
                if answers.count > 1 { sums[place].join(answers) }
            }
        }
    }
}

extension NPSBySegmentQuery {
    /// The responses that count under a lens and are not their respondent's only one.
    ///
    /// - Parameters:
    ///   - respondents: whose, as of the same state or later; nil for everybody's.
    ///   - buckets: makes slots of groups and times; what is in none is left out.
    public func answers(
        _ lens: ResolvedLens, _ selection: SegmentSelection, of respondents: Respondents?,
        buckets: TimeBuckets? = nil, groups: Set<[String?]>? = nil
    ) throws -> RespondentAnswers {
        var grouping = try tuples().grouping(selection)
        if let groups { grouping.keep(groups) }
        return try answers(lens, grouping, of: respondents, buckets: buckets)
    }

    func answers(
        _ lens: ResolvedLens, _ grouping: Grouping, of respondents: Respondents?,
        buckets: TimeBuckets? = nil
    ) throws -> RespondentAnswers {
        var found: [RespondentAnswer] = []
        let subjects = respondents?.repeated
        guard subjects?.count != 0 else {
            return RespondentAnswers(found, grouping.groups, of: subjects)
        }
        let view = try view(lens)
        let width = buckets?.count ?? 1
        let (basis, thresholds) = (lens.lens.basis, lens.thresholds)
        for chunk in 0..<(try chunkCount()) {
            try forEachRow(view, chunk, of: subjects) { row in
                guard let counted = row.npsClass(basis, thresholds),
                    let group = try grouping.group(of: row.tuple)
                else { return }
                var slot = group * width
                if let buckets {
                    let bucket = Int((row.occurredAt - buckets.start) / buckets.length)
                    guard row.occurredAt >= buckets.start, bucket < width else { return }
                    slot += bucket
                }
                found.append(
                    RespondentAnswer(
                        subject: row.subject == 0 ? .max - row.position : row.subject,
                        position: row.position, slot: Int32(slot),
                        value: Int8(counted.rawValue) - 1))
            }
        }
        return RespondentAnswers(found, grouping.groups, of: subjects)
    }

    /// Two selections under one lens, which may share responses.
    public func pair(
        _ lens: ResolvedLens, _ first: SegmentSelection, _ second: SegmentSelection,
        of respondents: Respondents
    ) throws -> SelectionPair {
        let tuples = try tuples()
        let sides = (tuples.grouping(first), tuples.grouping(second))
        var grouping = Grouping()
        grouping.groups = [["first"], ["both"], ["second"]]
        grouping.groupOfTuple = zip(sides.0.groupOfTuple, sides.1.groupOfTuple).map { one, other in
            one < 0 ? (other < 0 ? -1 : 2) : (other < 0 ? 0 : 1)
        }
        let sums = try count(lens, grouping).map(\.tally.counts)
        return SelectionPair(
            onlyFirst: sums[0], shared: sums[1], onlySecond: sums[2],
            answers: try answers(lens, grouping, of: respondents))
    }
}

/// What two selections hold.
public struct SelectionPair: Sendable {
    /// Responses of the first alone.
    public let onlyFirst: NPSCounts
    /// Of both.
    public let shared: NPSCounts
    /// Of the second alone.
    public let onlySecond: NPSCounts
    /// Those of respondents with several; slot 0 for the first alone, 1 for both, 2 for the second.
    public let answers: RespondentAnswers
}
