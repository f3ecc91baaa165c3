import LedgerProof
import Testing

/// Whatever is changed in a proof or in the question, the answer becomes no.
@Suite("Tampered proofs")
struct TamperingTests {
    private static let sizeMax = 40
    private let reference = ReferenceTree.events(sizeMax)

    private struct Inclusion {
        var proof: [MerkleHash]
        var leaf: MerkleHash
        var index: UInt64
        var size: UInt64
        var root: MerkleHash

        var holds: Bool {
            MerkleProof.verifyInclusion(proof, leaf: leaf, index: index, size: size, root: root)
        }
    }

    private struct Consistency {
        var proof: [MerkleHash]
        var old: UInt64
        var oldRoot: MerkleHash
        var new: UInt64
        var newRoot: MerkleHash

        var holds: Bool {
            MerkleProof.verifyConsistency(
                proof, oldSize: old, oldRoot: oldRoot, newSize: new, newRoot: newRoot)
        }
    }

    private func inclusion(_ index: Int, _ size: Int) throws -> Inclusion {
        Inclusion(
            proof: try MerkleProof.inclusion(
                of: UInt64(index), size: UInt64(size), subtree: reference.subtree),
            leaf: try reference.leafHash(index), index: UInt64(index), size: UInt64(size),
            root: try reference.rootHash(size))
    }

    private func consistency(_ old: Int, _ new: Int) throws -> Consistency {
        Consistency(
            proof: try MerkleProof.consistency(
                from: UInt64(old), to: UInt64(new), subtree: reference.subtree),
            old: UInt64(old), oldRoot: try reference.rootHash(old), new: UInt64(new),
            newRoot: try reference.rootHash(new))
    }

    /// Every way to change one thing in a list of hashes.
    private func corruptions(
        of proof: [MerkleHash], _ random: inout SeededGenerator
    ) throws -> [[MerkleHash]] {
        var changed: [[MerkleHash]] = []
        for position in proof.indices {
            for bit in [0, 7, 128, 255, Int.random(in: 0...255, using: &random)] {
                var other = proof
                other[position] = try flipped(proof[position], bit)
                changed.append(other)
            }
            var dropped = proof
            dropped.remove(at: position)
            changed.append(dropped)
            var swapped = proof
            swapped.swapAt(position, (position + 1) % proof.count)
            if swapped != proof { changed.append(swapped) }
        }
        for position in 0...proof.count {
            changed.append(
                Array(proof[..<position]) + [try random.hash()] + Array(proof[position...]))
            if position < proof.count {
                changed.append(
                    Array(proof[..<position]) + [proof[position]] + Array(proof[position...]))
            }
        }
        if proof.count > 1 { changed.append(proof.reversed()) }
        return changed
    }

    private func flipped(_ hash: MerkleHash, _ bit: Int) throws -> MerkleHash {
        var bytes = hash.bytes
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        return try #require(MerkleHash(bytes))
    }

    @Test("inclusion: another index, leaf, root or list of hashes is refused, seed 66")
    func inclusionIsRefused() throws {
        var random = SeededGenerator(seed: 66)
        for size in 1...Self.sizeMax {
            for index in 0..<size {
                let good = try inclusion(index, size)
                #expect(good.holds)
                for other in 0..<UInt64(size + 3) where other != good.index {
                    var bad = good
                    bad.index = other
                    #expect(!bad.holds, "leaf \(index) of \(size) passes for leaf \(other)")
                }
                for proof in try corruptions(of: good.proof, &random) {
                    var bad = good
                    bad.proof = proof
                    #expect(!bad.holds, "leaf \(index) of \(size) with \(proof)")
                }
                var bad = good
                bad.leaf = try flipped(good.leaf, Int.random(in: 0...255, using: &random))
                #expect(!bad.holds)
                bad = good
                bad.root = try flipped(good.root, Int.random(in: 0...255, using: &random))
                #expect(!bad.holds)
                if size > 1 {
                    // A node of the tree must not pass for a leaf: the domains are separate.
                    bad = good
                    bad.leaf = good.root
                    bad.proof = []
                    #expect(!bad.holds)
                }
            }
        }
    }

    @Test("inclusion: another size is refused, but where its paths are put together alike")
    func inclusionSizes() throws {
        var alike = 0
        for size in 1...Self.sizeMax {
            for index in 0..<size {
                let good = try inclusion(index, size)
                let shape = ReferenceTree.shape(ofPath: index, size)
                for other in 0...2 * Self.sizeMax where other != size {
                    let isAlike =
                        index < other && ReferenceTree.shape(ofPath: index, other) == shape
                    var bad = good
                    bad.size = UInt64(other)
                    #expect(bad.holds == isAlike, "leaf \(index) of \(size) as of \(other)")
                    alike += isAlike ? 1 : 0
                    // With that size's own root it never passes.
                    if other <= Self.sizeMax {
                        bad.root = try reference.rootHash(other)
                        #expect(!bad.holds, "leaf \(index) of \(size) under root \(other)")
                    }
                }
            }
        }
        #expect(alike > 0, "the exception is real")
    }

