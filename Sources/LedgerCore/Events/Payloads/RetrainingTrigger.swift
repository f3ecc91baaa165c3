/// Why a model is to be trained again. The raw values are those of the log.
public enum RetrainingTrigger: String, CaseIterable, Sendable {
    /// A person wanted it.
    case asked
    /// There is more to learn from than last time.
    case newLabels
    /// What comes in is no longer like what was learnt from.
    case drift
    /// The model has become worse.
    case quality
}
