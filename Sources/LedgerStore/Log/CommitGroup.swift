import LedgerCore
import LedgerProof

/// The events of all batches as one sequence of ordinals.
struct CommitGroup {
    /// What is to become of one event, decided before positions are given.
    enum Decision {
        case append
        case existing(Position, matches: Bool)
        case repeats(ordinal: Int, matches: Bool)
        case bound(UInt64)
        case overtaken(Position)
    }

    let batches: [EventBatch]
    /// Ordinal of each batch's first event, and the number of events.
    let starts: [Int]
    var decisions: [Decision]
    /// Filled while entries are put; meaningless where nothing is appended.
    var positions: [Position]
    /// Keys with the ordinal of their event, in key order.
    let keys: [KeyedOrdinal]

    init(_ batches: [EventBatch]) {
        self.batches = batches
        starts = batches.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
        let count = starts[batches.count]
        decisions = [Decision](repeating: .append, count: count)
        positions = [Position](repeating: 0, count: count)
        keys = Self.keys(batches, starts)
    }

    private static func keys(_ batches: [EventBatch], _ starts: [Int]) -> [KeyedOrdinal] {
        if batches.count == 1 { return batches[0].keys }
        var keys: [KeyedOrdinal] = []
        keys.reserveCapacity(batches.reduce(0) { $0 + $1.keys.count })
        for (batch, start) in zip(batches, starts) {
            for key in batch.keys {
                keys.append(
                    KeyedOrdinal(key: key.key, ordinal: key.ordinal + UInt32(start)))
            }
        }
        keys.sortByKey()
        return keys
    }

    /// The first event of the group under a key; nil where none is.
    func first(under key: Hash128) -> Int? {
        var (low, high) = (0, keys.count)
        while low < high {
            let middle = (low + high) / 2
            if keys[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return keys[low...].prefix { $0.key == key }.map { Int($0.ordinal) }.min()
    }

    /// Batch and index of an ordinal.
    func place(_ ordinal: Int) -> (batch: Int, index: Int) {
        if batches.count == 1 { return (0, ordinal) }
        var (low, high) = (0, batches.count - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if starts[middle] <= ordinal { low = middle } else { high = middle - 1 }
        }
        return (low, ordinal - starts[low])
    }

    /// The body as the index keeps it.
    func body(_ ordinal: Int) -> Hash128 {
        let (batch, index) = place(ordinal)
        return batches[batch].items[index].body
    }

    /// The body as it is compared.
    func bodyHash(_ ordinal: Int) throws -> Hash128 {
        let (batch, index) = place(ordinal)
        return try batches[batch].bodyHash(index)
    }

    func leaf(_ ordinal: Int) -> MerkleHash {
        let (batch, index) = place(ordinal)
        return batches[batch].leaves[index]
    }

    func isAppended(_ ordinal: Int) -> Bool {
        if case .append = decisions[ordinal] { true } else { false }
    }
}

/// What became of one event of a batch.
public enum AppendOutcome: Hashable, Sendable {
    /// It was appended, durably.
    case appended(Receipt)
    /// The same body under the same key was there already: its first receipt.
    case duplicate(Receipt)
    /// Another body stands under the same key, at this position; nothing was appended.
    case conflict(Position)
    /// Another process bound the respondent to this subject meanwhile; nothing was appended. Seal
    /// under that subject's key and append again.
    case subjectBound(UInt64)
    /// The batch's condition failed, and nothing of it was appended; or the event's predecessor is not
    /// the one that it was decided on, and it was left out. What stands at this position came after
    /// its author had looked.
    case overtaken(by: Position)

    /// The receipt of an appended or repeated event.
    public var receipt: Receipt? {
        switch self {
        case .appended(let receipt), .duplicate(let receipt): receipt
        case .conflict, .subjectBound, .overtaken: nil
        }
    }
}

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
