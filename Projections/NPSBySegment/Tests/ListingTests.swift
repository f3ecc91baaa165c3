import LedgerCore
import NPSBySegmentProjection
import NPSStatistics
import ProjectionContract
import Testing

@Suite("Listing the responses behind a number")
struct ListingTests {
    @Test(
        "rows of all pages add up to the tally of the same lens",
        arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func addsUp(seed: UInt64) throws {
        let history = try EventHistory(seed: seed, count: 400)
        var projection = NPSBySegment()
        let state = MemoryState()
        for entry in history.entries where NPSBySegment.descriptor.consumes.contains(entry.name) {
            try entry.withView { try projection.apply($0, to: state) }
        }
        try projection.flush(to: state)
        let query = NPSBySegmentQuery(state)
        var numbers = SeededGenerator(seed: seed)
        let sets = (1...4 as ClosedRange<UInt32>).filter { id in
            let lens = Lens(asOf: .max, thresholds: .pinned(id))
            return (try? ResolvedLens(lens, in: state)) != nil
        }
        let all = try query.timeRange(ResolvedLens(Lens(asOf: .max), in: state))
        let range = try #require(all)
        var (counted, decided, uncounted) = (0, 0, 0)
        for basis in Lens.Basis.allCases {
            for duplicates in Lens.Duplicates.allCases {
                for _ in 0..<12 {
                    var lens = Lens(asOf: .max, basis: basis, duplicates: duplicates)
                    if Bool.random(using: &numbers) {
                        lens.asOf = .random(in: 0...400, using: &numbers)
                    }
                    if Bool.random(using: &numbers) {
                        lens.model = .pinned(.random(in: 1...4, using: &numbers))
                    }
                    if Bool.random(using: &numbers) { lens.reviews = .ignored }
                    if Bool.random(using: &numbers) {
                        lens.from = .random(in: range.first...range.last, using: &numbers)
                    }
                    if Bool.random(using: &numbers) {
                        lens.to = .random(in: range.first...range.last, using: &numbers)
                    }
                    if let id = sets.randomElement(using: &numbers),
                        Bool.random(using: &numbers),
                        (try? ResolvedLens(lens.pinning(id), in: state)) != nil
                    {
                        lens = lens.pinning(id)
                    }
                    let resolved = try ResolvedLens(lens, in: state)
                    let regions = try query.values(of: "region")
                    let region = try #require(regions.randomElement(using: &numbers))
                    let selection = SegmentSelection(
                        keeping: Bool.random(using: &numbers) ? ["region": [region, ""]] : [:])
                    let tally = try query.tally(resolved, selection).reduce(into: NPSTally()) {
                        $0 += $1.tallies[0]
                    }
                    let found = try listed(query, resolved, selection, &numbers)
                    #expect(found.tally.counts == tally.counts, "\(lens) \(selection)")
                    #expect(found.tally.uncounted == tally.uncounted, "\(lens) \(selection)")
                    #expect(found.tally.reviewed == tally.reviewed, "\(lens) \(selection)")
                    #expect(found.positions == found.positions.sorted())
                    #expect(Set(found.positions).count == found.positions.count)
                    counted += tally.counts.total
                    decided += tally.reviewed
                    uncounted += tally.uncounted
                }
            }
        }
        // The histories hold what the lenses tell apart.
        #expect(counted > 0 && decided > 0 && uncounted > 0)
    }

    /// All pages, each of a size drawn anew.
    private func listed(
        _ query: NPSBySegmentQuery<MemoryState>, _ lens: ResolvedLens,
        _ selection: SegmentSelection, _ numbers: inout SeededGenerator
    ) throws -> (tally: NPSTally, positions: [Position]) {
        var tally = NPSTally()
        var positions: [Position] = []
        var next: Position? = 0
        while let first = next {
            next = nil
            var room = Int.random(in: 1...60, using: &numbers)
            try query.forEachAccounted(lens, selection, from: first) { row in
                guard room > 0 else {
                    next = (positions.last ?? 0) + 1
                    return false
                }
                room -= 1
                positions.append(row.position)
                guard let npsClass = row.npsClass(lens.lens.basis, lens.thresholds) else {
                    tally.uncounted += 1
                    return true
                }
                let isStated = lens.lens.basis != .inferred && row.score != nil
                if !isStated, row.decision != nil { tally.reviewed += 1 }
                switch npsClass {
                case .detractor: tally.stated.detractors += 1
                case .passive: tally.stated.passives += 1
                case .promoter: tally.stated.promoters += 1
                }
                return true
            }
        }
        return (tally, positions)
    }

    @Test("scores are spread as the rows have them", arguments: [1, 2] as [UInt64])
    func spread(seed: UInt64) throws {
        let history = try EventHistory(seed: seed, count: 400)
        var projection = NPSBySegment()
        let state = MemoryState()
        for entry in history.entries where NPSBySegment.descriptor.consumes.contains(entry.name) {
            try entry.withView { try projection.apply($0, to: state) }
        }
        try projection.flush(to: state)
        let query = NPSBySegmentQuery(state)
        for asOf in [400, 200] as [Position] {
            let lens = try ResolvedLens(Lens(asOf: asOf, basis: .stated), in: state)
            var expected: [[String?]: [UInt16]] = [:]
            try query.forEachRow(lens) { row in
                guard let score = row.score else { return }
                expected[[try query.segments(row.tuple)["region"]], default: []].append(score)
            }
            let found = try query.distributions(lens, SegmentSelection(by: ["region"]))
            #expect(found.count == expected.count && !found.isEmpty)
            for (values, scores) in found {
                let flat = scores.values.flatMap { score, count in
                    [UInt16](repeating: score, count: count)
                }
                #expect(flat == expected[values]?.sorted())
            }
        }
    }
}

extension Lens {
    /// The same under a threshold set.
    fileprivate func pinning(_ id: UInt32) -> Lens {
        var lens = self
        lens.thresholds = .pinned(id)
        return lens
    }
}
