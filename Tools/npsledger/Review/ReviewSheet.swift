import LedgerCore
import NPSLedger
import Presentation
import SurveyImport

/// Texts to be decided on in a spreadsheet, and back.
enum ReviewSheet {
    /// A line that says something.
    struct Row {
        let line: Int
        let response: Position
        let text: Position
        let decision: ReviewRegistry.Decision
    }

    /// What a file holds.
    struct Content {
        var rows: [Row] = []
        /// Lines without a class.
        var undecided = 0
        /// What is wrong, with its line.
        var problems: [(line: Int, problem: String)] = []
    }

    static let columns = [
        "response", "text_event", "answered_at", "segments", "text", "class", "sentiment",
        "intents", "rationale",
    ]

    /// The file, with a mark that tells spreadsheets its encoding.
    static func document(_ rows: [[String]], guardsFormulas: Bool) -> String {
        "\u{FEFF}"
            + CSVWriter(guardsFormulas: guardsFormulas).document(header: columns, rows: rows)
    }

    /// Reads a file; what is wrong with a row keeps none of the others from being read.
    static func read(_ path: String) throws -> Content {
        var mapping = ColumnMapping()
        mapping.responseID = "response"
        // The reader asks for a comment or a score, and every row has this.
        mapping.text = "response"
        mapping.segments = ["text_event", "class", "sentiment", "intents", "rationale"].map {
            ColumnMapping.Segment(dimension: $0, column: $0)
        }
        var options = SurveyReadOptions()
        options.maxSegmentBytes = Ledger.reasonBytesMax
        var content = Content()
        var seen: [Position: Int] = [:]
        do {
            var reader = try SurveyFileReader(path: path, mapping: mapping, options: options)
            while let outcome = try reader.next() {
                switch outcome {
                case .rejected(let row):
                    content.problems.append(
                        (row.line, "\(row.column.map { "\($0): " } ?? "")\(row.expected)"))
                case .row(let row):
                    do {
                        guard let read = try Self.row(row) else {
                            content.undecided += 1
                            continue
                        }
                        if let first = seen.updateValue(row.line, forKey: read.response) {
                            throw Problem("response \(read.response) is on line \(first) as well")
                        }
                        content.rows.append(read)
                    } catch let problem as Problem {
                        content.problems.append((row.line, problem.what))
                    }
                }
            }
        } catch let error as ImportError {
            throw CommandFailure(error)
        }
        return content
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
        guard let npsClass = NPSClass(argument: name.lowercased()) else {
            throw Problem(
                "“\(shown(name))” is no class; there are: "
                    + NPSClass.allCases.map(\.name).joined(separator: ", "))
        }
        var decision = ReviewRegistry.Decision(npsClass, rationale: fields["rationale"])
        if let name = fields["sentiment"] {
            guard let sentiment = ReviewSentiment(argument: name.lowercased()) else {
                throw Problem(
                    "“\(shown(name))” is no sentiment; there are: "
                        + ReviewSentiment.allCases.map(\.name).joined(separator: ", "))
            }
            decision.sentiment = sentiment.rawValue
        }
        if let list = fields["intents"] {
            let names = list.lowercased().split { ",; ".contains($0) }.map { String($0) }
            let known = ClassificationRecorded.intentNames
            if let wrong = names.first(where: { !known.contains($0) && names != ["none"] }) {
                throw Problem(
                    "“\(shown(wrong))” is no intent; there are: " + known.joined(separator: ", ")
                        + ", or none")
            }
            decision.intents = names == ["none"] ? [] : try ReviewCommand.intents(names)
        }
        return Row(line: row.line, response: response, text: text, decision: decision)
    }

    private static func shown(_ text: String) -> String {
        String(text.prefix(ImportError.valueCharactersMax))
    }
}
