import LedgerCore
import LedgerQueries
import LedgerStore
import LedgerVault
import NPSBySegmentProjection
import NPSLedger
import Presentation
import SurveyImport

/// Decisions that somebody filled into a spreadsheet of texts.
public struct ReviewSheet: Sendable {
    /// A line that says something.
    struct Row {
        let line: Int
        let response: Position
        let text: Position
        let decision: ReviewRegistry.Decision
    }

    /// The columns of a sheet; those from the class on are filled in.
    package static let columns = [
        "response", "text_event", "answered_at", "segments", "text", "class", "sentiment",
        "intents", "rationale",
    ]

    /// What the file is called in errors.
    let name: String
    private(set) var rows: [Row] = []
    /// Lines without a class.
    private(set) var undecided = 0
    /// What is wrong, with its line.
    private(set) var problems: [(line: Int, problem: String)] = []

    /// Reads a file; what is wrong with a row keeps none of the others from being read.
    ///
    /// - Throws: `ImportError` where it is no such file.
    public init(_ bytes: [UInt8], name: String) throws {
        self.name = name
        var mapping = ColumnMapping()
        mapping.responseID = "response"
        // The reader asks for a comment or a score, and every row has this.
        mapping.text = "response"
        mapping.segments = ["text_event", "class", "sentiment", "intents", "rationale"].map {
            ColumnMapping.Segment(dimension: $0, column: $0)
        }
        var options = SurveyReadOptions()
        options.maxSegmentBytes = Ledger.reasonBytesMax
        var seen: [Position: Int] = [:]
        var reader = try SurveyFileReader(
            bytes: bytes, name: name, mapping: mapping, options: options)
        while let outcome = try reader.next() {
            switch outcome {
            case .rejected(let row):
                problems.append((row.line, "\(row.column.map { "\($0): " } ?? "")\(row.expected)"))
            case .row(let row):
                do {
                    guard let read = try Self.row(row) else {
                        undecided += 1
                        continue
                    }
                    if let first = seen.updateValue(row.line, forKey: read.response) {
                        throw Problem("response \(read.response) is on line \(first) as well")
                    }
                    rows.append(read)
                } catch let problem as Problem {
                    problems.append((row.line, problem.what))
                }
            }
        }
    }

    private struct Problem: Error {
        let what: String
        init(_ what: String) { self.what = what }
    }

    /// What a row says; nil where it does not decide.
    private static func row(_ row: ImportedRow) throws -> Row? {
        var fields: [String: String] = [:]
        for segment in row.segments {
            fields[segment.dimension] = CSVWriter.unguarded(segment.value)
        }
        guard let response = row.responseID.flatMap({ Position(CSVWriter.unguarded($0)) }) else {
            throw Problem("“response” is the number of a response, as it was exported")
        }
        guard let text = fields["text_event"].flatMap({ Position($0) }) else {
            throw Problem("“text_event” is a number, as it was exported")
        }
        guard let name = fields["class"] else {
            let rest = ["sentiment", "intents", "rationale"].first { fields[$0] != nil }
            if let rest { throw Problem("there is a \(rest), and no class") }
            return nil
        }
        guard let npsClass = NPSClass(name: name.lowercased()) else {
            throw Problem(
                "“\(shown(name))” is no class; there are: "
                    + NPSClass.allCases.map(\.name).joined(separator: ", "))
        }
        var decision = ReviewRegistry.Decision(npsClass, rationale: fields["rationale"])
        if let name = fields["sentiment"] {
            guard let sentiment = ReviewSentiment(name: name.lowercased()) else {
                throw Problem(
                    "“\(shown(name))” is no sentiment; there are: "
                        + ReviewSentiment.allCases.map(\.name).joined(separator: ", "))
            }
            decision.sentiment = sentiment.rawValue
        }
        if let list = fields["intents"] {
            let names = list.lowercased().split { ",; ".contains($0) }.map { String($0) }
            guard let intents = ReviewRegistry.Decision.intents(names) else {
                let known = ClassificationRecorded.intentNames
                let wrong = names.first { !known.contains($0) } ?? ""
                throw Problem(
                    "“\(shown(wrong))” is no intent; there are: " + known.joined(separator: ", ")
                        + ", or none")
            }
            decision.intents = intents
        }
        return Row(line: row.line, response: response, text: text, decision: decision)
    }

