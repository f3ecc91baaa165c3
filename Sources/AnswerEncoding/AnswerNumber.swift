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
}
