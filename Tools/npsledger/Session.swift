import Foundation
import LedgerCore
import LedgerQueries
import LedgerReplay
import LedgerStore
import NPSLedger

/// Opens ledgers for commands.
enum Session {
    static var threads: Int { ProcessInfo.processInfo.activeProcessorCount }
    static var workers: Workers { .threads(threads) }

    /// - Parameters:
    ///   - keepsSums: for a command that goes on asking.
    ///   - discardsDamage: for which projections a damaged file is thrown away.
    static func open(
        _ options: LedgerOptions, keepsSums: Bool = false,
        discardsDamage: @escaping @Sendable (String) -> Bool = { _ in false }
    ) throws -> OpenLedger {
        open(
            try Ledger(at: options.paths), keepsSums: keepsSums, discardsDamage: discardsDamage)
    }

    /// For a command that records.
    static func open(_ options: LedgerOptions, by author: AuthorOptions) throws -> OpenLedger {
        open(try author.open(options))
    }

    static func open(
        _ ledger: Ledger, keepsSums: Bool = false,
        discardsDamage: @escaping @Sendable (String) -> Bool = { _ in false }
    ) -> OpenLedger {
        OpenLedger(
            ledger, observer: TerminalObserver(), encoders: Ledger.encoders,
            programs: Ledger.programs, keepsSums: keepsSums, discardsDamage: discardsDamage)
    }
}
