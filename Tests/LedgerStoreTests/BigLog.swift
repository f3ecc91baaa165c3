import LedgerCore
import LedgerFixtures
import LedgerProof
import Testing

@testable import LedgerStore

/// A log of 200,000 keyed events in commits of mixed sizes, made once for the tests that need size.
final class BigLog: Sendable {
    static let count = 200_000
    static let shared = Result { try BigLog() }

    private let scratch: Scratch
    let log: EventLog
    /// The tree's root at some sizes, computed without the log's own tree.
    let roots: [Position: MerkleHash]

    /// Small commits first, so that the B-tree of keys fills up and becomes a run; then bulk ones.
    static func commits() -> [Range<Int>] {
        var random = SeededNumbers(seed: 50)
        var commits: [Range<Int>] = []
        var next = 0
        while next < count {
            let size = next < 45_000 ? 1 + random.below(1_900) : 2_048 + random.below(9_000)
            commits.append(next..<min(count, next + size))
            next += size
        }
        return commits
    }

    /// Events as small as they come: what is tried is the index, not the encoder.
    static func batch(_ ids: Range<Int>) throws -> EventBatch {
        var batch = EventBatch()
        for id in ids {
            try batch.append(
                Sample.exclusion(of: Position(id)), key: Sample.key(id),
                body: Hash128(high: UInt64(id), low: 1))
        }
        return batch
    }

    private init() throws {
        scratch = try Scratch()
        log = try EventLog(testing: scratch("log"))
        var frontier = Frontier()
        var roots: [Position: MerkleHash] = [0: .emptyTree]
        var random = SeededNumbers(seed: 51)
        let exact: Set<Position> = [
            1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 131_072, 131_073,
            Position(Self.count),
        ]
        for commit in Self.commits() {
            for outcome in try log.append(Self.batch(commit)) {
                guard case .appended(let receipt) = outcome else { continue }
                frontier.append(receipt.leafHash)
                if exact.contains(frontier.size) || random.below(4_000) == 0 {
                    roots[frontier.size] = frontier.root
                }
            }
        }
        self.roots = roots
    }
}

@Suite struct BigLogTests {
    @Test func everyKeyIsPermanent() throws {
        let big = try BigLog.shared.get()
        let log = big.log
        #expect(try log.head().size == Position(BigLog.count))
        try log.read { transaction in
            let snapshot = try log.schema.keys.snapshot(transaction)
            // Small commits have filled the B-tree, been turned into a run, and begun again.
            #expect(snapshot.runs.contains { $0.run.count >= HashIndex.Limits().recentMax })
            #expect(snapshot.recentCount > 0)
            #expect(try log.schema.keys.count(transaction) == BigLog.count)
        }
        for start in stride(from: 0, to: BigLog.count, by: 10_000) {
            let keys = (start..<(start + 10_000)).map { Sample.key($0) }
            for (offset, found) in try log.lookUp(keys).enumerated() {
                let id = start + offset
                guard found?.position == Position(id), found?.body.high == UInt64(id) else {
                    Issue.record("key \(id) is lost")
                    return
                }
            }
        }
        let absent = (0..<20_000).map { Sample.key(BigLog.count + $0) }
        #expect(try log.lookUp(absent).allSatisfy { $0 == nil })
    }

    @Test func sentAgainItIsTheSameAgain() throws {
        let big = try BigLog.shared.get()
        var random = SeededNumbers(seed: 52)
        var batch = EventBatch()
        let ids = (0..<3_000).map { _ in random.below(BigLog.count) }
        for id in ids {
            // One in ten with another body.
            let isOther = id.isMultiple(of: 10)
            try batch.append(
                Sample.exclusion(of: Position(id)), key: Sample.key(id),
                body: Hash128(high: isOther ? .max : UInt64(id), low: 1))
        }
        let head = try big.log.head()
        let expected = ids.map { ($0.isMultiple(of: 10) ? "other" : "same") + " \($0)" }
        #expect(try big.log.append(batch).map(AppendTests.word) == expected)
        #expect(try big.log.head() == head)
    }

    @Test func rootsAreThoseOfATreeBuiltByHand() throws {
        let big = try BigLog.shared.get()
        #expect(big.roots.count > 30)
        for (size, root) in big.roots {
            #expect(try big.log.root(at: size) == root, "size \(size)")
        }
        #expect(throws: LedgerError.self) {
            _ = try big.log.root(at: Position(BigLog.count) + 1)
        }
    }

    @Test func inclusionIsProvedAtEverySize() throws {
        let big = try BigLog.shared.get()
        var random = SeededNumbers(seed: 53)
        for (size, root) in big.roots.sorted(by: { $0.key < $1.key }) where size > 0 {
            var positions: Set<Position> = [0, size - 1, size / 2]
            positions.insert(Position(random.below(Int(size))))
            positions.formUnion([255, 256, 65_535, 65_536].filter { $0 < size })
            for position in positions {
                let proof = try big.log.inclusionProof(of: position, size: size)
                let leaf = try big.log.leafHash(at: position)
                #expect(
                    MerkleProof.verifyInclusion(
                        proof, leaf: leaf, index: position, size: size, root: root),
                    "position \(position) at size \(size)")
                let other = try big.log.leafHash(at: position ^ 1)
                #expect(
                    !MerkleProof.verifyInclusion(
                        proof, leaf: other, index: position, size: size, root: root))
            }
        }
        #expect(throws: LedgerError.self) { _ = try big.log.inclusionProof(of: 5, size: 5) }
        #expect(throws: LedgerError.self) { _ = try big.log.inclusionProof(of: 0, size: .max) }
    }

    @Test func anEarlierTreeIsProvedAPrefixOfALater() throws {
        let big = try BigLog.shared.get()
        let sizes = big.roots.keys.sorted()
        var random = SeededNumbers(seed: 54)
        for (offset, new) in sizes.enumerated() {
            for _ in 0..<4 {
                let old = sizes[random.below(offset + 1)]
                let proof = try big.log.consistencyProof(from: old, to: new)
                let (oldRoot, newRoot) = (
                    try #require(big.roots[old]), try #require(big.roots[new])
                )
                #expect(
                    MerkleProof.verifyConsistency(
                        proof, oldSize: old, oldRoot: oldRoot, newSize: new, newRoot: newRoot),
                    "from \(old) to \(new)")
                let wrongRoot = MerkleHash.node(oldRoot, newRoot)
                #expect(
                    !MerkleProof.verifyConsistency(
                        proof, oldSize: old, oldRoot: wrongRoot, newSize: new, newRoot: newRoot))
            }
        }
        #expect(throws: LedgerError.self) { _ = try big.log.consistencyProof(from: 9, to: 8) }
    }
}
