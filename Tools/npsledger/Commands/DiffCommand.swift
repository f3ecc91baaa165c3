import ArgumentParser
import Catalog
import LedgerCore
import LedgerQueries
import LedgerReplay
import NPSBySegmentProjection
import NPSLedger
import NPSStatistics
import Presentation

/// `diff`: which responses make the difference between two answers, and why.
struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Which responses make two scores differ, and why.",
        usage: "npsledger diff --between LENS LENS [--by DIM,…] [options]",
        discussion: """
            A lens is a list of key=value with the keys as-of, model, thresholds, basis, \
            duplicates, reviews, from, to and window; what it does not name is as today, and “today” names nothing. --from, \
            --to and --window hold for both.

            Each response that counts otherwise has one reason, the first of these that suffices: \
            recorded since, excluded since, amended, reviewed, reclassified, other thresholds, other basis, \
            other window, another answer of the respondent. The points of all reasons add up to the difference; so does the last \
            row, for responses that count the same but among others.

            EXAMPLES
              npsledger diff --between as-of=2026-03-03 today
              npsledger diff --between as-of=2026-03-03,model=1 model=2,thresholds=2
              npsledger diff --between model=1 model=2 --by region --limit all
            """)

    /// How many responses are listed.
    enum Limit: ExpressibleByArgument {
        case count(Int)
        case all

        init?(argument: String) {
            if argument == "all" {
                self = .all
            } else if let count = Int(argument), count >= 0 {
                self = .count(count)
            } else {
                return nil
            }
        }

        var defaultValueDescription: String {
            if case .count(let count) = self { "\(count)" } else { "all" }
        }
    }

    @OptionGroup var options: LedgerOptions

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("The two lenses.", valueName: "lens"))
    var between: [String] = []

    @OptionGroup var selection: SelectionOptions

    @Option(name: .long, help: "List this many responses, largest effect first, or all.")
    var limit: Limit = .count(20)

    @Flag(name: .long, help: "Show the texts of the responses listed.")
    var texts = false

    @Option(name: .long, help: "adjusted-wald, score (for small groups), or wald.")
    var interval: IntervalMethod = .adjustedWald

    @Option(name: .long, help: "Confidence of the intervals, in percent.")
    var confidence: Double = 95

    func validate() throws {
        _ = try lenses()
    }

    private func lenses() throws -> [LensArgument] {
        guard between.count == 2 else {
            throw ValidationError(
                "--between takes two lenses, such as as-of=2026-03-03 today; got \(between.count).")
        }
        guard confidence >= 50, confidence < 100 else {
            throw ValidationError("--confidence lies between 50 and 99.999 percent.")
        }
        return try between.map {
            try LensArgument(
                $0, shared: selection, interval: interval, confidence: confidence)
        }
    }

    func run() throws {
        let lenses = try lenses()
        let session = try Session.open(options)
        defer { session.ledger.close() }
        try session.catchUp(session.catalog.npsBySegment)
        try session.catchUp(session.catalog.lineage)
        let chosen = try selection.selection()
        try session.catalog.npsBySegment.read { state, _ in
            let query = NPSBySegmentQuery(state)
            try session.check(chosen, query)
            let resolved = try lenses.map { try session.resolve($0.lens, $0.window, state) }
            let words = DifferenceWords(first: resolved[0], second: resolved[1])
            let amended = try AmendedTexts(session.ledger.log, words.between)
            var largest = LargestChanges(limit: limit.kept)
            let difference = try query.difference(
                from: words.first, to: words.second, chosen, isTextChanged: amended.contains
            ) { largest.add($0) }
            let report = DifferenceReport(
                words: words, by: chosen.by,
                frames: try zip(resolved, lenses).map {
                    try ResultFrame(session, $0, $1.lens)
                }, groups: difference.groups, total: difference.total,
                listed: limit.listed(of: difference.total.changed))
            try session.catalog.lineage.read { links, _ in
                let reader = try ChangeReader(
                    session, words, query: query, links: links, opensTexts: texts)
                var listing = ChangeListing(
                    report, by: chosen.by.isEmpty ? try query.dimensions() : chosen.by,
                    hasTexts: texts, Printer(options))
                listing.begin()
                if case .all = limit {
                    // Responses of one effect stand together: a walk for each keeps memory small.
                    for kinds in LargestChanges.magnitudes(of: difference.total) {
                        _ = try query.difference(
                            from: words.first, to: words.second, chosen,
                            isTextChanged: amended.contains
                        ) { change in
                            guard kinds.contains(change.kind) else { return }
                            listing.add(try reader.read(change))
                        }
                    }
                } else {
                    for change in largest.sorted(by: difference.total) {
                        listing.add(try reader.read(change))
                    }
                }
                listing.end()
                if let problem = reader.problem {
                    Printer.notice("texts are not shown: \(problem)")
                }
            }
        }
    }
}

extension DiffCommand.Limit {
    /// How many are kept in memory: none where all are read again.
    fileprivate var kept: Int {
        if case .count(let count) = self { count } else { 0 }
    }

    fileprivate func listed(of changed: Int) -> Int {
        if case .count(let count) = self { min(count, changed) } else { changed }
    }
}
