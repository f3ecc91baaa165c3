import ArgumentParser
import Foundation
import LedgerServer
import Logging
import NIOCore
import NIOPosix
import ProcessStart

/// The service of a ledger.
@main
struct NPSLedgerDaemon: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "npsledgerd",
        abstract: "The live service of a ledger: responses in, scores out as they change.",
        version: "0.1.0", subcommands: [ServeCommand.self, CheckConfigCommand.self])

    static func main() async {
        // Tasks run where connections are read: no request goes from thread to thread and back. What
        // waits for a disk has threads of its own, so that nothing keeps these.
        _ = NIOSingletons.unsafeTryInstallSingletonPosixEventLoopGroupAsConcurrencyGlobalExecutor()
        await main(ProcessStart.requiredArguments(of: "npsledgerd"))
    }
}
