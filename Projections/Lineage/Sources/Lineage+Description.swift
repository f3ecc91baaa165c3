import LedgerCore

extension Lineage: DescribedProjection {
    /// The links of the first `position` events as they stand in the state, by response and event.
    ///
    /// - Throws: `LineageStateDamage` for a pair that is no link.
    public static func describe(
        _ state: some StateReader, asOf position: Position,
        _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try state.scan(prefix: []) { key, value in
            guard key.count == LineageEntry.keyBytes, key[0] == LineageEntry.keyPrefix else {
                throw LineageStateDamage(response: 0, reason: "a key of \(key.count) bytes")
            }
            let event = UInt64(bigEndian: key.loadUnaligned(fromByteOffset: 9, as: UInt64.self))
            guard event < position else { return true }
            guard value.count == 1, LineageKind(rawValue: value[0]) != nil else {
                let response = UInt64(
                    bigEndian: key.loadUnaligned(fromByteOffset: 1, as: UInt64.self))
                throw LineageStateDamage(
                    response: response, reason: "no kind of link at event \(event)")
            }
            try body(key)
            try body(value)
            return true
        }
    }
}
