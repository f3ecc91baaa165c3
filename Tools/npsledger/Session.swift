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

    /// - Parameter discardsDamage: for which projections a damaged file is thrown away.
    static func open(
        _ options: LedgerOptions,
        discardsDamage: @escaping @Sendable (String) -> Bool = { _ in false }
    ) throws -> OpenLedger {
        open(try Ledger(at: options.paths), discardsDamage: discardsDamage)
    }

    /// For a command that records.
    static func open(_ options: LedgerOptions, by author: AuthorOptions) throws -> OpenLedger {
        open(try author.open(options))
    }

    static func open(
        _ ledger: Ledger, discardsDamage: @escaping @Sendable (String) -> Bool = { _ in false }
    ) -> OpenLedger {
        OpenLedger(
            ledger, observer: TerminalObserver(), encoders: Ledger.encoders,
            programs: Ledger.programs, discardsDamage: discardsDamage)
    }
}
