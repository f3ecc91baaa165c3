import Classification
import Foundation
import Simulation

/// The examples of the embedded model, and where each comes from.
struct Corpus {
    /// A source of examples whose figures are shown apart.
    enum Source: String, CaseIterable {
        case frenchRetail = "French garden centres, survey comments"
        case clothingReviews = "English clothing reviews, bodies"
        case clothingTitles = "English clothing reviews, titles"
        case composedEnglish = "Composed comments, English"
        case composedFrench = "Composed comments, French"
        case shortEnglish = "Comments of a few words, English"
        case shortFrench = "Comments of a few words, French"
    }

    private(set) var examples: [TrainingExample] = []
    private(set) var sources: [Source] = []

    private mutating func add(_ example: TrainingExample, _ source: Source) {
        examples.append(example)
        sources.append(source)
    }

    /// The scores and comments of the French survey. What people feel and want is not known.
    mutating func addFrenchRetail(_ path: String) throws {
        let table = try GzipTable(path: path)
        for (index, row) in table.rows.enumerated() {
            let text = try table.cell(row, "explication")
            guard !text.isEmpty, let score = try table.number(row, "nps") else { continue }
            let label: UInt8 = score >= 9 ? 2 : score >= 7 ? 1 : 0
            add(
                TrainingExample(text: text, scoreClass: label, key: 1 << 40 | UInt64(index)),
                .frenchRetail)
        }
    }

    /// The clothing reviews: five stars promote, four are passive, fewer detract.
    ///
    /// Four stars and more feel good, three are mixed, fewer bad. A title is an example of its
    /// own, since survey comments are short, but stays in the fold of its review.
    mutating func addClothing(_ path: String) throws {
        let table = try GzipTable(path: path)
        for (index, row) in table.rows.enumerated() {
            guard let stars = try table.number(row, "Rating"), (1...5).contains(stars) else {
                continue
            }
            let label: UInt8 = stars == 5 ? 2 : stars == 4 ? 1 : 0
            let sentiment: UInt8 = stars >= 4 ? 2 : stars == 3 ? 1 : 0
            for (column, source) in [
                ("Review Text", Source.clothingReviews), ("Title", .clothingTitles),
            ] {
                let text = try table.cell(row, column)
                guard !text.isEmpty else { continue }
                add(
                    TrainingExample(
                        text: text, scoreClass: label, sentiment: sentiment,
                        key: 2 << 40 | UInt64(index)),
                    source)
            }
        }
    }

    /// Comments of the phrase book: 30 % detractors, 25 % passives, 45 % promoters, and in three
    /// of ten an intent that must occur, each in turn.
    mutating func addComposed(_ count: Int, seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for index in 0..<count {
            for (language, source) in [
                (CommentLanguage.english, Source.composedEnglish), (.french, .composedFrench),
            ] {
                let draw = generator.below(100)
                let scoreClass: ScoreClass =
                    draw < 30 ? .detractor : draw < 55 ? .passive : .promoter
                let forced = index % 10 < 3
                let intents = CommentIntent.allCases
                let comment = PhraseBook.compose(
                    language: language, scoreClass: scoreClass,
                    intent: forced ? intents[index / 10 % intents.count] : nil,
                    using: &generator)
                add(Self.example(comment, key: 3 << 40 | UInt64(examples.count)), source)
            }
        }
    }

    /// Comments of one to six words from lists of our own.
    mutating func addShort() {
        for example in ShortComments.examples(.english) { add(example, .shortEnglish) }
        for example in ShortComments.examples(.french) { add(example, .shortFrench) }
    }

    static func example(_ comment: LabelledComment, key: UInt64) -> TrainingExample {
        var intents: Intents = []
        for intent in comment.intents {
            switch intent {
            case .praise: intents.insert(.praise)
            case .complaint: intents.insert(.complaint)
            case .request: intents.insert(.request)
            case .question: intents.insert(.question)
            case .leaving: intents.insert(.leaving)
            }
        }
        let scoreClass: UInt8 =
            switch comment.scoreClass {
            case .detractor: 0
            case .passive: 1
            case .promoter: 2
            }
        let sentiment: UInt8 =
            switch comment.sentiment {
            case .negative: 0
            case .neutral: 1
            case .positive: 2
            }
        return TrainingExample(
            text: Array(comment.text.utf8), scoreClass: scoreClass, sentiment: sentiment,
            intents: intents, key: key)
    }
}

/// The rows of a gzipped CSV file (RFC 4180), as bytes by column name.
struct GzipTable {
    /// Why a file could not be read.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    let columns: [String: Int]
    let rows: [[[UInt8]]]

    init(path: String) throws {
        let bytes = try Self.unpacked(path)
        var rows = Self.rows(bytes)
        guard !rows.isEmpty else { throw Failure(description: "\(path) is empty") }
        let names = rows.removeFirst().map { String(decoding: $0, as: UTF8.self) }
        columns = Dictionary(zip(names, 0...), uniquingKeysWith: { first, _ in first })
        self.rows = rows.filter { $0.count == names.count }
    }

    /// The cell of `row` in the column `name`, without spaces at its ends.
    func cell(_ row: [[UInt8]], _ name: String) throws -> [UInt8] {
        guard let column = columns[name] else {
            throw Failure(description: "there is no column \(name)")
        }
        let trimmed = row[column].drop { $0 <= 0x20 }
        return Array(trimmed[..<((trimmed.lastIndex { $0 > 0x20 } ?? trimmed.startIndex - 1) + 1)])
    }

    /// The cell as a whole number; nil if it is none.
    func number(_ row: [[UInt8]], _ name: String) throws -> Int? {
        Int(String(decoding: try cell(row, name), as: UTF8.self))
    }

    private static func unpacked(_ path: String) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "gzip could not read \(path)")
        }
        return [UInt8](data)
    }

    private static func rows(_ bytes: [UInt8]) -> [[[UInt8]]] {
        var rows: [[[UInt8]]] = []
        var row: [[UInt8]] = []
        var field: [UInt8] = []
        var quoted = false
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            switch (byte, quoted) {
            case (0x22, true):
                if index < bytes.count, bytes[index] == 0x22 {
                    field.append(0x22)
                    index += 1
                } else {
                    quoted = false
                }
            case (0x22, false): quoted = true
            case (0x2C, false), (0x0A, false):
                row.append(field)
                field.removeAll(keepingCapacity: true)
                guard byte == 0x0A else { continue }
                rows.append(row)
                row = []
            case (0x0D, false): break
            default: field.append(byte)
            }
        }
        if !row.isEmpty || !field.isEmpty { rows.append(row + [field]) }
        return rows
    }
}
