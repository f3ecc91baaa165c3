/// Proofs of RFC 6962 trees: made from the roots of complete subtrees, checked from nothing.
public enum MerkleProof {
    /// Gives the root of the complete subtree over leaves [index·2^level, (index+1)·2^level).
    public typealias Subtree = (_ level: Int, _ index: UInt64) throws -> MerkleHash

    /// The sibling hashes from leaf `index` to the root of the first `size` leaves.
    ///
    /// - Precondition: `index < size`.
    public static func inclusion(
        of index: UInt64, size: UInt64, subtree: Subtree
    ) throws -> [MerkleHash] {
        precondition(index < size, "a leaf beyond the tree has no proof")
        return try path(index, in: 0..<size, subtree)
    }

    private static func path(
        _ index: UInt64, in range: Range<UInt64>, _ subtree: Subtree
    ) throws -> [MerkleHash] {
        guard count(range) > 1 else { return [] }
        let middle = range.lowerBound + split(count(range))
        if index < middle {
            return try path(index, in: range.lowerBound..<middle, subtree)
                + [root(of: middle..<range.upperBound, subtree)]
        }
        return try path(index, in: middle..<range.upperBound, subtree)
            + [root(of: range.lowerBound..<middle, subtree)]
    }

    /// Root over a range that begins at a multiple of the power of two it was split at.
    public static func root(
        of range: Range<UInt64>, _ subtree: Subtree
    ) throws -> MerkleHash {
        let leaves = count(range)
        guard leaves > 0 else { return .emptyTree }
        if leaves.nonzeroBitCount == 1 {
            let level = leaves.trailingZeroBitCount
            return try subtree(level, range.lowerBound >> UInt64(level))
        }
        let middle = range.lowerBound + split(leaves)
        return .node(
            try root(of: range.lowerBound..<middle, subtree),
            try root(of: middle..<range.upperBound, subtree))
    }

    /// Leaves in a range: `Range.count` is an Int, and traps beyond 2^63 − 1.
    private static func count(_ range: Range<UInt64>) -> UInt64 {
        range.upperBound - range.lowerBound
    }

    /// The largest power of two smaller than `count`, for `count` above one.
    private static func split(_ count: UInt64) -> UInt64 {
        1 << UInt64(63 - (count - 1).leadingZeroBitCount)
    }

    /// The hashes that show the tree of `old` leaves to be a prefix of the tree of `new` leaves.
    ///
    /// - Precondition: `old <= new`.
    public static func consistency(
        from old: UInt64, to new: UInt64, subtree: Subtree
    ) throws -> [MerkleHash] {
        precondition(old <= new, "a tree is no prefix of a smaller one")
        guard old > 0, old < new else { return [] }
        return try consistency(old, 0..<new, isWhole: true, subtree)
    }

    private static func consistency(
        _ old: UInt64, _ range: Range<UInt64>, isWhole: Bool, _ subtree: Subtree
    ) throws -> [MerkleHash] {
        if old == count(range) {
            return isWhole ? [] : [try root(of: range, subtree)]
        }
        let half = split(count(range))
        let middle = range.lowerBound + half
        if old <= half {
            return try consistency(
                old, range.lowerBound..<middle, isWhole: isWhole, subtree)
                + [root(of: middle..<range.upperBound, subtree)]
        }
        return try consistency(
            old - half, middle..<range.upperBound, isWhole: false, subtree)
            + [root(of: range.lowerBound..<middle, subtree)]
    }

    /// Whether `proof` shows `leaf` at `index` in the tree of `size` leaves with this root.
    public static func verifyInclusion(
        _ proof: [MerkleHash], leaf: MerkleHash, index: UInt64, size: UInt64, root: MerkleHash
    ) -> Bool {
        guard index < size else { return false }
        var (first, last, hash) = (index, size - 1, leaf)
        for sibling in proof {
            guard last > 0 else { return false }
            if first & 1 == 1 || first == last {
                hash = .node(sibling, hash)
                while first & 1 == 0 && first != 0 {
                    first >>= 1
                    last >>= 1
                }
            } else {
                hash = .node(hash, sibling)
            }
            first >>= 1
            last >>= 1
        }
        return last == 0 && hash == root
    }

    /// Whether `proof` shows that the tree (`oldSize`, `oldRoot`) is a prefix of the other.
    public static func verifyConsistency(
        _ proof: [MerkleHash], oldSize: UInt64, oldRoot: MerkleHash, newSize: UInt64,
        newRoot: MerkleHash
    ) -> Bool {
        guard oldSize <= newSize else { return false }
        if oldSize == 0, oldRoot != .emptyTree { return false }
        if oldSize == newSize { return proof.isEmpty && oldRoot == newRoot }
        if oldSize == 0 { return proof.isEmpty }
        let path = oldSize.nonzeroBitCount == 1 ? [oldRoot] + proof : proof
        guard let start = path.first else { return false }
        var (first, last) = (oldSize - 1, newSize - 1)
        while first & 1 == 1 {
            first >>= 1
            last >>= 1
        }
        var (old, new) = (start, start)
        for hash in path.dropFirst() {
            guard last > 0 else { return false }
            if first & 1 == 1 || first == last {
                old = .node(hash, old)
                new = .node(hash, new)
                while first & 1 == 0 && first != 0 {
                    first >>= 1
                    last >>= 1
                }
            } else {
                new = .node(new, hash)
            }
            first >>= 1
            last >>= 1
        }
        return last == 0 && old == oldRoot && new == newRoot
    }
}
