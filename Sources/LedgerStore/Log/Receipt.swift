import LedgerCore
import LedgerProof

/// Proof that an event is in the log.
public struct Receipt: Hashable, Sendable {
    /// Where it stands.
    public let position: Position
    /// Its leaf hash in the Merkle tree.
    public let leafHash: MerkleHash

    /// A receipt.
    public init(position: Position, leafHash: MerkleHash) {
        self.position = position
        self.leafHash = leafHash
    }
}
