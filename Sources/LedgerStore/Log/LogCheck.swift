import LMDB
import LedgerCore
import LedgerProof

/// One check of a whole log: what concerns all of it, and the spans of its entries put together.
///
/// Entries are checked in spans (`SpanCheck`), several at a time. A span is a complete subtree, so
/// that the tree is built from the roots of spans; what is said of neighbours is compared here.
struct LogCheck {
    /// Entries missing in a row for which the spans between are looked at all the same.
    static let gapMax: Position = 1 << 20

    let schema: LogSchema
    var report = LogVerifier.Report()
    /// Nil where the record is damaged.
    private var head: LogHead?
    private var hasKeys = false
    private var hasSubjects = false
    /// The stretches of entries, in order.
    private(set) var spans: [Range<Position>] = []
    /// The position after the last that is there, within the head.
    private var end: Position = 0
    /// The position after the last that was looked at.
    private(set) var next: Position = 0
    private var previousTime: Microseconds = 0
    /// From the first entry with the clock's time beside recorded-at to the last.
    private var carried: Range<Position>?
    private var frontier = Frontier()
    private var missing: Range<Position>?
    private var hasGap = false
    private var used = SubjectsUsed(highest: 0, position: 0)

    init(schema: LogSchema) { self.schema = schema }

    /// How many entries there should be.
    var size: Position { head?.size ?? end }

    /// What every span needs to know.
    var context: SpanCheck.Context {
        SpanCheck.Context(
            schema: schema, size: size, hasKeys: hasKeys, hasSubjects: hasSubjects)
    }

    /// Looks at what is not an entry, and finds out where entries are.
    mutating func begin(_ transaction: borrowing ReadTransaction) throws {
        do {
            head = try schema.head(transaction)
        } catch let error as LedgerError where error.code == .corrupt {
            report.add(.tree, nil, "the head record is damaged")
        }
        let last = try transaction.last(schema.entries)
        end = min(last.map { $0 == .max ? $0 : $0 + 1 } ?? 0, head?.size ?? LogHead.sizeMax)
        hasKeys = try checkIndex(schema.keys, transaction)
        hasSubjects = try checkIndex(schema.subjects, transaction)
        if hasKeys { try checkKeys(transaction) }
        try checkTypesBeyond(transaction)
        try checkBeyond(transaction)
        try findSpans(transaction)
    }

    /// Spans of complete subtrees; a gap so wide that nobody would wait for it is passed over.
    private mutating func findSpans(_ transaction: borrowing ReadTransaction) throws {
        var start: Position = 0
        while start < end {
            var key: Position?
            try transaction.unsafeForEach(schema.entries, from: start, to: end) { position, _ in
                key = position
                return false
            }
            guard let key else { break }
            if key - start > Self.gapMax { start = key & ~(SpanCheck.positions - 1) }
            let stop = min(end, start + SpanCheck.positions)
            spans.append(start..<stop)
            start = stop
        }
    }

    /// Entries and sealed parts that lie beyond the head.
    private mutating func checkBeyond(_ transaction: borrowing ReadTransaction) throws {
        if let head {
            try transaction.unsafeForEach(schema.entries, from: head.size, to: .max) {
                position, _ in
                report.add(
                    .entries, position, "beyond the head, which says \(head.size) entries")
                return report.findingCount < LogVerifier.findingsMax
            }
        }
        // The last key of all is beyond the end of every scan.
        if try transaction.last(schema.entries) == .max {
            report.add(.entries, .max, "beyond the head, under a key that no entry has")
        }
        if let last = try transaction.last(schema.sealed), last >= end {
            report.add(.sealed, last, "a sealed part without an entry")
        }
    }

    /// Adds what was found in the next span.
    mutating func take(_ span: SpanCheck.Result) {
        if span.range.lowerBound > next { note(missing: next..<span.range.lowerBound) }
        for gap in span.missing { note(missing: gap) }
        if span.missing.last?.upperBound != span.range.upperBound { endGap() }
        if let first = span.firstTime, first < previousTime {
            report.add(.time, span.firstPosition, "recorded before its predecessor")
        }
        if span.beginsWithClock, let first = span.firstTime, first - previousTime > 1 {
            report.add(.time, span.firstPosition, SpanCheck.unduly)
        }
        if let range = span.carried {
            carried = (carried?.lowerBound ?? range.lowerBound)..<range.upperBound
        }
        previousTime = span.lastTime ?? previousTime
        report.entries += span.entries
        report.sealedParts += span.sealedParts
        report.openedParts += span.openedParts
        report.erasedParts += span.erasedParts
        report.keylessParts += span.keylessParts
        report.digestsCompared += span.digestsCompared
        for finding in span.findings { report.add(finding) }
        report.findingCount += span.findingsUnlisted
        used = used.joined(span.used.highest, at: span.used.position)
        append(span.frontier, at: span.range.lowerBound)
        next = span.range.upperBound
    }

