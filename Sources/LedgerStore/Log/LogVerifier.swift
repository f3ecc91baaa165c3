import Crypto
import LMDB
import LedgerCore
import LedgerProof

/// Reads a whole log and checks everything that can be checked, without touching the writer.
///
/// Nothing that is stored is believed: leaves are hashed again from the entries, the tree is built
/// again from the leaves, and every index is compared with what the entries say.
public struct LogVerifier {
    /// Findings listed; beyond it they are only counted.
    public static let findingsMax = 100

    let log: EventLog

    /// A verifier of `log`.
    public init(_ log: EventLog) { self.log = log }

    /// What was checked and found.
    public struct Report: Sendable {
        /// Entries read.
        public internal(set) var entries: Position = 0
        /// Sealed parts compared with their commitments.
        public internal(set) var sealedParts = 0
        /// Sealed parts that are gone; allowed, for that is what erasure does.
        public internal(set) var erasedParts = 0
        /// Idempotency keys.
        public internal(set) var keys = 0
        /// Root of the tree as built again.
        public internal(set) var root = MerkleHash.emptyTree
        /// What is wrong, at most `findingsMax`.
        public internal(set) var findings: [LogFinding] = []
        /// How many things are wrong.
        public internal(set) var findingCount = 0
        /// Whether nothing is wrong.
        public var isSound: Bool { findingCount == 0 }

        mutating func add(_ finding: LogFinding) {
            findingCount += 1
            if findings.count < LogVerifier.findingsMax { findings.append(finding) }
        }
    }

    /// Checks the log as it is now.
    ///
    /// - Parameter progress: called now and then with entries checked and their number.
    public func verify(progress: (Position, Position) -> Void = { _, _ in }) throws -> Report {
        try log.read { transaction in
            var report = Report()
            let head = try log.schema.head(transaction)
            try checkEntries(head, &report, progress, transaction)
            try checkKeys(head, &report, transaction)
            return report
        }
    }

    private func checkEntries(
        _ head: LogHead, _ report: inout Report, _ progress: (Position, Position) -> Void,
        _ transaction: borrowing ReadTransaction
    ) throws {
        var next: Position = 0
        var previous: Microseconds = 0
        var frontier = Frontier()
        var nodes: [(level: Int, index: UInt64, hash: MerkleHash)] = []
        var blocks: [EventName: [UInt8]] = [:]
        try transaction.unsafeForEach(log.schema.entries, from: 0, to: .max) { position, stored in
            if position != next {
                report.add(
                    LogFinding(.entries, next, "missing: the next entry is at \(position)"))
                next = position
            }
            next += 1
            if position >= head.size {
                report.add(LogFinding(.entries, position, "beyond the head (\(head.size))"))
            }
            guard stored.count > MerkleHash.byteCount,
                let leaf = MerkleHash(UnsafeRawBufferPointer(rebasing: stored[..<32]))
            else {
                report.add(LogFinding(.entries, position, "truncated"))
                return true
            }
            let entry = UnsafeRawBufferPointer(rebasing: stored[MerkleHash.byteCount...])
            let actual = MerkleHash.leaf(entry)
            if actual != leaf {
                report.add(
                    LogFinding(.tree, position, "the entry does not match its leaf hash"))
            }
            frontier.append(actual) { level, index, hash in
                if level & 7 == 0 { nodes.append((level, index, hash)) }
            }
            for node in nodes { try check(node, position, &report, transaction) }
            nodes.removeAll(keepingCapacity: true)
            try check(entry, position, &previous, &blocks, &report, transaction)
            if position & 4095 == 4095 {
                try checkTypes(&blocks, position >> TypeIndex.blockBits, &report, transaction)
            }
            if position & 0xFFFF == 0 { progress(position, head.size) }
            return true
        }
        if next > 0, next & 4095 != 0 {
            try checkTypes(&blocks, (next - 1) >> TypeIndex.blockBits, &report, transaction)
        }
        report.entries = next
        report.root = frontier.root
        if next != head.size {
            report.add(
                LogFinding(.entries, nil, "the head says \(head.size) entries, there are \(next)"))
        }
        if frontier != head.frontier {
            report.add(
                LogFinding(.tree, nil, "the root \(head.root) is not that of the entries"))
        }
        if previous != head.recordedAt, next > 0 {
            report.add(LogFinding(.time, nil, "the head's time is not the last entry's"))
        }
        progress(next, head.size)
    }

