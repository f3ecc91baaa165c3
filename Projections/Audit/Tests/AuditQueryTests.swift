import AuditProjection
import LedgerCore
import ProjectionContract
import Testing

@Suite("Audit questions")
struct AuditQueryTests {
    private struct Audited {
        let state: MemoryState
        let size: Position
        let acts: [AuditAct]
        let rejections: [AuditRejection]

        /// Events of a history at positions that lie `stride` apart, so that ranges cross bytes.
        init(seed: UInt64, stride: Position) throws {
            let state = MemoryState()
            var audit = Audit()
            let history = try EventHistory(seed: seed, count: 300)
            size = history.size * stride
            for entry in history.entries {
                try entry.bytes.withUnsafeBytes {
                    let position = entry.position * stride
                    try audit.apply(EventView(unsafe: $0, position: position), to: state)
                }
            }
            var acts: [AuditAct] = []
            try AuditQuery.acts(asOf: .max, in: state) {
                acts.append($0)
                return true
            }
            var rejections: [AuditRejection] = []
            try AuditQuery.rejections(asOf: .max, in: state) {
                rejections.append($0)
                return true
            }
            self.state = state
            self.acts = acts
            self.rejections = rejections
        }
    }

    @Test("a page is a part of the whole", arguments: [Position(1), 97, 70_001])
    func pages(stride: Position) throws {
        let audited = try Audited(seed: 2, stride: stride)
        #expect(audited.acts.count > 30)
        let kinds: Set<AuditActKind> = [.reviewDecided, .thresholdsEdited]
        for (from, to, asOf) in [
            (0, Position.max, Position.max), (1, 256, .max), (255, 65_536, 200),
            (audited.size / 3, audited.size / 2, audited.size / 2),
            (audited.size / 3, audited.size / 2, audited.size / 2 - 7), (50, 50, .max),
            (60, 50, .max), (0, .max, 0), (.max, .max, .max),
        ] {
            for (limit, offset) in [(Int.max, 0), (5, 0), (5, 3), (0, 0), (1, 1000), (-1, -1)] {
                var page: [AuditAct] = []
                try AuditQuery.acts(
                    from: from, to: to, kinds: kinds, asOf: asOf, limit: limit, offset: offset,
                    in: audited.state
                ) {
                    page.append($0)
                    return true
                }
                let whole = audited.acts.filter {
                    kinds.contains($0.kind) && $0.position >= from && $0.position < to
                        && $0.position < asOf
                }
                let expected = whole.dropFirst(max(0, offset)).prefix(max(0, limit))
                #expect(
                    page == Array(expected),
                    "from \(from) to \(to) as of \(asOf), \(limit) after \(offset)")
            }
        }
    }

    @Test("a closure that has seen enough ends the walk")
    func stops() throws {
        let audited = try Audited(seed: 3, stride: 300)
        var seen: [Position] = []
        try AuditQuery.acts(from: 1, asOf: .max, in: audited.state) {
            seen.append($0.position)
            return seen.count < 4
        }
        #expect(seen == Array(audited.acts.map(\.position).filter { $0 >= 1 }.prefix(4)))
    }

    @Test("one act by its position")
    func single() throws {
        let audited = try Audited(seed: 4, stride: 1)
        let last = try #require(audited.acts.last)
        let at = last.position
        #expect(try AuditQuery.act(at: at, asOf: at + 1, in: audited.state) == last)
        #expect(try AuditQuery.act(at: at, asOf: at, in: audited.state) == nil)
        let rejected = try #require(audited.rejections.first).position
        #expect(try AuditQuery.act(at: rejected, asOf: .max, in: audited.state) == nil)
    }

    @Test("the quarantine: what each row was, by source and reason")
    func quarantine() throws {
        let ledger = AuditLedger()
        for (row, (source, code, column)) in [
            ("web", "score.out-of-range", "NPS"), ("app", "row.empty", nil),
            ("web", "score.out-of-range", "NPS"), ("web", "row.empty", nil),
        ].enumerated() {
            try ledger.append(
                RowRejected(
                    source: source, row: UInt64(row + 1), line: UInt64(row + 2), code: code,
                    column: column, expected: "a number from 0 to 10", subject: 1),
                by: "importer", sealed: row > 0)
        }
        #expect(try ledger.acts() == [])
        #expect(
            try AuditQuery.rejectionCounts(asOf: 4, in: ledger.state) == [
                AuditRejectionCount(source: "app", code: "row.empty", count: 1),
                AuditRejectionCount(source: "web", code: "row.empty", count: 1),
                AuditRejectionCount(source: "web", code: "score.out-of-range", count: 2),
            ])
        #expect(
            try AuditQuery.rejectionCounts(asOf: 1, in: ledger.state) == [
                AuditRejectionCount(source: "web", code: "score.out-of-range", count: 1)
            ])
        var rows: [AuditRejection] = []
        try AuditQuery.rejections(
            source: "web", code: "score.out-of-range", asOf: 4, in: ledger.state
        ) {
            rows.append($0)
            return true
        }
        #expect(rows.map(\.row) == [1, 3])
        #expect(rows.map(\.line) == [2, 4])
        #expect(rows.map(\.sealedRow) == [nil, 2])
        #expect(rows.map(\.column) == ["NPS", "NPS"])
        #expect(rows.map(\.actor) == ["importer", "importer"])
        #expect(rows.first?.expected == "a number from 0 to 10")
    }

    @Test("counts are those of the rows")
    func counts() throws {
        for seed in UInt64(1)...3 {
            let audited = try Audited(seed: seed, stride: 1)
            let counts = try AuditQuery.rejectionCounts(asOf: .max, in: audited.state)
            #expect(counts.map(\.count).reduce(0, +) == audited.rejections.count, "seed \(seed)")
            for count in counts {
                let rows = audited.rejections.count {
                    $0.source == count.source && $0.code == count.code
                }
                #expect(rows == count.count, "seed \(seed), \(count)")
            }
        }
    }
}
