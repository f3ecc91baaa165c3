import LedgerCore

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
