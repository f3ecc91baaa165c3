import ArgumentParser
import CFaults
import LedgerCore
import LedgerQueries
import Presentation
import ProcessStart

/// The command line of a ledger.
@main
struct NPSLedgerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "npsledger",
        abstract: "An event-sourced ledger for Net Promoter Score.",
        discussion: """
            Every response, classification, model change and threshold edit is an immutable event. \
            Scores are replays of those events: as they were reported on any day, or restated \
            under any model.

            EXAMPLE
              npsledger init --origin example.com/nps
              npsledger import answers.csv --source web --map response_id=id \\
                --map score=nps --map text=comment --map at=date \\
                --map segment.region=region
              npsledger nps --by region

            The ledger's directory is --ledger, else $NPSLEDGER_DIR, else ./ledger-data.
            Exit status: 0 success; 1 the answer is no; 64 usage; 65 bad data;
            66 no such input; 70 internal; 73 cannot create; 74 input or output;
            75 busy, try again; 77 not permitted.
            """,
        version: "0.1.0",
        subcommands: [
            InitCommand.self, ImportCommand.self, ClassifyCommand.self, NPSCommand.self,
            TrendCommand.self, CompareCommand.self, DistributionCommand.self,
            ResponsesCommand.self, ImportsCommand.self, DeliveriesCommand.self, SweepCommand.self,
            DiffCommand.self, TraceCommand.self,
            AuditCommand.self, TopicsCommand.self,
            ModelCommand.self, ReviewCommand.self, ThresholdsCommand.self, PolicyCommand.self,
            ProjectionCommand.self,
            VerifyCommand.self, TailCommand.self, SimulateCommand.self,
        ])

    /// How often a question is asked that a writer has disturbed.
    private static let attemptsMax = 10

    /// Runs a command. Where it reads without a reader's slot, because the ledger may not be written,
    /// a writer may overtake it; as long as nothing was printed it begins again.
    private static func run(_ command: inout any ParsableCommand) throws {
        defer { Session.close() }
        for _ in 1..<attemptsMax {
            do {
                return try command.run()
            } catch let error where LedgerError(describing: error)?.code == .snapshotLost {
                guard !Printer.hasWritten else { throw error }
                Session.close()
            }
            WholeFile.giveBack()
        }
        try command.run()
    }

    static func main() {
        cfaults_install("npsledger")
        OpenLedger.onWaitingForWriter { path in
            complain("waiting for another process that writes to \(path)")
        }
        let arguments = ProcessStart.requiredArguments(of: "npsledger")
        do {
            try VerbCheck.check(arguments, of: Self.self)
            var command = parsed(arguments)
            try run(&command)
            Session.finishPrograms()
            try Printer.checkWritten()
        } catch {
            Session.finishPrograms()
            let status = ExitStatus(error)
            guard let message = status.message else { endAsParsed(error) }
            fail(message, status.code)
        }
    }

    /// What arguments ask for. What is wrong with them is the parser's to say.
    private static func parsed(_ arguments: [String]) -> any ParsableCommand {
        do { return try parseAsRoot(arguments) } catch { endAsParsed(error) }
    }

    /// Without a verb nothing was asked: the overview is no result, and whoever started this with
    /// its arguments lost must not take it for one.
    func run() throws {
        Self.complain(Self.helpMessage(columns: Terminal.columns(of: .standardError)))
        throw ArgumentParser.ExitCode(ExitStatus.usage)
    }

    /// Ends with what is the parser's to say: help, the version and completion scripts, which are
    /// results, or what is wrong with the arguments.
    private static func endAsParsed(_ error: any Error) -> Never {
        let code = exitCode(for: error)
        // It repeats what was typed, which may have come from anywhere.
        let text = fullMessage(for: error)
        guard code.isSuccess else {
            if !text.isEmpty { complain(named(TerminalText.sanitized(text, lineBreaks: .kept))) }
            exit(withError: code)
        }
        if !text.isEmpty { Printer.write(text + "\n") }
        do {
            try Printer.checkWritten()
        } catch {
            let status = ExitStatus(error)
            fail(status.message ?? "\(error)", status.code)
        }
        exit(withError: code)
    }

    /// What the parser says, as this program says what went wrong.
    private static func named(_ text: String) -> String {
        let prefix = "Error: "
        guard text.hasPrefix(prefix) else { return text }
        let lines = text.dropFirst(prefix.count).split(
            separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        // Of its own words only the first line quotes; the others are usage and help.
        let quoted = lines[0].replacing(/'([^']*)'/) { "“\($0.output.1)”" }
        return ([failure(String(quoted))] + lines.dropFirst().map(String.init)).joined(
            separator: "\n")
    }

    private static func fail(_ message: String, _ status: Int32) -> Never {
        let message = PlaceOptions.addressed(message)
        complain(failure(TerminalText.sanitized(message, lineBreaks: .kept)))
        exit(withError: ArgumentParser.ExitCode(status))
    }

    /// What went wrong, under the program's name. A person at a terminal gets whole words; a log gets
    /// one line.
    private static func failure(_ message: String) -> String {
        let style = TerminalStyle.detected(for: .standardError)
        let name = "npsledger:"
        guard let columns = Terminal.columns(of: .standardError),
            Terminal.isTerminal(.standardError)
        else { return style.paint(name, .bad) + " " + message }
        let lines = message.split(separator: "\n", omittingEmptySubsequences: false).flatMap {
            TerminalText.wrapped(String($0), max(columns - name.count - 1, name.count))
        }
        let margin = String(repeating: " ", count: name.count + 1)
        return style.paint(name, .bad) + " " + lines.joined(separator: "\n" + margin)
    }

    private static func complain(_ text: String) {
        let style = TerminalStyle.detected(for: .standardError)
        _ = Terminal.write(style.spelled(text) + "\n", to: .standardError)
    }
}
