import LedgerCore

/// Questions to the lineage state. Each is one seek and a walk over the response's own links.
///
/// `asOf` is the log's size at the moment asked about: only events before that position count.
public enum LineageQuery {
    /// The events about `response` in log order; none for a position nothing refers to.
    ///
    /// - Throws: `LineageStateDamage`, or what the store throws.
    public static func events(
        of response: Position, asOf: Position, in state: some StateReader
    ) throws -> [LineageLink] {
        var links: [LineageLink] = []
        try walk(response, asOf, state) { links.append($0) }
        return links
    }

    /// How many events of each kind are about `response`.
    ///
    /// - Throws: `LineageStateDamage`, or what the store throws.
    public static func counts(
        of response: Position, asOf: Position, in state: some StateReader
    ) throws -> LineageCounts {
        var counts = LineageCounts()
        try walk(response, asOf, state) { counts.add($0.kind) }
        return counts
    }

    private static func walk(
        _ response: Position, _ asOf: Position, _ state: some StateReader,
        _ body: (LineageLink) -> Void
    ) throws {
        try state.scan(prefix: LineageEntry.keyPrefix(of: response)) { key, value in
            guard key.count == LineageEntry.keyBytes else {
                throw LineageStateDamage(
                    response: response, reason: "a key of \(key.count) bytes")
            }
            let position = UInt64(
                bigEndian: key.loadUnaligned(fromByteOffset: 9, as: UInt64.self))
            guard position < asOf else { return false }
            guard value.count == 1, let kind = LineageKind(rawValue: value[0]) else {
                throw LineageStateDamage(
                    response: response, reason: "no kind of link at event \(position)")
            }
            body(LineageLink(position: position, kind: kind))
            return true
        }
    }
}
