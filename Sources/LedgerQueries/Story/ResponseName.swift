import LedgerCore
import LedgerStore
import NPSLedger

/// A response as a person names it: by the source's id, or by its position in the log.
public struct ResponseName: Hashable, Sendable {
    /// The id, or the position in decimal.
    public var name: String
    /// The source, where an id exists in several; a position is looked for only without one.
    public var source: String?

    /// A name.
    public init(_ name: String, source: String? = nil) {
        self.name = name
        self.source = source
    }
}

extension OpenLedger {
    /// The position of the response that is named.
    ///
    /// - Throws: `LedgerError` with code `invalid` where the id exists in several sources,
    ///   `not-found` where no response bears it.
    public func find(
        _ response: ResponseName, for viewer: Viewer = .everything
    ) throws -> Position {
        let name = response.name
        var found: [(source: String, position: Position)] = []
        for source in try response.source.map({ [$0] }) ?? sources() {
            let key = IdempotencyKey(source: source, id: name)
            if let hit = try log.lookUp([key])[0] { found.append((source, hit.position)) }
        }
        if found.count > 1 {
            throw LedgerError(
                .invalid,
                "“\(name)” exists in several sources ("
                    + found.map(\.source).joined(separator: ", ") + ")", remedy: .nameSource)
        }
        if let hit = found.first { return hit.position }
        if response.source == nil, let position = Position(name) {
            let event = try log.withEvent(position) { $0.name }
            if event == .responseRecorded { return position }
            if let event {
                throw LedgerError(
                    .notFound,
                    "position \(position) holds “\(event.rawValue)”, which is not a response")
            }
        }
        throw LedgerError(
            .notFound,
            "no response “\(name)” is recorded"
                + (response.source.map { " for source “\($0)”" } ?? "")
                + "; give the source's id of it, or its position")
    }

    /// Sources that ever stated a mapping.
    private func sources() throws -> [String] {
        var sources: Set<String> = []
        try log.forEachEvent(in: 0..<Position.max, named: [.mappingEdited]) { event in
            sources.insert(try MappingEdited(event).source)
            return true
        }
        return sources.sorted()
    }
}
