/// What a perfect importer reports after reading a stream to its end.
///
/// `read` = `recorded` + `amended` + `duplicates` + `conflicts` + `rejected`, always.
public struct ImportTotals: Sendable, Hashable {
    /// Responses seen for the first time.
    public var recorded = 0
    /// Responses whose comment came later.
    public var amended = 0
    /// Rows that came again as they were.
    public var duplicates = 0
    /// Rows that came again with another score.
    public var conflicts = 0
    /// Rows turned away.
    public var rejected = 0

    /// All rows.
    public var read: Int { recorded + amended + duplicates + conflicts + rejected }

    /// Starts from nothing.
    public init() {}
}
