/// The group of the Net Promoter Score that an answer belongs to.
///
/// Source: F. Reichheld, "The One Number You Need to Grow", Harvard Business Review (2003).
public enum ScoreClass: String, Sendable, Hashable, CaseIterable {
    /// A score from 0 to 6.
    case detractor
    /// A score of 7 or 8.
    case passive
    /// A score of 9 or 10.
    case promoter

    /// The group of a score from 0 to 10; nil outside of that range.
    public init?(score: Int) {
        switch score {
        case 0...6: self = .detractor
        case 7...8: self = .passive
        case 9...10: self = .promoter
        default: return nil
        }
    }
}
