import LedgerCore
import LedgerStore
import NPSLedger

/// The imports of a ledger.
public struct ImportsAnswer: Sendable {
    /// The log as it was looked at.
    public let asOf: Position
    /// Every import, in order. What was recorded before there were numbers belongs to import 0, which
    /// is not among them.
    public let imports: [StartedImport]
}

extension OpenLedger {
    /// Every import: each source under one mapping is one.
    public func imports(for viewer: Viewer = .everything) throws -> ImportsAnswer {
        let size = try log.head().size
        return ImportsAnswer(asOf: size, imports: try ImportRegistry(ledger).list(asOf: size))
    }
}
