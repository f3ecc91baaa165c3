/// What became of one data row.
public enum RowOutcome: Sendable, Hashable {
    /// The row was read.
    case row(ImportedRow)
    /// The row was set aside, with a reason.
    case rejected(RejectedRow)
}
