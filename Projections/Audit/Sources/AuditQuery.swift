import LedgerCore

/// Questions to the audit state; answers come in log order.
///
/// `asOf` is the log's size at the moment asked about: only events before that position count.
/// Every method throws `AuditStateDamage`, what the store throws, or what the closure throws.
public enum AuditQuery {
    /// Calls `body` with each act from position `from` up to but not including `to`, until it is
    /// false.
    ///
    /// - Parameters:
    ///   - kinds: the kinds wanted; the others are passed over without being decoded.
    ///   - limit: how many are handed out at most.
    ///   - offset: how many of those wanted are passed over first.
    public static func acts(
        from: Position = 0, to: Position = .max,
        kinds: Set<AuditActKind> = Set(AuditActKind.allCases), asOf: Position,
        limit: Int = .max, offset: Int = 0, in state: some StateReader,
        _ body: (AuditAct) throws -> Bool
    ) throws {
        var page = Page(limit: limit, offset: offset)
        guard !page.isFull else { return }
        try PositionWalk(prefix: AuditKey.acts, from: from, to: min(to, asOf)).run(in: state) {
            (position, bytes) throws in
            let kind = try AuditAct.kind(ofStored: bytes, position: position)
            guard kinds.contains(kind), page.takes() else { return true }
            return try body(AuditAct(stored: bytes, position: position)) && !page.isFull
        }
    }

    /// The act recorded at `position`, or nil where none is or it came later than `asOf`.
    public static func act(
        at position: Position, asOf: Position, in state: some StateReader
    ) throws -> AuditAct? {
        guard position < asOf else { return nil }
        return try state.withValue(AuditKey.act(position)) { bytes in
            try AuditAct(stored: bytes, position: position)
        }
    }

    /// Calls `body` with each rejected row from position `from` up to but not including `to`,
    /// until it is false.
    ///
    /// - Parameters:
    ///   - source: only rows of this source, or nil for all.
    ///   - code: only rows rejected for this reason, or nil for all.
    ///   - limit: how many are handed out at most.
    ///   - offset: how many of those wanted are passed over first.
    public static func rejections(
        from: Position = 0, to: Position = .max, source: String? = nil, code: String? = nil,
        asOf: Position, limit: Int = .max, offset: Int = 0, in state: some StateReader,
        _ body: (AuditRejection) throws -> Bool
    ) throws {
        var page = Page(limit: limit, offset: offset)
        guard !page.isFull else { return }
        let walk = PositionWalk(prefix: AuditKey.rejections, from: from, to: min(to, asOf))
        try walk.run(in: state) { (position, bytes) throws in
            let found = try AuditRejection.origin(ofStored: bytes, position: position)
            guard source.map({ found.source.elementsEqual($0.utf8) }) ?? true,
                code.map({ found.code.elementsEqual($0.utf8) }) ?? true, page.takes()
            else { return true }
            return try body(AuditRejection(stored: bytes, position: position)) && !page.isFull
        }
    }

    /// How many rows were rejected, by source and reason, in the bytes' order of both. One walk
    /// over the quarantine.
    public static func rejectionCounts(
        asOf: Position, in state: some StateReader
    ) throws -> [AuditRejectionCount] {
        // Keyed by the bytes, so that only names that differ byte by byte are told apart.
        var counts: [[UInt8]: [[UInt8]: Int]] = [:]
        try PositionWalk(prefix: AuditKey.rejections, from: 0, to: asOf).run(in: state) {
            (position, bytes) throws in
            let found = try AuditRejection.origin(ofStored: bytes, position: position)
            counts[[UInt8](found.source), default: [:]][[UInt8](found.code), default: 0] += 1
            return true
        }
        return counts.sorted { $0.key.lexicographicallyPrecedes($1.key) }.flatMap { source in
            source.value.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { code in
                AuditRejectionCount(
                    source: String(decoding: source.key, as: UTF8.self),
                    code: String(decoding: code.key, as: UTF8.self), count: code.value)
            }
        }
    }

    /// What is left of a page while a walk goes on.
    private struct Page {
        private var left: Int
        private var toPass: Int

        init(limit: Int, offset: Int) {
            left = max(0, limit)
            toPass = max(0, offset)
        }

        var isFull: Bool { left == 0 }

        /// Whether the next one wanted is on the page.
        mutating func takes() -> Bool {
            if toPass > 0 {
                toPass -= 1
                return false
            }
            left -= 1
            return true
        }
    }
}

/// A walk over the records of a range of positions.
///
/// A state is scanned by prefix only. So the walk steps through blocks of positions that share
/// leading bytes, each block as large as its start allows: a page deep in a long log costs a few
/// hundred seeks at most instead of a walk over all that comes before it.
struct PositionWalk {
    /// First byte of the records' keys.
    let prefix: UInt8
    /// First position wanted.
    let from: Position
    /// First position no longer wanted.
    let to: Position

    /// Calls `body` with each record in order until it is false.
    func run(
        in state: some StateReader,
        _ body: (Position, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        var start = from
        var goesOn = true
        while goesOn, start < to {
            let freeBytes = start == 0 ? 8 : start.trailingZeroBitCount / 8
            let shared = AuditKey.bytes(of: start).prefix(8 - freeBytes)
            try state.scan(prefix: [prefix] + shared) { key, value in
                guard key.count == 9 else {
                    throw AuditStateDamage(
                        position: start, reason: "a key of \(key.count) bytes")
                }
                let position = UInt64(
                    bigEndian: key.loadUnaligned(fromByteOffset: 1, as: UInt64.self))
                goesOn = try position < to && body(position, value)
                return goesOn
            }
            guard freeBytes < 8 else { return }
            let next = start.addingReportingOverflow(1 << (8 * UInt64(freeBytes)))
            guard !next.overflow else { return }
            start = next.partialValue
        }
    }
}
