/// Why a person is asked to read a response. The raw values are the wire's and permanent.
public enum ReviewReason: String, CaseIterable, Sendable {
    /// The model's likeliest class is not likely enough.
    case lowConfidence
    /// The stated score and what the model reads in the text contradict each other.
    case textAgainstScore
    /// It was drawn at random, so that the model's quality can be estimated without bias.
    case sample
    /// Somebody asked for it.
    case asked
}
