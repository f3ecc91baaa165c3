import AnswerEncoding
import Classification
import Crypto
import Foundation
import LedgerCore
import NPSLedger
import Presentation
import SurveyImport

/// A file whose rows are texts with labels.
struct LabelFile {
    let path: String
    let mapping: ColumnMapping
    /// Tell what a score counts as.
    let thresholds: Thresholds
    /// What texts may be about; needed where topics are mapped.
    let taxonomy: TopicTaxonomy?

    /// Largest file: all of it is learnt from, so all of it is in memory.
    static let bytesMax = 1 << 30

    /// Reads the file once, so that what is learnt from is what the digest names.
    ///
    /// - Throws: `CommandFailure` that names the first lines that are wrong: a label that was meant
    ///   otherwise must not be learnt as something else.
    func read() throws -> LabelledTexts {
        let bytes = try WholeFile.read(path, bytesMax: Self.bytesMax, as: "a file of labels")
        var texts = LabelledTexts(digest: [UInt8](SHA256.hash(data: bytes)))
        var reader = try SurveyFileReader(bytes: bytes, name: path, mapping: mapping)
        var problems: [String] = []
        var unlabelled = 0
        while let outcome = try reader.next() {
            switch outcome {
            case .rejected(let row): problems.append("line \(row.line): \(row.expected)")
            case .row(let row) where row.excludedBy != nil: continue
            case .row(let row):
                do {
                    if try !add(row, to: &texts) { unlabelled += 1 }
                } catch let problem as Problem {
                    problems.append("line \(row.line): \(problem.what)")
                }
            }
        }
        guard problems.isEmpty else {
            throw CommandFailure(
                ExitStatus.badData,
                "\(path): \(Formatted.count(problems.count)) rows cannot be learnt from; nothing "
                    + "was trained\n  " + problems.prefix(5).joined(separator: "\n  "))
        }
        guard !texts.examples.isEmpty else {
            throw CommandFailure(
                ExitStatus.badData,
                "\(path): no row has both a text and a label: there is nothing to learn from")
        }
        if unlabelled > 0 {
            Printer.notice(
                "\(path): \(Formatted.count(unlabelled)) rows have no text or no label")
        }
        return texts
    }

    private struct Problem: Error {
        let what: String
    }

    /// Adds a row; false where it has no label.
    private func add(_ row: ImportedRow, to texts: inout LabelledTexts) throws -> Bool {
        guard let text = row.text else { return false }
        let fields = Dictionary(
            row.segments.map { ($0.dimension, $0.value) },
            uniquingKeysWith: { first, _ in first })
        var npsClass = row.score.map { thresholds.classify(score: UInt16(clamping: $0)) }
        if let name = fields["class"] {
            guard let named = NPSClass(argument: name.lowercased()) else {
                throw unknown(name, "class", NPSClass.allCases.map(\.name))
            }
            if let npsClass, let score = row.score, npsClass != named {
                let written = EventDetail.score(UInt16(clamping: score))
                throw Problem(
                    what:
                        "its score is \(written), which makes it a \(npsClass.name), and its class "
                        + "is \(named.name): which is meant?")
            }
            npsClass = named
        }
        let sentiment = try fields["sentiment"].map { name in
            guard let sentiment = ReviewSentiment(argument: name.lowercased()) else {
                throw unknown(name, "sentiment", ReviewSentiment.allCases.map(\.name))
            }
            return sentiment.rawValue
        }
        let intents = try fields["intents"].map { list in
            var intents = Intents()
            for name in list.split(whereSeparator: { ",; |".contains($0) })
            where name.lowercased() != "none" {
                guard
                    let number = ClassificationRecorded.intentNames.firstIndex(
                        of: name.lowercased())
                else {
                    throw unknown(
                        String(name), "intent", ClassificationRecorded.intentNames + ["none"])
                }
                intents.insert(Intents(rawValue: 1 << UInt8(number)))
            }
            return intents
        }
        let topics = try topics(row)
        guard npsClass != nil || sentiment != nil || intents != nil || topics != nil else {
            return false
        }
        texts.add(
            text, scoreClass: npsClass, sentiment: sentiment, intents: intents, topics: topics)
        return true
    }

    /// The topics that a row names, by `none` that it is about none of them.
    private func topics(_ row: ImportedRow) throws -> [UInt8]? {
        guard let taxonomy, let list = row.segments.first(where: { $0.dimension == "topics" })
        else { return nil }
        var topics: Set<UInt8> = []
        for written in list.value.split(whereSeparator: { ",;|".contains($0) }) {
            // As names are written: lower case, with hyphens between words.
            let name = written.lowercased()
                .split(whereSeparator: { !$0.isLetter && !$0.isNumber }).joined(separator: "-")
            guard name != TopicTaxonomy.none else { continue }
            guard let index = taxonomy.index(of: name) else {
                throw unknown(String(written), "topic", taxonomy.topics.map(\.name) + ["none"])
            }
            topics.insert(index)
        }
        return topics.sorted()
    }

    private func unknown(_ name: String, _ label: String, _ known: [String]) -> Problem {
        Problem(
            what: "“\(name.prefix(ImportError.valueCharactersMax))” is no \(label); there are: "
                + known.joined(separator: ", "))
    }
}
