import LedgerCore

/// Notes each response's score under its position, so that it can say what it knows of any prefix.
///
/// State: position (8, big-endian) → score (2, big-endian). Other keys are none of its doing: those
/// of nine bytes it does not look at, any else are damage.
package struct Diary<Version: TallyVersion>: DescribedProjection {
    package struct Damage: Error {}

    package static var descriptor: ProjectionDescriptor {
        ProjectionDescriptor(id: "diary", version: Version.number, consumes: [.responseRecorded])
    }

    private var pending: [(key: [UInt8], value: [UInt8])] = []

    package init() {}

    package mutating func apply(_ event: EventView, to state: some StateWriter) throws {
        let score = try ResponseRecorded(event).score ?? 0
        pending.append((Self.key(event.position), [UInt8(score >> 8), UInt8(score & 255)]))
    }

    package mutating func flush(to state: some StateWriter) throws {
        for (key, value) in pending { try state.put(key, value) }
        pending.removeAll()
    }

    package static func describe(
        _ state: some StateReader, asOf position: Position,
        _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try state.scan(prefix: []) { key, value in
            if key.count == 9 { return true }
            guard key.count == 8 else { throw Damage() }
            let at = UInt64(bigEndian: key.loadUnaligned(as: UInt64.self))
            guard at < position else { return false }
            guard value.count == 2 else { throw Damage() }
            try body(key)
            try body(value)
            return true
        }
    }

    package static func key(_ position: Position) -> [UInt8] {
        withUnsafeBytes(of: position.bigEndian) { [UInt8]($0) }
    }
}
