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

/// What the scripts that drive the other stores are asked.
struct PeerRequest: Encodable {
    enum Operation: String, Encodable {
        /// Read the events' file into memory.
        case load
        /// Go on with an empty store in a folder.
        case open
        /// One caller, one event a commit.
        case alone
        /// Many callers, one event a commit.
        case together
        /// All events, a large number a commit.
        case bulk
        /// The same with a key each under which the store finds an event again.
        case keyed
        /// Every event's bytes.
        case read
        /// The score by two dimensions from all events.
        case recompute
        /// The score of one segment.
        case segment
    }

    var op: Operation
    var file: String?
    var folder: String?
    var count: Int?
    var callers: Int?
}

/// What they answer.
struct PeerAnswer: Decodable {
    var seconds: Double?
    /// Events written or read.
    var count: Int?
    /// Region, plan, detractors, passives, promoters; without the plan for one segment.
    var groups: [Group]?
    var version: String?
    /// How it was done, where there are several ways.
    var way: String?

    struct Group: Decodable, Hashable {
        var values: [String]
        var counts: [Int]
    }
}
