import LedgerCore
import LedgerQueries
import Presentation

/// The command that lists the responses behind a table: the question's own options, as of the
/// position of its answer, so that it lists exactly those whatever is recorded meanwhile.
struct ResponsesQuestion {
    private let shared: [String]
    /// One list of further arguments for each side of a comparison.
    private let sides: [[String]]

    /// - Parameters:
    ///   - basis: of the answer, where it is not the question's.
    ///   - sides: what is asked of each side of a comparison besides.
    init(
        _ options: LedgerOptions, _ selection: SelectionOptions, _ lens: LensOptions,
        _ frame: AnswerFrame, sides: [[String]] = [[]]
    ) {
        let ledger = options.ledger.map { ["--ledger", $0] } ?? []
        var asked = lens
        asked.basis = frame.lens.basis
        asked.frame.asOf = "\(frame.lens.asOf)"
        shared = ["npsledger", "responses"] + ledger + selection.arguments + asked.arguments
        self.sides = sides
    }

    func show(_ printer: Printer) {
        for (index, side) in sides.enumerated() {
            printer.command(index == 0 ? "responses: " : "      and: ", shared + side)
        }
    }
}

/// An option as it is given on a command line; nothing where it is not.
private func option(_ name: String, _ value: String?) -> [String] {
    value.map { [name, $0] } ?? []
}

extension SelectionOptions {
    /// As they are given on a command line.
    fileprivate var arguments: [String] {
        option("--by", by) + keeping.flatMap { ["--where", $0] }
            + lacking.flatMap { ["--without", $0] } + option("--from", from) + option("--to", to)
            + option("--window", window)
    }
}

extension LensOptions {
    /// As they are given on a command line; what is as it is anyway is left out, and what no list of
    /// responses depends on.
    fileprivate var arguments: [String] {
        option("--basis", basis == .blended ? nil : basis.rawValue)
            + option("--model", model.map { "\($0)" })
            + option("--thresholds", frame.thresholds.map { "\($0)" })
            + option("--duplicates", duplicates == .all ? nil : duplicates.rawValue)
            + option("--reviews", reviews == .applied ? nil : reviews.rawValue)
            + option("--as-of", frame.asOf) + option("--zone", zone)
    }
}

extension Printer {
    /// A command that can be copied.
    func command(_ lead: String, _ words: [String]) {
        for line in ShellCommand.lines(words, lead: lead, width: width) {
            self.line(style.paint(line, .muted))
        }
    }
}
