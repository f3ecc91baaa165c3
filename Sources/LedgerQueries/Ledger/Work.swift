import LedgerCore

/// What takes long, so that a front can say what is waited for.
public enum Work: Hashable, Sendable {
    /// A projection is folded forward.
    case catchingUp(projection: String)
    /// The build of a projection that is kept is folded forward.
    case catchingUpKept(projection: String)
    /// A projection is folded anew, to be compared.
    case replaying(projection: String)
    /// A projection is folded anew, to become live.
    case rebuilding(projection: String)
    /// The log, the vault and all beside them are looked at.
    case verifyingLog
    /// A model reads texts of the ledger.
    case reading(model: ModelVersion)
    /// A model that was trained for a test reads texts.
    case testing
    /// A model reads texts of a file.
    case readingFile(model: ModelVersion, path: String)
    /// What a model has learnt from is opened.
    case openingLearnt(model: ModelVersion)
    /// Texts are held against what a model has learnt from.
    case lookingForLearnt
    /// Texts are read to be learnt from.
    case encoding(texts: Int)
    /// A model is trained.
    case training(texts: Int)
    /// A model is trained for an evaluation.
    case trainingToTest(Fold, texts: Int)
    /// A file is taken in.
    case importing(path: String)
    /// A file is read as for an import.
    case rehearsingImport(path: String)

    /// Which training of an evaluation.
    public enum Fold: Hashable, Sendable {
        /// The one of a cross-validation.
        case crossValidation
        /// The one on what came before a time.
        case earlier
        /// One of several that leave segments out, counted from 1.
        case segments(Int, of: Int)
    }
}
