import ArgumentParser
import Foundation
import LedgerCore
import Presentation

/// The same events and questions through what a person would pick instead.
struct Peers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Append, read, recompute and ask, beside SQLite and UmaDB.",
        discussion: """
            SQLite (WAL, synchronous=FULL) has an event table with unique keys and a view for the \
            score, driven by statements that do all the work. UmaDB has its server and clients in \
            several processes; where only its client would be slow, its time is that of reading. \
            UmaDB needs Tools/setup --with-benchmarks; SQLite comes with Python.

            Example: ledger-benchmark peers --events 1000000 --directory /var/tmp
            """)

    @OptionGroup var options: RunOptions

    @Option(help: "Events that are appended in bulk, read and counted.")
    var events: Int?

    func validate() throws {
        if let events, !(100...100_000_000).contains(events) {
            throw ValidationError("--events must be from 100 to 100,000,000.")
        }
    }

    func run() async throws {
        try options.finish(try await Self.findings(options, events: events))
    }

    static func findings(_ options: RunOptions, events: Int? = nil) async throws -> Findings {
        let run = try PeerRun(options, events: events)
        for round in 0..<options.pairCount {
            RunOptions.notice("round \(round + 1) of \(options.pairCount)")
            try await run.round(round)
        }
        return try run.end()
    }
}
