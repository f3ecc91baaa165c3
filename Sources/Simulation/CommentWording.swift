/// Which vocabulary a comment draws on.
public enum CommentWording: String, Sendable, Hashable, CaseIterable {
    /// The words of every day.
    case usual
    /// One sentence more, in words that no usual comment contains: a drift to be found.
    case planted
}
