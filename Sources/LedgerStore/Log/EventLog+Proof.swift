import LMDB
import LedgerCore
import LedgerProof

extension EventLog {
    /// The sibling hashes from the entry at `position` to the root of the first `size` entries.
    public func inclusionProof(of position: Position, size: Position) throws -> [MerkleHash] {
        try read { transaction in
            let head = try schema.head(transaction).size
            guard position < size, size <= head else {
                throw LedgerError(
                    .notFound,
                    "no proof of position \(position) at size \(size): the log has \(head) entries")
            }
            return try MerkleProof.inclusion(of: position, size: size) {
                try subtree($0, $1, transaction)
            }
        }
    }

    /// The hashes that show the log of `old` entries to be a prefix of the log of `new` entries.
    public func consistencyProof(from old: Position, to new: Position) throws -> [MerkleHash] {
        try read { transaction in
            let head = try schema.head(transaction).size
            guard old <= new, new <= head else {
                throw LedgerError(
                    .notFound, "no proof from \(old) to \(new): the log has \(head) entries")
            }
            return try MerkleProof.consistency(from: old, to: new) {
                try subtree($0, $1, transaction)
            }
        }
    }

    /// The root of the tree over the first `size` entries.
    public func root(at size: Position) throws -> MerkleHash {
        try read { transaction in
            let head = try schema.head(transaction).size
            guard size <= head else {
                throw LedgerError(.notFound, "no root at \(size): the log has \(head) entries")
            }
            return try MerkleProof.root(of: 0..<size) { try subtree($0, $1, transaction) }
        }
    }

    /// A complete subtree's root: stored at tile levels, leaf hashes beside the entries, and joined
    /// from at most 128 of those in between.
    private func subtree(
        _ level: Int, _ index: UInt64, _ transaction: borrowing ReadTransaction
    ) throws -> MerkleHash {
        if level == 0 { return try schema.leafHash(index, transaction) }
        if level & 7 == 0 {
            let key = LogSchema.treeKey(level: level, index: index)
            guard let stored = try transaction.unsafeValue(schema.tree, key),
                let hash = MerkleHash(stored)
            else {
                throw LedgerError.corrupt("tree node \(index) of level \(level) is missing")
            }
            return hash
        }
        return .node(
            try subtree(level - 1, index * 2, transaction),
            try subtree(level - 1, index * 2 + 1, transaction))
    }
}

extension EventLog {
    /// The leaf hash of an entry, as its receipt gave it.
    public func leafHash(at position: Position) throws -> MerkleHash {
        try read { try schema.leafHash(position, $0) }
    }
}
