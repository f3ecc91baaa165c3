/// One row as it reaches an importer, with the truth behind it.
public struct SimulatedRow: Sendable, Hashable {
    /// The 0-based place of the row in the stream.
    public var position: Int
    /// The response's own name: 12 letters and digits; empty in a bad row that lacks it.
    public var responseID: String
    /// An address of a domain kept for examples (RFC 2606), or a customer number.
    public var respondentID: String
    /// The score as it is written; empty when there is none.
    public var score: String
    /// The comment; empty when there is none.
    public var text: String
    /// When the respondent answered, in microseconds since 1970, UTC; whole milliseconds.
    public var at: Int64
    /// When the response last changed, in microseconds since 1970, UTC.
    public var updatedAt: Int64
    /// When the row reached the importer; never goes back within a stream. Not written.
    public var arrivedAt: Int64
    /// What stands in the place of the time in a row whose time cannot be read.
    public var unreadableTime: String?
    /// The way in which the survey was answered.
    public var channel: String
    /// The respondent's language.
    public var language: CommentLanguage
    /// The respondent's region.
    public var region: String
    /// The respondent's country by ISO 3166 code; empty in a region that has no list of them.
    public var country: String
    /// The respondent's plan.
    public var plan: String
    /// The product that the survey asked about.
    public var product: String
    /// What the row is to the importer.
    public var kind: SimulatedRowKind
    /// The class of the score that the respondent gave, or has in mind without giving one; in a
    /// conflicting row still that of the first score. Nil in a bad row.
    public var scoreClass: ScoreClass?
    /// Whether the comment says the contrary of the score.
    public var isContradiction: Bool
    /// Which vocabulary the comment draws on.
    public var wording: CommentWording
    /// The truth about the comment; nil without one.
    public var truth: LabelledComment?
}
