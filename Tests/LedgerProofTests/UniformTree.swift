import LedgerProof

/// A tree whose leaves are all alike, so that a subtree's root depends on its level alone: trees of
/// any size, up to 2⁶⁴ − 1 leaves, cost nothing.
struct UniformTree {
    private let levels: [MerkleHash]

    init() {
        var hash = Array("event".utf8).withUnsafeBytes(MerkleHash.leaf(_:))
        var levels: [MerkleHash] = []
        for _ in 0...64 {
            levels.append(hash)
            hash = .node(hash, hash)
        }
        self.levels = levels
    }

    func level(_ level: Int) -> MerkleHash { levels[level] }

    func subtree(_ level: Int, _ index: UInt64) -> MerkleHash { levels[level] }

    func frontier(_ size: UInt64) -> [MerkleHash] {
        (0..<64).reversed().filter { size >> UInt64($0) & 1 == 1 }.map { levels[$0] }
    }

    /// The complete subtrees joined from the smallest up.
    func root(_ size: UInt64) -> MerkleHash {
        let parts = frontier(size)
        guard let smallest = parts.last else { return .emptyTree }
        return parts.dropLast().reversed().reduce(smallest) { .node($1, $0) }
    }
}