    private func check(
        _ node: (level: Int, index: UInt64, hash: MerkleHash), _ position: Position,
        _ report: inout Report, _ transaction: borrowing ReadTransaction
    ) throws {
        let key = LogSchema.treeKey(level: node.level, index: node.index)
        let stored = try transaction.unsafeValue(log.schema.tree, key)
        if stored.flatMap({ MerkleHash($0) }) != node.hash {
            report.add(
                LogFinding(
                    .tree, position,
                    "tree node \(node.index) of level \(node.level) is not that of its entries"))
        }
    }

    private func check(
        _ entry: UnsafeRawBufferPointer, _ position: Position, _ previous: inout Microseconds,
        _ blocks: inout [EventName: [UInt8]], _ report: inout Report,
        _ transaction: borrowing ReadTransaction
    ) throws {
        do {
            try EventView.validate([UInt8](entry), position: position)
            let event = try EventView(unsafe: entry, position: position)
            if event.recordedAt < previous {
                report.add(LogFinding(.time, position, "recorded before its predecessor"))
            }
            previous = event.recordedAt
            blocks[event.name, default: [UInt8](repeating: 0, count: TypeIndex.blockBytes)][
                Int(position & 4095) >> 3] |= 1 << UInt8(position & 7)
            try checkSealed(event, &report, transaction)
            if event.name == .responseRecorded { try checkKey(of: event, &report, transaction) }
        } catch let error as EntryError {
            report.add(LogFinding(.entries, position, error.description))
        }
    }

    private func checkSealed(
        _ event: EventView, _ report: inout Report, _ transaction: borrowing ReadTransaction
    ) throws {
        let stored = try transaction.unsafeValue(log.schema.sealed, event.position)
        guard let commitment = event.sealedCommitment else {
            if stored != nil {
                report.add(
                    LogFinding(.sealed, event.position, "a sealed part nobody committed to"))
            }
            return
        }
        guard let stored else {
            report.erasedParts += 1
            return
        }
        report.sealedParts += 1
        let prefix = min(stored.count, LogSchema.subjectPrefixBytes)
        var hash = SHA256()
        hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: stored[prefix...]))
        let matches = hash.finalize().withUnsafeBytes { $0.elementsEqual(commitment) }
        if !matches {
            report.add(
                LogFinding(.sealed, event.position, "the sealed part is not what was committed to"))
        }
    }

    private func checkKey(
        of event: EventView, _ report: inout Report, _ transaction: borrowing ReadTransaction
    ) throws {
        let response = try ResponseRecorded(event)
        let key = IdempotencyKey(source: response.source, id: response.id)
        let snapshot = try log.schema.keys.snapshot(transaction)
        let found = try log.schema.keys.find(key.hash, in: snapshot, transaction).map {
            UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self))
        }
        if found != event.position {
            report.add(
                LogFinding(
                    .keys, event.position,
                    "its idempotency key points to \(found.map { "position \($0)" } ?? "nothing")"))
        }
    }

    private func checkTypes(
        _ blocks: inout [EventName: [UInt8]], _ block: UInt64, _ report: inout Report,
        _ transaction: borrowing ReadTransaction
    ) throws {
        for name in EventName.allCases {
            let stored = try transaction.value(
                log.schema.types, bytes: TypeIndex.key(name, block))
            if stored != blocks[name] {
                report.add(
                    LogFinding(
                        .types, block << TypeIndex.blockBits,
                        "the index of “\(name.rawValue)” is wrong for the 4096 positions from here")
                )
            }
        }
        blocks.removeAll(keepingCapacity: true)
    }

    private func checkKeys(
        _ head: LogHead, _ report: inout Report, _ transaction: borrowing ReadTransaction
    ) throws {
        for index in [log.schema.keys, log.schema.subjects] {
            for (id, run) in try index.snapshot(transaction).runs where !run.isSound {
                report.add(
                    LogFinding(.keys, nil, "run \(id) of the index “\(index.name)” is damaged"))
            }
        }
        try log.schema.keys.forEach(transaction) { key, value in
            report.keys += 1
            let position = UInt64(bigEndian: value.loadUnaligned(as: UInt64.self))
            if position >= head.size {
                report.add(
                    LogFinding(.keys, position, "an idempotency key points beyond the head"))
            }
        }
    }
}
