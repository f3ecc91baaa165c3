import LedgerCore

/// What whoever asks should know beside the answer.
public enum Notice: Sendable {
    /// The file of a projection was damaged and thrown away; it is folded anew from the log.
    case stateDiscarded(projection: String, damage: String)
    /// Projections are kept in a scratch folder while this process runs.
    case stateMoved(projections: [String], folder: String, reason: String)
    /// A part of the ledger is not the log's.
    case partsMismatch(problem: String)
    /// Events wait in quarantine, so that answers are incomplete.
    case incomplete(projection: String, events: Int)
    /// Nothing was recorded as of the time asked about; the ledger begins then.
    case beforeBeginning(Microseconds)
    /// Times of recording were wrong in this range: as of a time is no sharp cut there.
    case wrongTimes(Range<Position>)
    /// Why what an encoder made of texts was not kept or not found.
    case embeddings(String)
    /// The master key is missing, so that texts cannot be compared with what a model has learnt.
    case textsNotCompared(model: ModelVersion, reason: String)
    /// What a model was trained on is not known.
    case trainingUnknown(model: ModelVersion)
    /// What a model has learnt from texts of files is left out of an evaluation of its training.
    case labelledFilesLeftOut(model: ModelVersion, texts: Int)
    /// A request to train again is on record: should the training be interrupted, it can go on.
    case retrainingRequested(at: Position)
    /// Texts or reasons stay closed.
    case sealed(SealedKind, reason: String)
    /// A state was not put on record, because the log does not give it.
    case digestNotRecorded(problem: String)
    /// A state contradicts the digest on record.
    case digestContradicted(projection: String, upTo: Position, position: Position)
    /// The digests of states were put on record.
    case digestsRecorded(projections: [String])
    /// What the reader of a file has to say.
    case file(path: String, remark: String)
    /// Words of a program that is asked, or about it.
    case program(String)
    /// A model reads, or is made to count.
    case model(ModelNotice)
    /// Files are taken in.
    case importing(ImportNotice)
    /// A ledger is made.
    case bootstrapping(BootstrapNotice)
    /// What is being done to fetch an encoder.
    case fetching(String)
    /// A state that was live could not be folded on, and another has taken its place.
    case stateUnfoldable(problem: String)
    /// Anything else, in words.
    case remark(String)

    /// What stays closed without the master key.
    public enum SealedKind: Hashable, Sendable {
        /// Texts of responses.
        case texts
        /// Reasons of acts and rows of files.
        case reasonsAndRows
    }
}
