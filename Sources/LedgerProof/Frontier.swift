/// The right edge of an RFC 6962 tree: all that is needed to append leaves and to know the root.
///
/// It holds one hash for each set bit of the size: the roots of the complete subtrees that the
/// tree is made of, largest first.
public struct Frontier: Hashable, Sendable {
    /// Number of leaves.
    public private(set) var size: UInt64
    /// Roots of the complete subtrees, largest first.
    public private(set) var hashes: [MerkleHash]

    /// The edge of the empty tree.
    public init() {
        size = 0
        hashes = []
    }

    /// An edge from its parts; nil unless there is one hash for each set bit of `size`.
    public init?(size: UInt64, hashes: [MerkleHash]) {
        guard hashes.count == size.nonzeroBitCount else { return nil }
        self.size = size
        self.hashes = hashes
    }

    /// Appends a leaf hash; calls `completed` with level, index and root of every complete subtree
    /// it closes, level 1 upward.
    @inlinable
    public mutating func append(
        _ leaf: MerkleHash, completed: (_ level: Int, _ index: UInt64, MerkleHash) -> Void
    ) {
        append(subtree: leaf, level: 0, completed: completed)
    }

    /// Appends the root of a complete subtree of 2^`level` leaves, as if its leaves were appended
    /// one by one; the size must be a multiple of theirs. `completed` is called for what it closes
    /// above itself.
    @inlinable
    public mutating func append(
        subtree: MerkleHash, level: Int,
        completed: (_ level: Int, _ index: UInt64, MerkleHash) -> Void
    ) {
        precondition(size & (1 << UInt64(level) - 1) == 0, "a subtree stands at its own multiple")
        var hash = subtree
        var at = level
        while size >> UInt64(at) & 1 == 1 {
            hash = MerkleHash.node(popLast(), hash)
            at += 1
            completed(at, size >> UInt64(at), hash)
        }
        push(hash, leaves: 1 << UInt64(level))
    }

    /// Appends a leaf hash.
    public mutating func append(_ leaf: MerkleHash) {
        append(leaf) { _, _, _ in }
    }

    @usableFromInline
    mutating func popLast() -> MerkleHash { hashes.removeLast() }

    @usableFromInline
    mutating func push(_ hash: MerkleHash, leaves: UInt64) {
        hashes.append(hash)
        size += leaves
    }

    /// The root of the tree: the subtrees joined from the smallest up.
    public var root: MerkleHash {
        guard var root = hashes.last else { return .emptyTree }
        for hash in hashes.dropLast().reversed() { root = .node(hash, root) }
        return root
    }
}
