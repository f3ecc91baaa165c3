import LedgerCore

/// Notes where responses stand; each variant below describes that badly.
private func note(_ event: EventView, in state: some StateWriter) throws {
    guard event.name == .responseRecorded else { return }
    do {
        _ = try EventCatalog.payload(of: event)
    } catch {
        throw PoisonEvent(position: event.position, reason: "\(error)")
    }
    try state.put(withUnsafeBytes(of: event.position.bigEndian) { [UInt8]($0) }, [])
}

private func positions(_ state: some StateReader) throws -> [Position] {
    var found: [Position] = []
    try state.scan(prefix: []) { key, _ in
        found.append(UInt64(bigEndian: key.loadUnaligned(as: UInt64.self)))
        return true
    }
    return found
}

private let noted = ProjectionDescriptor(
    id: "noted", version: 1, consumes: [.responseRecorded])

/// Describes what it should: a control.
struct Noted: DescribedProjection {
    static let descriptor = noted

    mutating func apply(_ event: EventView, to state: some StateWriter) throws {
        try note(event, in: state)
    }

    mutating func flush(to state: some StateWriter) throws {}

    static func describe(
        _ state: some StateReader, asOf position: Position,
        _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        for at in try positions(state) where at < position {
            try withUnsafeBytes(of: at, body)
        }
    }

    /// How many responses there were: what the tests ask.
    static func answer(_ state: MemoryState, _ asOf: Position) throws -> [UInt8] {
        CBORValue.unsigned(UInt64(try positions(state).count { $0 < asOf })).encoded
    }
}

/// Tells everything, whatever the prefix.
struct Indiscreet: DescribedProjection {
    static let descriptor = noted

    mutating func apply(_ event: EventView, to state: some StateWriter) throws {
        try note(event, in: state)
    }

    mutating func flush(to state: some StateWriter) throws {}

    static func describe(
        _ state: some StateReader, asOf position: Position,
        _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try state.scan(prefix: []) { key, _ in
            try body(key)
            return true
        }
    }
}

/// Tells nothing at all.
struct Taciturn: DescribedProjection {
    static let descriptor = noted

    mutating func apply(_ event: EventView, to state: some StateWriter) throws {
        try note(event, in: state)
    }

    mutating func flush(to state: some StateWriter) throws {}

    static func describe(
        _ state: some StateReader, asOf position: Position,
        _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {}
}