    private static func shown(_ text: String) -> String {
        String(text.prefix(ImportError.valueCharactersMax))
    }
}

/// What came of a sheet.
public struct ReviewSheetOutcome: Sendable {
    /// Rows that were read.
    public let rows: Int
    /// Decisions that were recorded, or would be.
    public let recorded: Int
    /// Rows that say what is recorded already.
    public let unchanged: Int
    /// Rows without a class.
    public let undecided: Int
    /// Whether it was only looked what would be recorded.
    public let isRehearsal: Bool
}

extension OpenLedger {
    /// Records the decisions that a sheet holds; where one row is wrong, none. What is recorded
    /// already is not recorded again.
    ///
    /// - Parameter isRehearsal: say what would be recorded, and record nothing.
    /// - Throws: `LedgerError` with code `mismatch`, naming lines, where rows are wrong; what
    ///   ``ReviewRegistry/decide(_:reviewer:asOf:onlyWhileOpen:)`` throws.
    public func recordReviews(
        _ sheet: ReviewSheet, by reviewer: Actor, isRehearsal: Bool = false
    ) throws -> ReviewSheetOutcome {
        let desk = try ReviewDesk(self, others: Set(sheet.rows.map(\.response)))
        let items = Dictionary(
            desk.items.map { ($0.response, $0) }, uniquingKeysWith: { first, _ in first })
        var problems = sheet.problems
        var decisions: [(text: ReviewText, decision: ReviewRegistry.Decision)] = []
        for row in sheet.rows {
            guard let item = items[row.response] else {
                problems.append(
                    (row.line, "position \(row.response) is no response with a text that counts"))
                continue
            }
            guard item.text.event == row.text else {
                problems.append(
                    (
                        row.line,
                        "the text of response \(row.response) is that of event "
                            + "\(item.text.event) by now: export it again"
                    ))
                continue
            }
            if try isRecorded(row.decision, on: item, by: reviewer) { continue }
            decisions.append((item.reviewText, row.decision))
        }
        guard problems.isEmpty else { throw sheet.refusal(problems) }
        let recorded =
            isRehearsal
            ? decisions.count
            : try ReviewRegistry(ledger).decide(decisions, reviewer: reviewer, asOf: desk.asOf)
        if recorded > 0, !isRehearsal { try refreshAll() }
        return ReviewSheetOutcome(
            rows: sheet.rows.count + sheet.undecided, recorded: recorded,
            unchanged: sheet.rows.count - decisions.count, undecided: sheet.undecided,
            isRehearsal: isRehearsal)
    }

    /// Whether the reviewer's own latest decision says the same, in the same words.
    private func isRecorded(
        _ decision: ReviewRegistry.Decision, on item: ReviewDesk.Item, by reviewer: Actor
    ) throws -> Bool {
        guard let own = item.reviewCase.latest(of: Review.person(reviewer.name)),
            decision.says(own.decided)
        else { return false }
        guard let rationale = decision.rationale else { return true }
        return try ledger.personalData(at: own.position)?.reason == rationale
    }
}

extension ReviewSheet {
    /// Problems that are listed: a screenful.
    private static let problemsListedMax = 20

    /// That nothing is recorded, and why.
    fileprivate func refusal(_ problems: [(line: Int, problem: String)]) -> LedgerError {
        let sorted = problems.sorted { $0.line < $1.line }
        let listed = sorted.prefix(Self.problemsListedMax).map { "line \($0.line): \($0.problem)" }
        let more = sorted.count - listed.count
        return LedgerError(
            .mismatch,
            ([
                "\(name): nothing was recorded; \(Formatted.count(sorted.count, of: "row")) \(sorted.count == 1 ? "is" : "are") wrong"
            ]
                + listed + (more > 0 ? ["and \(Formatted.count(more)) more"] : []))
                .joined(separator: "\n"))
    }
}
