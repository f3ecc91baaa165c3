import ArgumentParser
import LedgerServer

/// The service of a ledger.
@main
struct NPSLedgerDaemon: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "npsledgerd", abstract: "The live service of a ledger.")
}
