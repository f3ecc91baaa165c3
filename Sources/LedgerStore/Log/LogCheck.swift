import Crypto
import LMDB
import LedgerCore
import LedgerProof

/// One walk over all entries, and what is known of them so far.
struct LogCheck {
    /// Entries missing in a row for which the tree is still rebuilt around the gap.
    static let gapMax: Position = 1 << 20

    let schema: LogSchema
    var report = LogVerifier.Report()
    /// Nil where the record is damaged.
    private(set) var head: LogHead?
    /// Nil where the index cannot be read.
    private var keys: HashIndex.Snapshot?
    private(set) var next: Position = 0
    private var previousTime: Microseconds = 0
    private var frontier = Frontier()
    /// Whether something was missing, so that the head's root cannot be reached.
    private var hasGap = false
    var block: UInt64 = 0
    var bitmaps: [EventName: [UInt8]] = [:]

    init(schema: LogSchema) { self.schema = schema }

    mutating func run(
        _ progress: (Position, Position) -> Void, _ transaction: borrowing ReadTransaction
    ) throws {
        do {
            head = try schema.head(transaction)
        } catch let error as LedgerError where error.code == .corrupt {
            report.add(.tree, nil, "the head record is damaged")
        }
        let hasKeys = try checkRuns(of: schema.keys, transaction)
        let hasSubjects = try checkRuns(of: schema.subjects, transaction)
        if hasKeys { keys = try schema.keys.snapshot(transaction) }
        try transaction.unsafeForEach(schema.entries, from: 0, to: .max) { position, stored in
            try visit(position, stored, transaction)
            if position & 0xFFFF == 0 { progress(position, head?.size ?? position) }
            return true
        }
        if next > 0 { try checkTypes(transaction) }
        try checkTypesBeyond(transaction)
        try checkSealedBeyond(transaction)
        checkHead()
        if hasKeys { try checkKeys(transaction) }
        if hasSubjects {
            try checkRecords(of: schema.subjects, transaction) { _, _ in }
        }
        progress(next, head?.size ?? next)
    }

    private mutating func visit(
        _ position: Position, _ stored: UnsafeRawBufferPointer,
        _ transaction: borrowing ReadTransaction
    ) throws {
        if let head, position >= head.size {
            report.add(.entries, position, "beyond the head, which says \(head.size) entries")
            return
        }
        if position != next { try passGap(before: position, transaction) }
        try turn(toBlockOf: position, transaction)
        next = position + 1
        report.entries += 1
        guard stored.count > MerkleHash.byteCount,
            let leaf = MerkleHash(UnsafeRawBufferPointer(rebasing: stored[..<32]))
        else {
            report.add(.entries, position, "truncated to \(stored.count) bytes")
            try grow(.emptyTree, position, transaction)
            return
        }
        let entry = UnsafeRawBufferPointer(rebasing: stored[MerkleHash.byteCount...])
        let actual = MerkleHash.leaf(entry)
        if actual != leaf {
            report.add(.tree, position, "the entry does not match its leaf hash")
        }
        try grow(actual, position, transaction)
        try check(entry, position, transaction)
    }

    private mutating func passGap(
        before position: Position, _ transaction: borrowing ReadTransaction
    ) throws {
        let count = position - next
        report.add(
            .entries, next,
            count == 1 ? "missing" : "missing, with the \(count - 1) entries after it")
        hasGap = true
        guard count <= Self.gapMax else {
            frontier = Frontier()
            next = position
            return
        }
        // Their leaves are not known; something must stand for them, or everything after the gap
        // would be reported as well.
        while next < position {
            try turn(toBlockOf: next, transaction)
            try grow(.emptyTree, next, transaction)
            next += 1
        }
    }

    /// Appends a leaf and compares the subtrees it completes with those stored.
    private mutating func grow(
        _ leaf: MerkleHash, _ position: Position, _ transaction: borrowing ReadTransaction
    ) throws {
        // After a gap too wide to rebuild there is no tree to compare with.
        guard frontier.size == position else { return }
        var nodes: [(level: Int, index: UInt64, hash: MerkleHash)] = []
        frontier.append(leaf) { level, index, hash in
            if level & 7 == 0 { nodes.append((level, index, hash)) }
        }
        for node in nodes {
            let key = LogSchema.treeKey(level: node.level, index: node.index)
            let stored = try transaction.unsafeValue(schema.tree, key)
            if stored.flatMap({ MerkleHash($0) }) != node.hash {
                report.add(
                    .tree, position,
                    "tree node \(node.index) of level \(node.level) is not that of its entries")
            }
        }
    }

