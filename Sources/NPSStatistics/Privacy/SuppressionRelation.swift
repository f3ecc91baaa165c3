/// "This row is those rows together": how one published number follows from others.
///
/// Parts are disjoint. What they leave of the whole (responses in none of them) is known to exist
/// from the counts and is protected like a row, so parts need not be complete: a 30-day window
/// with the 29-day window inside it is a whole with one part, and the day between them is guarded.
/// Windows that overlap without nesting share a row that is in both: list their common stretch
/// and describe each window as a whole of it.
public struct SuppressionRelation: Sendable, Hashable {
    /// The index of the row that is the whole.
    public var whole: Int
    /// The indices of rows that are disjoint parts of it.
    public var parts: [Int]

    /// A relation between rows, by their index.
    public init(whole: Int, parts: [Int]) {
        self.whole = whole
        self.parts = parts
    }
}
