import ArgumentParser
import Foundation
import LedgerServer

/// `check-config`: whether a configuration file can be used.
struct CheckConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-config",
        abstract: "Say everything that is wrong in a configuration file.",
        usage: "npsledgerd check-config FILE",
        discussion: """
            Each fault comes with its line. Secrets are read as the service would read them. Exit \
            status: 0 where it can be used, 65 where it cannot, 66 where there is no such file.

            EXAMPLE
              npsledgerd check-config npsledgerd.json
            """)

    @Argument(help: "The file.", completion: .file())
    var file: String

    func run() throws {
        do {
            let configuration = try ServiceConfiguration(file: file)
            for warning in configuration.warnings { print("warning: \(warning)") }
            let names = configuration.sourceNames.joined(separator: ", ")
            let keys = configuration.publicKeyNames.joined(separator: ", ")
            let found = [
                names.isEmpty ? "nothing delivers" : "hooks for \(names)",
                keys.isEmpty ? nil : "public keys of \(keys)",
            ]
            print("good: " + found.compactMap(\.self).joined(separator: "; "))
        } catch {
            try ServiceFailure.end(error)
        }
    }
}
