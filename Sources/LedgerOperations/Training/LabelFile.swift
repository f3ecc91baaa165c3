import Classification
import LedgerCore
import LedgerQueries
import LedgerStore
import NPSLedger
import Presentation
import SurveyImport

/// A file whose rows are texts with labels to learn from.
struct LabelFile {
    let file: LabelledFile
    /// Tell what a score counts as.
    let thresholds: Thresholds
    /// What texts may be about; needed where topics are mapped.
    let taxonomy: TopicTaxonomy?

    /// Labels besides the score that a mapping may name, as segments.
    private static let names = ["class", "sentiment", "intents", "topics"]
    /// Lines that are named where a file is refused: enough to find what is wrong with all of them.
    private static let problemsNamedMax = 5

    /// - Throws: `LedgerError` with code `invalid` where a mapping names no text, no label, or
    ///   something that is none; `ImportError` where it contradicts itself.
    static func check(_ mapping: ColumnMapping, _ taxonomy: TopicTaxonomy?) throws {
        let labels = mapping.segments.map(\.dimension)
        if let other = labels.first(where: { !names.contains($0) }) {
            throw LedgerError(
                .invalid,
                "“\(other)” is no label; there are: score, "
                    + names.map { "segment.\($0)" }.joined(separator: ", "))
        }
        guard mapping.text != nil, mapping.score != nil || !labels.isEmpty else {
            throw LedgerError(
                .invalid, "a labelled text is a text with a label", remedy: .mapTextAndLabel)
        }
        _ = try mapping.checked()
        if taxonomy == nil, labels.contains("topics") {
            throw LedgerError(.invalid, "labels of topics need a taxonomy", remedy: .giveTaxonomy)
        }
    }

    /// What is learnt from.
    ///
    /// - Throws: `LedgerError` with code `mismatch` that names the first lines that are wrong: a
    ///   label that was meant otherwise must not be learnt as something else.
    func texts(_ observer: any LedgerObserver) throws -> LabelledTexts {
        var texts = LabelledTexts(digest: file.digest)
        var reader = try SurveyFileReader(
            bytes: file.bytes, name: file.name, mapping: file.mapping)
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
            throw LedgerError(
                .mismatch,
                "\(file.name): \(Formatted.count(problems.count, of: "row")) cannot be learnt from; "
                    + "nothing was trained\n  "
                    + problems.prefix(Self.problemsNamedMax).joined(separator: "\n  "))
        }
        guard !texts.examples.isEmpty else {
            throw LedgerError(
                .mismatch,
                "\(file.name): no row has both a text and a label: there is nothing to learn from")
        }
        if unlabelled > 0 {
            observer.notice(
                .file(
                    path: file.name,
                    remark: "\(Formatted.count(unlabelled, of: "row")) have no text or no label"))
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
        let npsClass = try npsClass(row, fields["class"])
        let sentiment = try fields["sentiment"].map { name in
            let known = ClassificationRecorded.sentimentNames
            guard let number = known.firstIndex(of: name.lowercased()) else {
                throw unknown(name, "sentiment", known)
            }
            return UInt8(number)
        }
        let intents = try fields["intents"].map { list in
            var intents = Intents()
            for name in list.split(whereSeparator: { ",; |".contains($0) })
            where name.lowercased() != "none" {
                let known = ClassificationRecorded.intentNames
                guard let number = known.firstIndex(of: name.lowercased()) else {
                    throw unknown(String(name), "intent", known + ["none"])
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

    /// The class that a row names, by itself or by its score; nil where it names none.
    private func npsClass(_ row: ImportedRow, _ name: String?) throws -> NPSClass? {
        let score = row.score.map { UInt16(clamping: $0) }
        let stated = score.map { thresholds.classify(score: $0) }
        guard let name else { return stated }
        guard let named = NPSClass(name: name.lowercased()) else {
            throw unknown(name, "class", NPSClass.allCases.map(\.name))
        }
        if let stated, let score, stated != named {
            let written = Formatted.shortest(Double(score) / 100) ?? "\(score)"
            throw Problem(
                what:
                    "its score is \(written), which makes it a \(stated.name), and its class is "
                    + "\(named.name): which is meant?")
        }
        return named
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
