import LedgerCore
import NPSStatistics

extension NPSBySegmentQuery {
    /// Sums by group in each of some windows of time, which may overlap.
    ///
    /// Where one answer of each respondent counts, it is one of each window. Groups with nothing in
    /// them are left out.
    ///
    /// - Parameters:
    ///   - windows: neither their beginnings nor their ends go back.
    ///   - groups: those to count, by their values; nil for all of the selection.
    public func tally(
        _ lens: ResolvedLens, _ selection: SegmentSelection, windows: [Range<Microseconds>],
        groups: Set<[String?]>? = nil
    ) throws -> [Group] {
        guard lens.lens.duplicates == .all else {
            return try picked(lens, selection, windows, groups)
        }
        let spans = TimeSpans(between: windows.flatMap { [$0.lowerBound, $0.upperBound] })
        let parts = windows.map { window in
            spans.place(of: window.lowerBound)..<spans.place(of: window.upperBound)
        }
        return try tally(lens, selection, spans: spans, groups: groups).map { group in
            var sums = [NPSTally()]
            for (index, tally) in group.tallies.enumerated() {
                sums.append(sums[index])
                sums[index + 1] += tally
            }
            return Group(
                values: group.values,
                tallies: parts.map { sums[$0.upperBound].removing(sums[$0.lowerBound]) })
        }
    }

    /// The sums where one answer of each respondent counts in each window.
    private func picked(
        _ lens: ResolvedLens, _ selection: SegmentSelection, _ windows: [Range<Microseconds>],
        _ groups: Set<[String?]>?
    ) throws -> [Group] {
        var grouping = try tuples().grouping(selection)
        if let groups { grouping.keep(groups) }
        var every = lens.lens
        every.duplicates = .all
        var sliding = SlidingPick(lens, groupCount: grouping.groups.count)
        try forEachRow(try ResolvedLens(every, in: state)) { row in
            sliding.add(row, try grouping.group(of: row.tuple))
        }
        let raw = sliding.sums(windows)
        return grouping.groups.indices.compactMap { index in
            let tallies = windows.indices.map { raw[$0][index].tally }
            guard tallies.contains(where: { $0.counts.total > 0 || $0.uncounted > 0 }) else {
                return nil
            }
            return Group(values: grouping.groups[index], tallies: tallies)
        }
    }
}

/// One answer of each respondent in a window that slides over time.
///
/// The window of the latest answers goes forward, that of the first ones back: then what leaves it
/// counts only where nothing else of its respondent is left, and each answer is looked at twice.
private struct SlidingPick {
    private struct Answer {
        let row: VisibleRow
        /// Negative for one that the selection leaves out: it may be what its respondent's others
        /// do not count for.
        let group: Int32
        let counts: Bool
    }

    private let lens: ResolvedLens
    private let groupCount: Int
    private var answers: [Answer] = []

    init(_ lens: ResolvedLens, groupCount: Int) {
        (self.lens, self.groupCount) = (lens, groupCount)
    }

    /// Adds a response; they come in log order.
    mutating func add(_ row: VisibleRow, _ group: Int?) {
        let npsClass = row.npsClass(lens.lens.basis, lens.thresholds)
        answers.append(Answer(row: row, group: Int32(group ?? -1), counts: npsClass != nil))
    }

    /// Sums by window and group.
    mutating func sums(_ windows: [Range<Microseconds>]) -> [[RawTally]] {
        // Of answers of one time the one that was recorded last is the latest.
        answers.sort { ($0.row.occurredAt, $0.row.position) < ($1.row.occurredAt, $1.row.position) }
        let isForward = lens.lens.duplicates == .latest
        if !isForward { answers.reverse() }
        var sums = [RawTally](repeating: RawTally(), count: groupCount)
        var result = [[RawTally]](repeating: sums, count: windows.count)
        var current: [UInt64: Int] = [:]
        var (entered, left) = (0, 0)
        func remove(_ index: Int) {
            let group = answers[index].group
            if group >= 0 { sums[Int(group)] -= tally(index) }
        }
        func isBefore(_ index: Int, _ window: Range<Microseconds>) -> Bool {
            let time = answers[index].row.occurredAt
            return isForward ? time < window.lowerBound : time >= window.upperBound
        }
        func isWithin(_ index: Int, _ window: Range<Microseconds>) -> Bool {
            let time = answers[index].row.occurredAt
            return isForward ? time < window.upperBound : time >= window.lowerBound
        }
        let order = isForward ? Array(windows.indices) : windows.indices.reversed()
        for window in order {
            while entered < answers.count, isWithin(entered, windows[window]) {
                let answer = answers[entered]
                if answer.counts, let old = current.updateValue(entered, forKey: answer.row.subject)
                {
                    remove(old)
                }
                if answer.group >= 0 { sums[Int(answer.group)] += tally(entered) }
                entered += 1
            }
            while left < entered, isBefore(left, windows[window]) {
                let answer = answers[left]
                if !answer.counts {
                    remove(left)
                } else if current[answer.row.subject] == left {
                    current[answer.row.subject] = nil
                    remove(left)
                }
                left += 1
            }
            result[window] = sums
        }
        return result
    }

    private func tally(_ index: Int) -> RawTally {
        var tally = RawTally()
        answers[index].row.count(into: &tally, lens.lens.basis, lens.thresholds)
        return tally
    }
}
