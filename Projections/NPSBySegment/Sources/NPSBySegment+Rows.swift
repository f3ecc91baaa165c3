import LedgerCore

extension NPSBySegment {
    /// Appends the span's rows from `index` on that stand before `end`.
    mutating func take(
        _ span: NPSBySegmentSpan, _ index: inout Int, until end: Position, _ numbers: [UInt32]
    ) {
        var last = index
        if end == .max {
            last = span.positions.count
        } else {
            while last < span.positions.count, span.positions[last] < end { last += 1 }
        }
        while index < last {
            let first = span.positions[index]
            if recent.isEmpty || !recent[recent.count - 1].takes(first) {
                recent.append(RowChunk(base: first))
                directory.append(first)
                directoryIsDirty = true
            }
            let free = RowChunk.rowsMax - recent[recent.count - 1].count
            var rows = index..<min(last, index + free)
            // Positions ascend: where the last is near enough, all are.
            if !recent[recent.count - 1].takes(span.positions[rows.upperBound - 1]) {
                rows = index..<(index + 1)
            }
            recent[recent.count - 1].append(span, rows, numbers)
            index = rows.upperBound
        }
    }
}

extension RowChunk {
    /// Whether a response at `position` can be its next row.
    func takes(_ position: Position) -> Bool {
        count < Self.rowsMax && position - base <= Self.spanMax
    }

    /// Appends some rows of a span, with the numbers that its tuples have in the state.
    mutating func append(_ span: NPSBySegmentSpan, _ rows: Range<Int>, _ numbers: [UInt32]) {
        let start = count
        occurredAt.append(contentsOf: span.occurredAt[rows])
        subjects.append(contentsOf: span.subjects[rows])
        scores.append(contentsOf: span.scores[rows])
        flags.append(contentsOf: span.flags[rows])
        for row in rows {
            offsets.append(UInt32(truncatingIfNeeded: span.positions[row] - base))
            tuples.append(numbers[Int(span.tuples[row])])
        }
        for row in start..<count {
            earliest = min(earliest, occurredAt[row])
            latest = max(latest, occurredAt[row])
            if flags[row] & Flag.isExcluded != 0 {
                exclusions.append(Exclusion(row: UInt16(row), position: position(row)))
            }
        }
        lastPosition = max(lastPosition, span.positions[rows.upperBound - 1])
        isDirty = true
    }
}
