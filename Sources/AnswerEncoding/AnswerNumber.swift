import NPSStatistics
import Presentation

/// Numbers as answers have them, for programs.
package enum AnswerNumber {
    /// A share in points with four decimals: more than any sample can tell, few enough to be read.
    package static func points(_ share: Double?) -> Double? {
        share.map { ($0 * 1_000_000).rounded() / 10_000 }
    }

    /// A number as a field of a table; empty where there is none.
    package static func text(_ value: Double?) -> String {
        value.flatMap { Formatted.shortest($0) } ?? ""
    }

    /// A share in points as a field of a table.
    package static func pointsText(_ share: Double?) -> String { text(points(share)) }

    /// The ends of an interval in points, for people; empty where there is none.
    package static func intervalText(_ interval: Interval?) -> String {
        guard let interval else { return "" }
        return "\(Formatted.points(interval.low * 100))…\(Formatted.points(interval.high * 100))"
    }

    /// A p for people.
    package static func probability(_ p: Double) -> String {
        p < 0.0001 ? "<0.0001" : Formatted.fixed(p, decimals: 4)
    }
}
