import ArgumentParser
import LedgerCore
import LedgerOperations
import NPSLedger
import Presentation

/// `review`: people in the loop.
struct ReviewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review",
        abstract: "Have people read texts, and count what they decide.",
        discussion: """
            A decision stands in the place of what any model reads in a text, from its position \
            on; --reviews ignored asks what it would be without. A stated score is overruled by \
            nobody. Decisions are what the next model learns from.

            EXAMPLE
              npsledger review request --low-confidence 50 --limit 100
              npsledger review request --sample 200 --seed 7 --blind-share 20
              npsledger review                  one text after the other
              npsledger review agreement        of reviewers, and of the model
            """,
        subcommands: [
            ReviewNextCommand.self, ReviewRequestCommand.self, ReviewListCommand.self,
            ReviewShowCommand.self, ReviewDecideCommand.self, ReviewExportCommand.self,
            ReviewImportCommand.self, ReviewAgreementCommand.self,
        ], defaultSubcommand: ReviewNextCommand.self)

    /// The numbers of named intents, ascending.
    static func intents(_ names: [String]) throws -> [UInt8] {
        guard let numbers = ReviewRegistry.Decision.intents(names) else {
            let known = ClassificationRecorded.intentNames
            let wrong = names.first { !known.contains($0) } ?? ""
            throw ValidationError(
                "“\(wrong)” is no intent; there are: " + known.joined(separator: ", "))
        }
        return numbers
    }
}

/// A class as it is named on the command line and in spreadsheets.
extension NPSClass: ExpressibleByArgument {
    /// The class of a name.
    public init?(argument: String) { self.init(name: argument) }

    /// What can be named.
    public static var allValueStrings: [String] { allCases.map(\.name) }
}

extension ReviewSentiment: ExpressibleByArgument {
    /// The sentiment of a name.
    public init?(argument: String) { self.init(name: argument) }

    /// What can be named.
    public static var allValueStrings: [String] { allCases.map(\.name) }
}

extension ReviewCase.State: ExpressibleByArgument {}
