import LedgerCore

/// A projection as a program of another version has it, whose layout this one must not touch.
struct Renumbered<P: Projection>: Projection {
    typealias Span = P.Span

    static var descriptor: ProjectionDescriptor {
        ProjectionDescriptor(
            id: P.descriptor.id, version: P.descriptor.version + 1,
            consumes: P.descriptor.consumes)
    }

    private var projection = P()

    init() {}

    mutating func apply(_ event: EventView, to state: some StateWriter) throws {
        try projection.apply(event, to: state)
    }

    mutating func apply(_ span: P.Span, to state: some StateWriter) throws -> [PoisonEvent] {
        try state.put([0], [1])
        return try projection.apply(span, to: state)
    }

    mutating func flush(to state: some StateWriter) throws { try projection.flush(to: state) }
}
