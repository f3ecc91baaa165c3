import LedgerCore

/// Who is told what happens while a ledger is asked or acted upon: a terminal, a log, nobody.
public protocol LedgerObserver: Sendable {
    /// Something that whoever asked should know, beside the answer.
    func notice(_ notice: Notice)
    /// A work begins that may take long.
    func begin(_ work: Work) -> any WorkProgress
}

/// Takes how far a work has come.
public protocol WorkProgress: Sendable {
    /// So much is done, of so much where that is known.
    func update(done: Int, total: Int?)
    /// The work is over, whichever way it ended.
    func finish()
}

extension WorkProgress {
    package func update(done: Position, total: Position) {
        update(done: Int(clamping: done), total: Int(clamping: total))
    }
}

/// Tells nobody.
public struct SilentObserver: LedgerObserver {
    /// An observer that tells nobody.
    public init() {}
    /// Passed over.
    public func notice(_ notice: Notice) {}
    /// Watched by nobody.
    public func begin(_ work: Work) -> any WorkProgress { Unwatched() }

    private struct Unwatched: WorkProgress {
        func update(done: Int, total: Int?) {}
        func finish() {}
    }
}

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
    /// A window ends before responses that are dated after their recording, the latest at this time.
    case windowEndsBefore(Microseconds)
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

/// What whoever has a model read, or count, should know beside the answer.
public enum ModelNotice: Hashable, Sendable {
    /// A version has read so many texts before it counts; what it read is recorded.
    case readBefore(ModelVersion, texts: Int)
    /// A version has read so many texts that came in while it was made to count.
    case readAfterwards(ModelVersion, texts: Int)
    /// What came in while a version was made to count is not read yet; the act counts.
    case notReadYet(LedgerError)
    /// An act is recorded and counts, but what came of it cannot be told.
    case effectUnknown(position: Position, LedgerError)
    /// So many events came in after a gate was measured; none is one that it depends on.
    case eventsAfterGate(Position, from: Position)
    /// A version that shadows is left out: what counts goes on.
    case shadowUnusable(ModelVersion, readsShare: Bool, LedgerError)
    /// What a shadow missed of its share of an import stays unread.
    case shadowShareMissed(ModelVersion, LedgerError)
    /// The program of a model refused the texts of some responses, or failed at them; they stay unread.
    case textsLeft(ModelVersion, responses: [Position])
    /// A version shadows from a position on, although it could not read all there is; what the failure
    /// says of it would help, where it says anything.
    case shadowsAllTheSame(ModelVersion, from: Position, remedy: Remedy?)
    /// What is told of a version is from the log alone: its artefact cannot be used.
    case artefactUnusable(ModelVersion, LedgerError)
    /// A version outside this process is asked nothing before the policy allows it.
    case notAllowed(ModelVersion)
}

/// What whoever takes files in should know beside the answer.
public enum ImportNotice: Hashable, Sendable {
    /// Rows have no id of the source: they are told apart by what is taken in, by their number and
    /// by their content.
    case rowsWithoutID
    /// An import stopped after so many rows; what was recorded stays.
    case stopped(rows: Int)
    /// E-mail addresses are recorded in clear, or would be: how many by column.
    case addressesInClear(byColumn: [String: Int], isDryRun: Bool)
    /// The name of the source holds an e-mail address, which is recorded in clear.
    case sourceIsAddress
    /// So many responses are dated after their recording, the latest at this time.
    case datedAhead(count: Int, latest: Microseconds)
}

/// What whoever makes a ledger should know beside the answer.
public enum BootstrapNotice: Hashable, Sendable {
    /// The manifest was written again; what stood in it alone is lost.
    case manifestWrittenAgain
    /// The master key lies in the ledger's own directory.
    case keyWithinLedger
}
