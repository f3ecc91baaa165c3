import LedgerProof
import Testing

@Suite("Proofs")
struct MerkleProofTests {
    @Test("inclusion: every leaf of every size up to 70")
    func inclusionPairs() throws {
        let reference = ReferenceTree.events(70)
        for size in 1...70 {
            let root = try reference.rootHash(size)
            for index in 0..<size {
                try checkInclusion(index, size, reference, root: root)
            }
        }
    }

    @Test("consistency: every pair of sizes up to 70")
    func consistencyPairs() throws {
        let reference = ReferenceTree.events(70)
        for new in 0...70 {
            for old in 0...new { try checkConsistency(old, new, reference) }
        }
    }

    @Test("inclusion and consistency: 400 random pairs up to 5000, seed 64")
    func large() throws {
        var random = SeededGenerator(seed: 64)
        let reference = ReferenceTree(entries: (0..<5000).map { _ in random.bytes(6) })
        for _ in 0..<400 {
            let size = Int.random(in: 1...5000, using: &random)
            let index = Int.random(in: 0..<size, using: &random)
            try checkInclusion(index, size, reference, root: reference.rootHash(size))
            try checkConsistency(Int.random(in: 0...size, using: &random), size, reference)
        }
    }

    private func checkInclusion(
        _ index: Int, _ size: Int, _ reference: ReferenceTree, root: MerkleHash
    ) throws {
        let proof = try MerkleProof.inclusion(
            of: UInt64(index), size: UInt64(size), subtree: reference.subtree)
        #expect(proof.map(\.bytes) == reference.path(index, 0..<size), "\(index) of \(size)")
        #expect(
            MerkleProof.verifyInclusion(
                proof, leaf: try reference.leafHash(index), index: UInt64(index),
                size: UInt64(size), root: root), "\(index) of \(size)")
    }

    private func checkConsistency(_ old: Int, _ new: Int, _ reference: ReferenceTree) throws {
        let proof = try MerkleProof.consistency(
            from: UInt64(old), to: UInt64(new), subtree: reference.subtree)
        let expected = old == 0 ? [] : reference.proof(old, new)
        #expect(proof.map(\.bytes) == expected, "\(old) → \(new)")
        #expect(
            MerkleProof.verifyConsistency(
                proof, oldSize: UInt64(old), oldRoot: try reference.rootHash(old),
                newSize: UInt64(new), newRoot: try reference.rootHash(new)), "\(old) → \(new)")
    }

    @Test("trees beyond 2⁶³ leaves have proofs that verify, seed 65")
    func huge() throws {
        var random = SeededGenerator(seed: 65)
        let tree = UniformTree()
        for _ in 0..<200 {
            let size = UInt64.random(in: 1 << 62 ... .max, using: &random)
            let root = tree.root(size)
            #expect(try MerkleProof.root(of: 0..<size, tree.subtree) == root)
            let index = UInt64.random(in: 0..<size, using: &random)
            let path = try MerkleProof.inclusion(of: index, size: size, subtree: tree.subtree)
            #expect(
                MerkleProof.verifyInclusion(
                    path, leaf: tree.level(0), index: index, size: size, root: root))
            let old = UInt64.random(in: 1...size, using: &random)
            let proof = try MerkleProof.consistency(from: old, to: size, subtree: tree.subtree)
            #expect(
                MerkleProof.verifyConsistency(
                    proof, oldSize: old, oldRoot: tree.root(old), newSize: size, newRoot: root))
        }
    }

    @Test("an error of the subtree source comes out unchanged")
    func subtreeErrors() {
        struct Missing: Error, Equatable { let level: Int }
        let failing: MerkleProof.Subtree = { level, _ in throw Missing(level: level) }
        #expect(throws: Missing(level: 0)) {
            try MerkleProof.inclusion(of: 0, size: 2, subtree: failing)
        }
        #expect(throws: Missing(level: 2)) {
            try MerkleProof.consistency(from: 4, to: 8, subtree: failing)
        }
        #expect(throws: Missing(level: 3)) { try MerkleProof.root(of: 0..<9, failing) }
    }

    @Test("only complete subtrees inside the tree are asked for")
    func asksForWhatExists() throws {
        let reference = ReferenceTree.events(70)
        for size in 1...70 {
            let checked: MerkleProof.Subtree = { level, index in
                #expect((Int(index) + 1) << level <= size, "level \(level) of size \(size)")
                return try reference.subtree(level, index)
            }
            for other in 0..<size {
                _ = try MerkleProof.inclusion(
                    of: UInt64(other), size: UInt64(size), subtree: checked)
                _ = try MerkleProof.consistency(
                    from: UInt64(other), to: UInt64(size), subtree: checked)
            }
        }
    }
}