    private mutating func check(
        _ entry: UnsafeRawBufferPointer, _ position: Position,
        _ transaction: borrowing ReadTransaction
    ) throws {
        do {
            try EventView.validate([UInt8](entry), position: position)
            let event = try EventView(unsafe: entry, position: position)
            if event.recordedAt < previousTime {
                report.add(.time, position, "recorded before its predecessor")
            }
            previousTime = event.recordedAt
            bitmaps[event.name, default: [UInt8](repeating: 0, count: TypeIndex.blockBytes)][
                Int(position & 4095) >> 3] |= 1 << UInt8(position & 7)
            try checkSealed(event, transaction)
            if event.name == .responseRecorded { try checkKey(of: event, transaction) }
        } catch let error as EntryError {
            report.add(.entries, position, error.description)
        }
    }

    private mutating func checkSealed(
        _ event: EventView, _ transaction: borrowing ReadTransaction
    ) throws {
        let stored = try transaction.unsafeValue(schema.sealed, event.position)
        guard let commitment = event.sealedCommitment else {
            if stored != nil {
                report.add(.sealed, event.position, "a sealed part nobody committed to")
            }
            return
        }
        guard let stored else {
            // No event of this format takes a sealed part away.
            report.add(.sealed, event.position, "the sealed part is missing")
            return
        }
        report.sealedParts += 1
        guard stored.count > LogSchema.subjectPrefixBytes else {
            report.add(.sealed, event.position, "the sealed part is truncated")
            return
        }
        var hash = SHA256()
        hash.update(
            bufferPointer: UnsafeRawBufferPointer(
                rebasing: stored[LogSchema.subjectPrefixBytes...]))
        let matches = hash.finalize().withUnsafeBytes { $0.elementsEqual(commitment) }
        if !matches {
            report.add(.sealed, event.position, "the sealed part is not what was committed to")
        }
        // The subject's number stands beside what is committed to; the entry says it as well.
        let subject = UInt64(bigEndian: stored.loadUnaligned(as: UInt64.self))
        if let stated = Self.fields(of: event)["subject"]?.unsignedValue, stated != subject {
            report.add(
                .sealed, event.position,
                "the sealed part names subject \(subject), its entry \(stated)")
        }
    }

    private static func fields(of event: EventView) -> EventFields {
        var cursor = CBORCursor(unsafe: event.payload)
        return EventFields((try? cursor.value()) ?? .null)
    }

    private mutating func checkKey(
        of event: EventView, _ transaction: borrowing ReadTransaction
    ) throws {
        guard let keys else { return }
        let fields = Self.fields(of: event)
        let key = IdempotencyKey(
            source: fields["source"]?.textValue ?? "", id: fields["id"]?.textValue ?? "")
        let found: Position?
        do {
            found = try schema.keys.find(key.hash, in: keys, transaction).map {
                UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self))
            }
        } catch let error as LedgerError where error.code == .corrupt {
            report.add(.keys, event.position, "the record of its idempotency key is damaged")
            return
        }
        if found != event.position {
            let target = found.map { "position \($0)" } ?? "nothing"
            report.add(.keys, event.position, "its idempotency key points to \(target)")
        }
    }

    private mutating func checkHead() {
        report.root = frontier.root
        guard let head else { return }
        if next != head.size {
            report.add(.entries, next, "missing: the head says \(head.size) entries")
        }
        // Where entries are missing the root cannot be right, and that has been said.
        if !hasGap, next == head.size, frontier != head.frontier {
            report.add(.tree, nil, "the root \(head.root) is not that of the entries")
        }
        if !hasGap, next == head.size, previousTime != head.recordedAt {
            report.add(.time, nil, "the head's time is not the last entry's")
        }
    }
}
