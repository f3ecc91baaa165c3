import Crypto
import LMDB
import LedgerCore
import LedgerProof

/// The check of one stretch of entries, by itself: several run at a time.
struct SpanCheck {
    /// Level of the subtree that a span is.
    static let level = 16
    static let positions: Position = 1 << 16

    /// What every span needs to know.
    struct Context: Sendable {
        let schema: LogSchema
        /// Entries there should be; those beyond were appended since, or are wrong.
        let size: Position
        let hasKeys: Bool
        let hasSubjects: Bool
    }

    /// What was found in one span.
    struct Result: Sendable {
        let range: Range<Position>
        var entries: Position = 0
        var sealedParts = 0
        var openedParts = 0
        var erasedParts = 0
        var keylessParts = 0
        var digestsCompared = 0
        var findings: [LogFinding] = []
        var findingsUnlisted = 0
        /// Positions without an entry, in order.
        var missing: [Range<Position>] = []
        var firstPosition: Position?
        var firstTime: Microseconds?
        var lastTime: Microseconds?
        /// Whether the first entry has the clock's time beside recorded-at.
        var beginsWithClock = false
        /// From the first entry with the clock's time beside recorded-at to the last.
        var carried: Range<Position>?
        /// The subtrees of the span's leaves.
        var frontier = Frontier()
        var used = SubjectsUsed(highest: 0, position: 0)

        mutating func add(
            _ check: LogFinding.Check, _ position: Position?, _ problem: String
        ) {
            if findings.count < LogVerifier.findingsMax {
                findings.append(LogFinding(check, position, problem))
            } else {
                findingsUnlisted += 1
            }
        }
    }

    static let unduly = "the clock's time stands beside a time of its own"

    private let context: Context
    private let opening: LogVerifier.SealedReader?
    /// The indexes as this span's transaction sees them; nil where one cannot be read.
    private let keys: HashIndex.Snapshot?
    private let subjects: HashIndex.Snapshot?
    /// Whether something was appended since the size was read.
    private let isGrown: Bool
    private(set) var result: Result
    private var next: Position
    private var bitmaps: [EventName: [UInt8]] = [:]

    private var schema: LogSchema { context.schema }

    init(
        _ context: Context, _ range: Range<Position>, _ opening: LogVerifier.SealedReader?,
        _ transaction: borrowing ReadTransaction
    ) throws {
        self.context = context
        self.opening = opening
        keys = context.hasKeys ? try context.schema.keys.snapshot(transaction) : nil
        subjects = context.hasSubjects ? try context.schema.subjects.snapshot(transaction) : nil
        let size = (try? context.schema.head(transaction))?.size
        isGrown = size ?? context.size > context.size
        result = Result(range: range)
        next = range.lowerBound
    }

    mutating func run(_ transaction: borrowing ReadTransaction) throws {
        let range = result.range
        try transaction.unsafeForEach(
            schema.entries, from: range.lowerBound, to: range.upperBound
        ) { position, stored in
            try passGap(before: position, transaction)
            try visit(position, stored, transaction)
            next = position + 1
            try endBlock(transaction)
            return true
        }
        try passGap(before: range.upperBound, transaction)
        if next & 4095 != 0 { try checkTypes(block: next >> TypeIndex.blockBits, transaction) }
    }

    /// Something must stand for missing leaves, or everything after them would be reported as well.
    private mutating func passGap(
        before position: Position, _ transaction: borrowing ReadTransaction
    ) throws {
        guard next < position else { return }
        result.missing.append(next..<position)
        while next < position {
            try grow(.emptyTree, next, transaction)
            next += 1
            try endBlock(transaction)
        }
    }

    private mutating func visit(
        _ position: Position, _ stored: UnsafeRawBufferPointer,
        _ transaction: borrowing ReadTransaction
    ) throws {
        result.entries += 1
        guard let kept = StoredEntry(stored), let leaf = kept.leaf else {
            result.add(.entries, position, "truncated to \(stored.count) bytes")
            try grow(.emptyTree, position, transaction)
            return
        }
        let actual = MerkleHash.leaf(kept.entry)
        if actual != leaf {
            result.add(.tree, position, "the entry does not match its leaf hash")
        } else if kept.checksumIsRight(at: position) == false {
            result.add(.entries, position, "the entry does not match its checksum")
        }
        try grow(actual, position, transaction)
        try check(kept.entry, position, transaction)
    }

    /// Appends a leaf and compares the subtrees it completes with those stored.
    private mutating func grow(
        _ leaf: MerkleHash, _ position: Position, _ transaction: borrowing ReadTransaction
    ) throws {
        var nodes: [(level: Int, index: UInt64, hash: MerkleHash)] = []
        result.frontier.append(leaf) { level, index, hash in
            if level & 7 == 0 { nodes.append((level, index, hash)) }
        }
        for node in nodes {
            let index = node.index + result.range.lowerBound >> UInt64(node.level)
            let key = LogSchema.treeKey(level: node.level, index: index)
            let stored = try transaction.unsafeValue(schema.tree, key)
            if stored.flatMap({ MerkleHash($0) }) != node.hash {
                result.add(
                    .tree, position,
                    "tree node \(index) of level \(node.level) is not that of its entries")
            }
        }
    }

