/// What came of a retraining. The raw values are those of the log.
public enum RetrainingOutcome: String, CaseIterable, Sendable {
    /// A new version.
    case registered
    /// An artefact that is registered already: the same events give the same bytes.
    case unchanged
    /// No model: there was too little to learn from, or training ended with an error.
    case failed
}
