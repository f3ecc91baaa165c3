import Foundation
import LedgerCore
import NPSLedger
import SurveyImport

/// Reviews with what their writers stated.
struct QualityReviews {
    struct Item {
        let text: String
        let label: NPSClass
        let flag: Bool?
        let segment: String?
    }

    let items: [Item]
    /// Indices of what came before the first day and from the second on; empty where none was asked.
    let earlier: [Int]
    let later: [Int]

    init(_ options: Quality) throws {
        var mapping = ColumnMapping()
        mapping.text = options.text
        mapping.score = options.score
        if let time = options.time { mapping.at = time }
        for (name, column) in [("flag", options.flag), ("segment", options.segment)] {
            guard let column else { continue }
            mapping.segments.append(.init(dimension: name, column: column))
        }
        let days = try [options.earlier, options.later].map { try $0.map(Self.day) }
        var reader = try SurveyFileReader(path: options.reviews, mapping: try mapping.checked())
        var items: [Item] = []
        var (earlier, later) = ([Int](), [Int]())
        while let outcome = try reader.next() {
            guard case .row(let row) = outcome, let text = row.text, let score = row.score else {
                continue
            }
            func value(_ name: String) -> String? {
                row.segments.first { $0.dimension == name }?.value
            }
            if let time = row.occurredAt, let first = days[0], let second = days[1] {
                if time < first { earlier.append(items.count) }
                if time >= second { later.append(items.count) }
            }
            items.append(
                Item(
                    text: text, label: Thresholds.standard.classify(score: UInt16(score)),
                    flag: value("flag").map { $0 == "1" }, segment: value("segment")))
        }
        guard !items.isEmpty else {
            throw BenchmarkFailure("\(options.reviews) has no row with a text and a score")
        }
        self.items = items
        (self.earlier, self.later) = (earlier, later)
    }

    private static func day(_ text: String) throws -> Microseconds {
        let parts = text.split(separator: "-").compactMap { Int($0) }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        guard parts.count == 3,
            let date = calendar.date(
                from: DateComponents(year: parts[0], month: parts[1], day: parts[2]))
        else { throw BenchmarkFailure("“\(text)” is no day: write it as 2022-01-01") }
        return Microseconds(date.timeIntervalSince1970) * 1_000_000
    }
}
