/// The intents a text can have, as a set of bits.
public struct Intents: OptionSet, Sendable, Hashable {
    /// One bit per intent, in the order of `all`.
    public var rawValue: UInt8

    /// The set with these bits; bits beyond the five intents mean nothing.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// The text praises.
    public static let praise = Intents(rawValue: 1)
    /// The text complains.
    public static let complaint = Intents(rawValue: 2)
    /// The text asks for a change.
    public static let request = Intents(rawValue: 4)
    /// The text asks something.
    public static let question = Intents(rawValue: 8)
    /// The respondent announces leaving.
    public static let leaving = Intents(rawValue: 16)
}
