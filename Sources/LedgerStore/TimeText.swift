import Foundation
import LedgerCore

/// A time as errors name it. Fronts have a formatter of their own, with microseconds.
package enum TimeText {
    /// RFC 3339 in UTC, to the second.
    package static func utc(_ time: Microseconds) -> String {
        Date(timeIntervalSince1970: Double(time / 1_000_000)).ISO8601Format()
    }
}