    @Test("consistency: another root or list of hashes is refused, seed 67")
    func consistencyIsRefused() throws {
        var random = SeededGenerator(seed: 67)
        for new in 1...Self.sizeMax {
            for old in 0...new {
                let good = try consistency(old, new)
                #expect(good.holds)
                for proof in try corruptions(of: good.proof, &random) {
                    var bad = good
                    bad.proof = proof
                    #expect(!bad.holds, "\(old) → \(new) with \(proof)")
                }
                var bad = good
                bad.oldRoot = try flipped(good.oldRoot, Int.random(in: 0...255, using: &random))
                #expect(!bad.holds)
                // The empty tree is a prefix of every tree, whatever its root.
                bad = good
                bad.newRoot = try flipped(good.newRoot, Int.random(in: 0...255, using: &random))
                #expect(bad.holds == (old == 0))
                if old < new, old > 0 {
                    bad = good
                    (bad.oldRoot, bad.newRoot) = (good.newRoot, good.oldRoot)
                    #expect(!bad.holds)
                    bad = good
                    (bad.old, bad.new) = (good.new, good.old)
                    #expect(!bad.holds)
                }
            }
        }
    }

    @Test("consistency: other sizes are refused, but where their proofs are put together alike")
    func consistencySizes() throws {
        for new in 1...20 {
            for old in 1...new {
                let good = try consistency(old, new)
                let shape = ReferenceTree.shape(ofProof: old, new)
                for otherNew in 0...24 {
                    for otherOld in 0...24 where (otherOld, otherNew) != (old, new) {
                        var bad = good
                        (bad.old, bad.new) = (UInt64(otherOld), UInt64(otherNew))
                        let isAlike =
                            otherOld > 0 && otherOld <= otherNew
                            && ReferenceTree.shape(ofProof: otherOld, otherNew) == shape
                        #expect(
                            bad.holds == isAlike, "\(old) → \(new) as \(otherOld) → \(otherNew)")
                    }
                }
            }
        }
    }

    @Test("a fork is refused: the same sizes over another history")
    func forks() throws {
        for changed in 0..<16 {
            var entries = (0..<16).map { Array("event-\($0)".utf8) }
            entries[changed] = Array("forged".utf8)
            let fork = ReferenceTree(entries: entries)
            for old in (changed + 1)...16 {
                for new in old...16 {
                    let proof = try MerkleProof.consistency(
                        from: UInt64(old), to: UInt64(new), subtree: fork.subtree)
                    #expect(
                        !MerkleProof.verifyConsistency(
                            proof, oldSize: UInt64(old), oldRoot: try reference.rootHash(old),
                            newSize: UInt64(new), newRoot: try fork.rootHash(new)))
                }
            }
        }
    }

    @Test("random questions with random hashes are answered no, and nothing traps, seed 68")
    func fuzz() throws {
        var random = SeededGenerator(seed: 68)
        let hashes = try (0..<200).map { _ in try random.hash() } + [.emptyTree]
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...80, using: &random)
            let start = Int.random(in: 0..<100, using: &random)
            let proof = Array(hashes[start..<start + count])
            let (a, b) = (random.magnitude(), random.magnitude())
            let (leaf, root) = (hashes[190], hashes[191])
            #expect(
                !MerkleProof.verifyInclusion(proof, leaf: leaf, index: a, size: b, root: root))
            #expect(
                !MerkleProof.verifyConsistency(
                    proof, oldSize: a, oldRoot: leaf, newSize: b, newRoot: root))
        }
        for edge: UInt64 in [0, 1, 1 << 63, .max] {
            for other: UInt64 in [0, 1, 1 << 63, .max] {
                for count in [0, 1, 63, 64, 65, 80] {
                    let proof = Array(hashes[..<count])
                    let isSingleLeaf = edge == 0 && other == 1 && count == 0
                    #expect(
                        MerkleProof.verifyInclusion(
                            proof, leaf: hashes[0], index: edge, size: other, root: hashes[0])
                            == isSingleLeaf)
                    #expect(
                        MerkleProof.verifyConsistency(
                            proof, oldSize: edge, oldRoot: hashes[0], newSize: other,
                            newRoot: hashes[0]) == (edge == other && edge > 0 && count == 0))
                }
            }
        }
    }
}
