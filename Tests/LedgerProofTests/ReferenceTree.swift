import Crypto
import LedgerProof
import Testing

/// RFC 6962 §2.1 written down as it reads, over plain arrays, with hashes of its own: what the
/// library is compared with. Slow, and shares no line with the library.
final class ReferenceTree {
    typealias Digest = [UInt8]

    private let leaves: [Digest]
    // Only complete subtrees at their place recur from one size to the next.
    private var known: [Range<Int>: Digest] = [:]

    init(entries: [[UInt8]]) { leaves = entries.map { Self.sha256([0] + $0) } }

    /// A tree of entries `event-0`, `event-1`, … as the published vectors have them.
    static func events(_ count: Int) -> ReferenceTree {
        ReferenceTree(entries: (0..<count).map { Array("event-\($0)".utf8) })
    }

    static func sha256(_ bytes: [UInt8]) -> Digest { Digest(SHA256.hash(data: bytes)) }

    var count: Int { leaves.count }

    func leaf(_ index: Int) -> Digest { leaves[index] }

    /// k: the largest power of two smaller than n.
    static func split(_ n: Int) -> Int {
        var k = 1
        while k * 2 < n { k *= 2 }
        return k
    }

    /// MTH(D[range]).
    func root(_ range: Range<Int>) -> Digest {
        if range.isEmpty { return Self.sha256([]) }
        if range.count == 1 { return leaves[range.lowerBound] }
        if let digest = known[range] { return digest }
        let middle = range.lowerBound + Self.split(range.count)
        let digest = Self.sha256(
            [1] + root(range.lowerBound..<middle) + root(middle..<range.upperBound))
        if range.count.nonzeroBitCount == 1 { known[range] = digest }
        return digest
    }

    /// PATH(m, D[range]), with m counted from the start of the range.
    func path(_ m: Int, _ range: Range<Int>) -> [Digest] {
        if range.count == 1 { return [] }
        let k = Self.split(range.count)
        let middle = range.lowerBound + k
        if m < k {
            return path(m, range.lowerBound..<middle) + [root(middle..<range.upperBound)]
        }
        return path(m - k, middle..<range.upperBound) + [root(range.lowerBound..<middle)]
    }

    /// PROOF(m, D[n]) for 0 < m ≤ n, by SUBPROOF(m, D[n], true).
    func proof(_ m: Int, _ n: Int) -> [Digest] { subproof(m, 0..<n, true) }

    private func subproof(_ m: Int, _ range: Range<Int>, _ isKnown: Bool) -> [Digest] {
        if m == range.count { return isKnown ? [] : [root(range)] }
        let k = Self.split(range.count)
        let middle = range.lowerBound + k
        if m <= k {
            return subproof(m, range.lowerBound..<middle, isKnown)
                + [root(middle..<range.upperBound)]
        }
        return subproof(m - k, middle..<range.upperBound, false)
            + [root(range.lowerBound..<middle)]
    }

    // MARK: Shapes
    //
    // A proof holds hashes only: two questions whose proofs are put together alike accept the same
    // hashes. That is why a size must come from a signed checkpoint and never from a prover.

    /// From leaf to root, whether the sibling stands on the left.
    static func shape(ofPath m: Int, _ n: Int) -> [Bool] {
        if n == 1 { return [] }
        let k = split(n)
        return m < k ? shape(ofPath: m, k) + [false] : shape(ofPath: m - k, n - k) + [true]
    }

    /// Whether the old root begins the proof, then as for a path.
    static func shape(ofProof m: Int, _ n: Int) -> [Bool] { shape(ofProof: m, n, true) }

    private static func shape(ofProof m: Int, _ n: Int, _ isKnown: Bool) -> [Bool] {
        if m == n { return [isKnown] }
        let k = split(n)
        return m <= k
            ? shape(ofProof: m, k, isKnown) + [false]
            : shape(ofProof: m - k, n - k, false) + [true]
    }

    // MARK: The library's side

    /// The library's question for a complete subtree, answered from here.
    func subtree(_ level: Int, _ index: UInt64) throws -> MerkleHash {
        let start = Int(index) << level
        return try #require(MerkleHash(root(start..<start + (1 << level))))
    }

    func rootHash(_ size: Int) throws -> MerkleHash { try #require(MerkleHash(root(0..<size))) }

    func leafHash(_ index: Int) throws -> MerkleHash { try #require(MerkleHash(leaf(index))) }
}
