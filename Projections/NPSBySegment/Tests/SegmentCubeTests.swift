import LedgerCore
import NPSBySegmentProjection
import NPSStatistics
import ProjectionContract
import Testing

@Suite("SegmentCube")
struct SegmentCubeTests {
    @Test("answers as a query does while events come in", arguments: [1, 2, 3] as [UInt64])
    func answersLikeAQuery(seed: UInt64) throws {
        let history = try EventHistory(seed: seed, count: 300)
        var projection = NPSBySegment()
        let state = MemoryState()
        var numbers = SeededGenerator(seed: seed)
        var cubes = [SegmentCube](repeating: SegmentCube(), count: Lens.Basis.allCases.count)
        for (index, entry) in history.entries.enumerated() {
            if NPSBySegment.descriptor.consumes.contains(entry.name) {
                try entry.withView { try projection.apply($0, to: state) }
            }
            guard Int.random(in: 0..<5, using: &numbers) == 0 || index == history.entries.count - 1
            else {
                continue
            }
            try projection.flush(to: state)
            let size = Position(index + 1)
            let asOf =
                Int.random(in: 0..<5, using: &numbers) == 0
                ? Position(Int.random(in: 0...index, using: &numbers)) : size
            for (cube, basis) in zip(cubes.indices, Lens.Basis.allCases) {
                let lens = try ResolvedLens(Lens(asOf: asOf, basis: basis), in: state)
                let query = NPSBySegmentQuery(state)
                for selection in [
                    SegmentSelection(), SegmentSelection(by: ["region"]),
                    SegmentSelection(by: ["region"], keeping: ["plan": ["pro"]]),
                ] {
                    let expected = try query.tally(lens, selection)
                    let found = try cubes[cube].tally(lens, selection, query)
                    #expect(found.map(\.values) == expected.map(\.values), "at \(size)")
                    #expect(found.map(\.tallies) == expected.map(\.tallies), "at \(size)")
                }
            }
        }
    }

    @Test("counts nothing again where nothing changed")
    func countsOnce() throws {
        let history = try EventHistory(seed: 4, count: 200)
        var projection = NPSBySegment()
        let state = MemoryState()
        for entry in history.entries where NPSBySegment.descriptor.consumes.contains(entry.name) {
            try entry.withView { try projection.apply($0, to: state) }
        }
        try projection.flush(to: state)
        var cube = SegmentCube()
        let lens = try ResolvedLens(Lens(asOf: history.size), in: state)
        let query = NPSBySegmentQuery(state)
        _ = try cube.tally(lens, SegmentSelection(), query)
        #expect(cube.countedBlocks == 1)
        _ = try cube.tally(lens, SegmentSelection(by: ["region"]), query)
        #expect(cube.countedBlocks == 0)
        let other = try ResolvedLens(Lens(asOf: history.size, basis: .stated), in: state)
        _ = try cube.tally(other, SegmentSelection(), query)
        #expect(cube.countedBlocks == 1)
    }
}