    private mutating func note(missing range: Range<Position>) {
        hasGap = true
        if let known = missing, known.upperBound == range.lowerBound {
            missing = known.lowerBound..<range.upperBound
        } else {
            endGap()
            missing = range
        }
    }

    private mutating func endGap() {
        guard let gap = missing else { return }
        missing = nil
        let count = gap.upperBound - gap.lowerBound
        report.add(
            .entries, gap.lowerBound,
            count == 1 ? "missing" : "missing, with the \(count - 1) entries after it")
    }

    /// Joins a span's subtrees to those before, and compares nothing: what lies above a span has no
    /// node of its own below 16 million entries, and after a gap there is nothing to compare with.
    private mutating func append(_ edge: Frontier, at start: Position) {
        guard frontier.size == start else { return }
        var level = 64 - edge.size.leadingZeroBitCount
        for hash in edge.hashes {
            repeat { level -= 1 } while edge.size >> UInt64(level) & 1 == 0
            frontier.append(subtree: hash, level: level) { level, index, hash in
                if level & 7 == 0 { joined.append((level, index, hash)) }
            }
        }
    }

    /// Nodes above the spans, to be compared with those stored.
    private var joined: [(level: Int, index: UInt64, hash: MerkleHash)] = []

    /// Looks at what can only be told when all entries were seen.
    mutating func finish(_ transaction: borrowing ReadTransaction) throws {
        endGap()
        for node in joined where node.level > SpanCheck.level && !hasGap {
            let key = LogSchema.treeKey(level: node.level, index: node.index)
            let stored = try transaction.unsafeValue(schema.tree, key)
            if stored.flatMap({ MerkleHash($0) }) != node.hash {
                report.add(
                    .tree, (node.index + 1) << UInt64(node.level) - 1,
                    "tree node \(node.index) of level \(node.level) is not that of its entries")
            }
        }
        try checkUsed(transaction)
        try checkCarried(transaction)
        try checkIndexKeys(transaction)
        checkHead()
        report.findings.sort { ($0.position ?? .max) < ($1.position ?? .max) }
    }

    private mutating func checkHead() {
        report.root = frontier.root
        guard let head else { return }
        if next != head.size {
            report.add(.entries, next, "missing: the head says \(head.size) entries")
        }
        // Where entries are missing the root cannot be right, and that has been said.
        if !hasGap, next == head.size, frontier != head.frontier {
            report.add(.tree, nil, "the root \(head.root) is not that of the entries")
        }
        if !hasGap, next == head.size, previousTime != head.recordedAt {
            report.add(.time, nil, "the head's time is not the last entry's")
        }
    }

    private mutating func checkIndexKeys(_ transaction: borrowing ReadTransaction) throws {
        guard try LogSchema.format(schema.meta, transaction) ?? 0 >= 3 else { return }
        do {
            let stored = try schema.storedIndexKeys(transaction)
            if try stored != IndexKeys(of: schema, transaction) {
                report.add(
                    .types, nil, "the record of the indexes' keys is not that of the indexes")
            }
        } catch let error as LedgerError where error.code == .corrupt {
            report.add(.types, nil, "the record of the indexes' keys cannot be compared")
        }
    }

    /// Whether who asks by time finds every entry that has the clock's time beside recorded-at.
    private mutating func checkCarried(_ transaction: borrowing ReadTransaction) throws {
        guard let head, !hasGap else { return }
        let recorded: Range<Position>?
        do {
            recorded = try schema.carried(transaction)
        } catch let error as LedgerError where error.code == .corrupt {
            report.add(.time, nil, "the record of wrong times is damaged")
            return
        }
        // Others may have appended meanwhile.
        let known = recorded?.clamped(to: 0..<head.size)
        if (known?.isEmpty == true ? nil : known) != carried {
            report.add(
                .time, carried?.lowerBound,
                "the record of wrong times is not that of the entries")
        }
    }

    private mutating func checkUsed(_ transaction: borrowing ReadTransaction) throws {
        guard try LogSchema.format(schema.meta, transaction) ?? 0 >= 2 else { return }
        let stored = try transaction.value(schema.meta, bytes: LogSchema.usedKey)
        let said = stored.flatMap { SubjectsUsed($0) }
        // Others may have appended meanwhile.
        let isSame = (try? schema.head(transaction)) == head
        let isRight =
            used.highest == 0
            ? stored == nil : said.map { isSame ? $0 == used : $0.highest >= used.highest } == true
        if !isRight, !hasGap {
            report.add(
                .sealed, used.position,
                "the record of used subject numbers says \(said?.highest ?? 0) at position "
                    + "\(said?.position ?? 0), and the highest used is \(used.highest) at "
                    + "\(used.position)")
        }
    }
}
