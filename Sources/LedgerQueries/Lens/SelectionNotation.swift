import LedgerCore
import NPSStatistics

extension SegmentSelection {
    /// Reads a selection as fronts are told it.
    ///
    /// - Parameters:
    ///   - by: dimensions to group by, separated by commas.
    ///   - keeping: pairs `DIM=VALUE`; values of one dimension are alternatives.
    ///   - lacking: dimensions of which responses without a value are kept.
    ///   - spelled: how the front spells a parameter's name.
    /// - Throws: `LedgerError` with code `invalid`.
    package init(
        by: String?, keeping: [String], lacking: [String], spelled: (String) -> String
    ) throws(LedgerError) {
        var values: [String: Set<String>] = [:]
        for argument in keeping {
            guard let (dimension, value) = Self.pair(argument) else {
                throw LedgerError(
                    .invalid,
                    "\(spelled("where")) takes DIM=VALUE, such as region=EMEA; got “\(argument)”.")
            }
            // An empty value is a variable of a script that was never set. Taken for one it would ask
            // about responses without any, and mostly about none.
            guard !value.isEmpty else {
                throw LedgerError(
                    .invalid,
                    "\(spelled("where")) \(argument) names no value; \(spelled("without")) "
                        + "\(dimension) keeps the responses that have none.")
            }
            values[dimension, default: []].insert(value)
        }
        for dimension in lacking {
            guard !dimension.isEmpty, !dimension.contains("=") else {
                throw LedgerError(
                    .invalid,
                    "\(spelled("without")) takes a dimension, such as region; got “\(dimension)”.")
            }
            values[dimension, default: []].insert("")
        }
        self.init(by: try Self.dimensions(by, spelled: spelled), keeping: values)
    }

    /// The dimensions of a list that is separated by commas.
    ///
    /// - Throws: `LedgerError` with code `invalid` for one that is named twice.
    package static func dimensions(
        _ list: String?, spelled: (String) -> String
    ) throws(LedgerError) -> [String] {
        let dimensions = (list ?? "").split(separator: ",", omittingEmptySubsequences: true)
            .map { $0.trimmingPrefix { $0 == " " } }
            .map { String($0) }
        guard Set(dimensions).count == dimensions.count else {
            throw LedgerError(.invalid, "\(spelled("by")) names a dimension twice.")
        }
        return dimensions
    }

    private static func pair(_ argument: String) -> (String, String)? {
        guard let sign = argument.firstIndex(of: "="), sign > argument.startIndex else {
            return nil
        }
        return (
            String(argument[..<sign]), String(argument[argument.index(after: sign)...])
        )
    }
}
