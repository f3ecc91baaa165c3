import Foundation
import Glibc
import LedgerServer
import Logging
import NPSLedger
import ProcessStart

/// The service with a clock that a test sets, so that recorded deliveries can be sent again: the
/// seconds since 1970 are read from a file whenever they are asked for.
///
/// A process of its own, as the service is: the threads of a test's process are taken by other tests.
@main
enum ClockedService {
    static func main() async throws {
        let arguments = ProcessStart.requiredArguments(of: "ClockedService")
        guard arguments.count == 4 else {
            try FileHandle.standardError.write(
                contentsOf: Data(
                    "usage: ClockedService LEDGER TOKEN-FILE CONFIGURATION CLOCK-FILE\n".utf8))
            exit(64)
        }
        let clockFile = arguments[3]
        let service = try LedgerService(
            paths: LedgerPaths(directory: arguments[0]), tokenFile: arguments[1],
            configuration: try ServiceConfiguration(file: arguments[2]),
            logger: Logger(label: "test") {
                ServiceLogHandler(label: $0, form: .text, level: .notice)
            },
            clock: {
                let text = try? String(contentsOfFile: clockFile, encoding: .utf8)
                return text.flatMap { Int($0) } ?? 0
            })
        try await service.serve(host: "127.0.0.1", port: 0) { address in
            try? FileHandle.standardOutput.write(
                contentsOf: Data("serving at \(address)\n".utf8))
        }
    }
}