    private mutating func check(
        _ entry: UnsafeRawBufferPointer, _ position: Position,
        _ transaction: borrowing ReadTransaction
    ) throws {
        do {
            let checked = try CheckedEvent(unsafe: entry, position: position)
            let event = checked.event
            if let last = result.lastTime, event.recordedAt < last {
                result.add(.time, position, "recorded before its predecessor")
            }
            if event.clock != nil {
                // By a microsecond a commit, or not at all where the last time is reached.
                if let last = result.lastTime, event.recordedAt - last > 1 {
                    result.add(.time, position, Self.unduly)
                }
                result.carried = (result.carried?.lowerBound ?? position)..<(position + 1)
            }
            if result.firstTime == nil {
                result.beginsWithClock = event.clock != nil
                (result.firstPosition, result.firstTime) = (position, event.recordedAt)
            }
            result.lastTime = event.recordedAt
            bitmaps[event.name, default: [UInt8](repeating: 0, count: TypeIndex.blockBytes)][
                Int(position & 4095) >> 3] |= 1 << UInt8(position & 7)
            let digest = try checkKey(of: checked, transaction)
            let content = try checkSealed(checked, digest, transaction)
            try check(content, of: checked, transaction)
        } catch let error as EntryError {
            result.add(.entries, position, error.description)
        }
    }

    /// Compares the type index with what the entries of a block are, once all of them were seen.
    private mutating func endBlock(_ transaction: borrowing ReadTransaction) throws {
        guard next & 4095 == 0 else { return }
        try checkTypes(block: (next - 1) >> TypeIndex.blockBits, transaction)
    }

    private mutating func checkTypes(
        block: UInt64, _ transaction: borrowing ReadTransaction
    ) throws {
        for name in EventName.allCases {
            let key = TypeIndex.key(name, block)
            let kept = try transaction.value(schema.types, bytes: key)
            var stored = kept.map { TypeIndex.bits(in: $0, under: key) ?? [] }
            // What was appended since is not looked at.
            if isGrown, block == context.size >> TypeIndex.blockBits,
                stored?.count == TypeIndex.blockBytes
            {
                for bit in Int(context.size & 4095)..<4096 {
                    stored?[bit >> 3] &= ~(1 << UInt8(bit & 7))
                }
                if stored?.allSatisfy({ $0 == 0 }) == true { stored = nil }
            }
            if stored != bitmaps[name] {
                result.add(
                    .types, block << TypeIndex.blockBits,
                    "the index of “\(name.rawValue)” is wrong for the 4096 positions from here")
            }
        }
        bitmaps.removeAll(keepingCapacity: true)
    }

    private mutating func checkSealed(
        _ checked: CheckedEvent, _ digest: Hash128?, _ transaction: borrowing ReadTransaction
    ) throws -> LogVerifier.SealedContent? {
        let event = checked.event
        let stored = try transaction.unsafeValue(schema.sealed, event.position)
        guard let commitment = event.sealedCommitment else {
            if stored != nil {
                result.add(.sealed, event.position, "a sealed part nobody committed to")
            }
            return nil
        }
        guard let stored else {
            // No event of this format takes a sealed part away.
            result.add(.sealed, event.position, "the sealed part is missing")
            return nil
        }
        guard stored.count > LogSchema.subjectPrefixBytes else {
            result.add(.sealed, event.position, "the sealed part is truncated")
            return nil
        }
        let part = UnsafeRawBufferPointer(rebasing: stored[LogSchema.subjectPrefixBytes...])
        var hash = SHA256()
        hash.update(bufferPointer: part)
        let matches = hash.finalize().withUnsafeBytes { $0.elementsEqual(commitment) }
        if matches {
            result.sealedParts += 1
        } else {
            result.add(.sealed, event.position, "the sealed part is not what was committed to")
        }
        // The subject's number stands beside what is committed to; the entry says it as well.
        let subject = UInt64(bigEndian: stored.loadUnaligned(as: UInt64.self))
        result.used = result.used.joined(subject, at: event.position)
        if let stated = checked.subject, stated != subject {
            result.add(
                .sealed, event.position,
                "the sealed part names subject \(subject), its entry \(stated)")
        }
        guard matches, let opening else { return nil }
        switch try opening(checked, part, subject, digest) {
        case .opened(let content):
            result.openedParts += 1
            return content
        case .erased: result.erasedParts += 1
        case .keyless: result.keylessParts += 1
        case .damaged(let problem): result.add(.sealed, event.position, problem)
        }
        return nil
    }

    /// Looks for a response under its key; returns the digest kept there, where it is one of what
    /// the source sent.
    private mutating func checkKey(
        of checked: CheckedEvent, _ transaction: borrowing ReadTransaction
    ) throws -> Hash128? {
        guard let keys, let response = checked.response else { return nil }
        let event = checked.event
        let key = IdempotencyKey(source: response.source, id: response.id)
        do {
            let record = try schema.keys.find(key.hash, in: keys, transaction)
            let found = record.map { UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)) }
            guard found == event.position, let base = record?.baseAddress else {
                let target = found.map { "position \($0)" } ?? "nothing"
                result.add(.keys, event.position, "its idempotency key points to \(target)")
                return nil
            }
            let digest = Hash128(unsafe: base + 8)
            return digest == LogSchema.payloadBody ? nil : digest
        } catch let error as LedgerError where error.code == .corrupt {
            result.add(.keys, event.position, "the record of its idempotency key is damaged")
            return nil
        }
    }

    /// Compares the indexes with what a response's sealed part says.
    private mutating func check(
        _ content: LogVerifier.SealedContent?, of checked: CheckedEvent,
        _ transaction: borrowing ReadTransaction
    ) throws {
        let event = checked.event
        if let isRight = content?.isDigestRight {
            result.digestsCompared += 1
            if !isRight {
                result.add(
                    .keys, event.position,
                    "the digest kept under its idempotency key is not that of what it says")
            }
        }
        guard let subjects, let respondent = content?.respondent else { return }
        let record = try? schema.subjects.find(respondent, in: subjects, transaction)
        let bound = record.map { UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)) }
        if bound != checked.subject {
            let target = bound.map { "subject \($0)" } ?? "nobody"
            result.add(.keys, event.position, "its respondent is bound to \(target)")
        }
    }
}
