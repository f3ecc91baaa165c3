import LedgerProof
import Testing

@Suite("The tree's right edge")
struct FrontierTests {
    private struct Completed: Hashable {
        let level: Int
        let index: UInt64
        let hash: MerkleHash
    }

    @Test("sizes 0…1100: root, hashes and completed subtrees are those of the definition")
    func everySize() throws {
        let reference = ReferenceTree.events(1101)
        var frontier = Frontier()
        for size in 0...1100 {
            #expect(frontier.size == UInt64(size))
            #expect(frontier.hashes.count == size.nonzeroBitCount)
            #expect(try frontier.root == reference.rootHash(size), "size \(size)")
            var start = 0
            for (bit, hash) in zip(
                (0..<11).reversed().filter { size >> $0 & 1 == 1 }, frontier.hashes)
            {
                #expect(hash.bytes == reference.root(start..<start + (1 << bit)))
                start += 1 << bit
            }
            var completed: [Completed] = []
            frontier.append(try reference.leafHash(size)) {
                completed.append(Completed(level: $0, index: $1, hash: $2))
            }
            // Leaf `size` closes a subtree at each level at which its index ends in ones.
            let expected = try (1...11).filter { (size + 1) % (1 << $0) == 0 }.map { level in
                let index = UInt64(size >> level)
                return Completed(
                    level: level, index: index, hash: try reference.subtree(level, index))
            }
            #expect(completed == expected, "after leaf \(size)")
        }
    }

    @Test("a frontier put together from its parts goes on as if it had never stopped, seed 62")
    func resumes() throws {
        var random = SeededGenerator(seed: 62)
        let entries = (0..<20_000).map { _ in random.bytes(4) }
        let reference = ReferenceTree(entries: entries)
        var frontier = Frontier()
        var checks = 0
        for index in 0..<entries.count {
            frontier.append(try reference.leafHash(index))
            guard Int.random(in: 0..<100, using: &random) == 0 else { continue }
            checks += 1
            #expect(try frontier.root == reference.rootHash(index + 1), "size \(index + 1)")
            frontier = try #require(Frontier(size: frontier.size, hashes: frontier.hashes))
        }
        #expect(checks > 100)
        #expect(try frontier.root == reference.rootHash(entries.count))
    }

    @Test("parts that do not fit the size are no frontier")
    func parts() throws {
        var random = SeededGenerator(seed: 63)
        let hashes = try (0..<6).map { _ in try random.hash() }
        for size: UInt64 in [0, 1, 2, 3, 7, 8, 0b101_0101, 1 << 62, .max - 1] {
            for count in 0...6 {
                let frontier = Frontier(size: size, hashes: Array(hashes.prefix(count)))
                #expect((frontier != nil) == (count == size.nonzeroBitCount))
            }
        }
        #expect(Frontier(size: 0, hashes: []) == Frontier())
        #expect(Frontier().root == .emptyTree)
    }

    @Test("sizes near 2⁶³ append and join without overflow")
    func huge() throws {
        let tree = UniformTree()
        for size: UInt64 in [
            (1 << 63) - 1, 1 << 63, (1 << 63) + 1, .max - 1, 0xAAAA_AAAA_AAAA_AAAA,
        ] {
            var frontier = try #require(Frontier(size: size, hashes: tree.frontier(size)))
            #expect(frontier.root == tree.root(size))
            var levels: [Int] = []
            frontier.append(tree.level(0)) { level, index, hash in
                levels.append(level)
                #expect(index == size >> UInt64(level))
                #expect(hash == tree.level(level))
            }
            #expect(levels == Array(0..<(size + 1).trailingZeroBitCount).map { $0 + 1 })
            #expect(frontier.size == size + 1)
            #expect(frontier.root == tree.root(size + 1))
        }
    }
}
