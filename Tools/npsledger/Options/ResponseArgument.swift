import LedgerCore
import LedgerStore
import NPSLedger

/// A response as a person names it: by the source's id, or by its position.
enum ResponseArgument {
    /// The position of the response that `name` names.
    static func find(_ name: String, source: String?, in ledger: Ledger) throws -> Position {
        var found: [(source: String, position: Position)] = []
        for source in try source.map({ [$0] }) ?? sources(ledger) {
            let key = IdempotencyKey(source: source, id: name)
            if let hit = try ledger.log.lookUp([key])[0] { found.append((source, hit.position)) }
        }
        if found.count > 1 {
            throw CommandFailure(
                ExitStatus.usage,
                "“\(name)” exists in several sources ("
                    + found.map(\.source).joined(separator: ", ") + "): name one with --source")
        }
        if let hit = found.first { return hit.position }
        if source == nil, let position = Position(name) {
            let event = try ledger.log.withEvent(position) { $0.name }
            if event == .responseRecorded { return position }
            if let event {
                throw CommandFailure(
                    ExitStatus.noInput,
                    "position \(position) holds “\(event.rawValue)”, which is not a response")
            }
        }
        throw CommandFailure(
            ExitStatus.noInput,
            "no response “\(name)” is recorded"
                + (source.map { " for source “\($0)”" } ?? "")
                + "; give the source's id of it, or its position")
    }

    /// Sources that ever stated a mapping.
    static func sources(_ ledger: Ledger) throws -> [String] {
        var sources: Set<String> = []
        try ledger.log.forEachEvent(in: 0..<Position.max, named: [.mappingEdited]) { event in
            sources.insert(try MappingEdited(event).source)
            return true
        }
        return sources.sorted()
    }
}
