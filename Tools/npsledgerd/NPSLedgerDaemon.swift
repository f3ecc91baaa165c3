import ArgumentParser
import Foundation
import LedgerServer
import Logging
import ProcessStart

/// The service of a ledger.
@main
struct NPSLedgerDaemon: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "npsledgerd",
        abstract: "The live service of a ledger: responses in, scores out as they change.",
        version: "0.1.0", subcommands: [ServeCommand.self, CheckConfigCommand.self])

    static func main() async {
        await main(ProcessStart.requiredArguments(of: "npsledgerd"))
    }
}
