import ExternalModels
import LedgerCore
import LedgerQueries
import NPSLedger
import Presentation
import Synchronization

/// Opens ledgers for commands.
enum Session {
    /// What the command has opened.
    private static let opened = Mutex<[OpenLedger]>([])

    /// Closes what the command has opened, which is done with.
    static func close() {
        let ledgers = opened.withLock { opened in
            defer { opened = [] }
            return opened
        }
        for ledger in ledgers { ledger.close() }
    }

    /// Of this user; each is opened once in a process, however many models read its vectors.
    private static let encoders = EncoderSource.store()
    /// Of this process: one command is one run of each model outside it.
    private static let programs = ExternalPrograms(notice: Printer.notice)

    /// - Parameters:
    ///   - keepsSums: for a command that goes on asking.
    ///   - discardsDamage: for which projections a damaged file is thrown away.
    static func open(
        _ options: LedgerOptions, keepsSums: Bool = false,
        discardsDamage: @escaping @Sendable (String) -> Bool = { _ in false }
    ) throws -> OpenLedger {
        open(try Ledger(at: options.paths), keepsSums: keepsSums, discardsDamage: discardsDamage)
    }

    /// For a command that records: says where the clock is behind the ledger, and fails where it is
    /// far ahead and was not accepted.
    static func open(_ options: LedgerOptions, by clock: ClockOptions) throws -> OpenLedger {
        let open = open(try Ledger(at: options.paths, acceptsClock: clock.acceptClock))
        try open.checkClock()
        return open
    }

    /// For a command that records as somebody.
    static func open(_ options: LedgerOptions, by author: AuthorOptions) throws -> OpenLedger {
        try open(options, by: author.clock)
    }

    static func open(
        _ ledger: Ledger, keepsSums: Bool = false,
        discardsDamage: @escaping @Sendable (String) -> Bool = { _ in false }
    ) -> OpenLedger {
        let open = OpenLedger(
            ledger, observer: TerminalObserver(), encoders: encoders, programs: programs,
            keepsSums: keepsSums, discardsDamage: discardsDamage)
        opened.withLock { $0.append(open) }
        return open
    }

    /// Ends the programs that were asked, and says how many texts went where.
    static func finishPrograms() {
        for (model, tally) in programs.finish() {
            Printer.notice(
                "\(Formatted.count(tally.texts, of: "text")) "
                    + "(\(Formatted.count(tally.bytes)) bytes, "
                    + (model.send == .full ? "in full" : "redacted")
                    + ") went to \(model.name), \(model.program)"
                    + (tally.resent > 0
                        ? "; \(Formatted.count(tally.resent)) were sent again" : ""))
        }
    }
}
