import LedgerCore
import LedgerStore

/// An import as it stands in the log.
public struct StartedImport: Hashable, Sendable {
    /// Its number, from 1.
    public let number: UInt64
    /// The source.
    public let source: String
    /// How responses come in.
    public let kind: ImportStarted.Kind
    /// By which deliveries prove who sent them; nil where there are none.
    public let scheme: String?
    /// The `mapping.edited` by which they are read.
    public let mapping: Position
    /// Where it was started.
    public let position: Position
    /// When it was started.
    public let startedAt: Microseconds
    /// Who started it.
    public let actor: String
}

/// The imports of a ledger: each source under one mapping is one, with a number.
package struct ImportRegistry {
    private let ledger: Ledger

    package init(_ ledger: Ledger) { self.ledger = ledger }

    /// Every import, in order.
    package func list(asOf position: Position = .max) throws -> [StartedImport] {
        var found: [StartedImport] = []
        try ledger.log.forEachEvent(
            in: 0..<min(position, try ledger.log.head().size), named: [.importStarted]
        ) { event in
            let started = try ImportStarted(event)
            found.append(
                StartedImport(
                    number: started.number, source: started.source, kind: started.kind,
                    scheme: started.scheme, mapping: started.mapping, position: event.position,
                    startedAt: event.recordedAt, actor: event.actorName))
            return true
        }
        return found
    }

    /// The import of a source under a mapping, started where there is none yet.
    ///
    /// - Parameter mapping: as it is recorded.
    package func started(
        _ source: String, mapping: String, kind: ImportStarted.Kind, scheme: String? = nil,
        by actor: Actor
    ) throws -> StartedImport {
        for _ in 0..<Ledger.decisionsMax {
            let size = try ledger.log.head().size
            let imports = try list(asOf: size)
            guard let position = try self.mapping(mapping, of: source, asOf: size) else {
                try append(
                    MappingEdited(source: source, mapping: mapping), actor, asOf: size,
                    concerns: { try MappingEdited($0).source == source })
                continue
            }
            if let known = imports.last(where: { started in
                started.mapping == position && started.kind == kind && started.scheme == scheme
            }) {
                return known
            }
            // Two that start at once must not both have the number.
            try append(
                ImportStarted(
                    number: (imports.map(\.number).max() ?? 0) + 1, source: source,
                    mapping: position, kind: kind, scheme: scheme), actor, cause: position,
                asOf: size, concerns: { _ in true })
        }
        throw LedgerError(
            .overtaken, "others start imports without a pause: nothing was recorded, try again")
    }

    /// The latest statement of this mapping for a source.
    private func mapping(
        _ mapping: String, of source: String, asOf size: Position
    ) throws -> Position? {
        var found: Position?
        try ledger.log.forEachEvent(in: 0..<size, named: [.mappingEdited]) { event in
            let edited = try MappingEdited(event)
            if edited.source == source, edited.mapping == mapping { found = event.position }
            return true
        }
        return found
    }

    /// Appends what was decided, unless somebody was faster: then it is decided anew.
    private func append(
        _ payload: some EventPayload, _ actor: Actor, cause: Position? = nil,
        asOf size: Position, concerns: @escaping (EventView) throws -> Bool
    ) throws {
        var batch = EventBatch()
        try batch.append(
            EventDraft(payload, occurredAt: ledger.clock(), actor: actor, cause: cause))
        _ = try ledger.append(
            batch,
            decidedOn: ActGround([type(of: payload).name], upTo: size, concerns: concerns))
    }
}
