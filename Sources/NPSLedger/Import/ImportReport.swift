import Classification
import LedgerCore

/// What an import did, row by row in sum: read = recorded + amended + excluded + duplicates +
/// conflicts + rejected.
public struct ImportReport: Hashable, Sendable {
    /// Data rows read.
    public var read = 0
    /// New responses.
    public var recorded = 0
    /// Rows that changed a response recorded before.
    public var amended = 0
    /// New responses that a rule of the mapping takes out of every score.
    public var excluded = 0
    /// Rows that were recorded before, the same.
    public var duplicates = 0
    /// Rows that contradict what was recorded under the same id; kept in quarantine.
    public var conflicts = 0
    /// Rows that could not be read as a response; kept in quarantine.
    public var rejected = 0
    /// Rejected rows by reason code.
    public var reasons: [String: Int] = [:]
    /// Classifications recorded by the active model.
    public var classified = 0
    /// Texts that the active model left unread, by the language that it has not learnt.
    public var unlearnt: [LanguageCode: Int] = [:]
    /// Classifications recorded by models that shadow.
    public var shadowClassified = 0
    /// New responses with a stated score.
    public var scored = 0
    /// Values of the rows read that hold an e-mail address and are recorded in clear, by column.
    public var addresses: [String: Int] = [:]
    /// New responses that are dated after their recording.
    public var datedAhead = 0
    /// The latest time among those.
    public var latestAhead: Microseconds?

    /// Nothing read.
    public init() {}

    /// Whether every row read ended as one of the six.
    public var reconciles: Bool {
        read == recorded + amended + excluded + duplicates + conflicts + rejected
            && rejected == reasons.values.reduce(0, +)
    }
}

/// How rows are taken in.
public struct ImportOptions: Sendable {
    /// Who imports.
    public var actor: Actor
    /// The model that classifies texts as they come in; nil leaves them unread.
    public var model: (version: ModelVersion, reader: ModelReader)?
    /// Models that read the same texts without counting.
    public var shadows: [ShadowReader] = []
    /// Models that read without counting when all is recorded: the import says which texts are
    /// theirs.
    public var postponed: [ShadowReader] = []
    /// The `mapping.edited` that rows are read by, where it was recorded before; nil has the importer
    /// see to it.
    package var mapping: Position?
    /// The number of the import that the rows come by; 0 for none.
    package var importNumber: UInt64 = 0
    /// Whether rows are a source's own messages, which come in any order and may each say a part.
    package var isDelivered = false
    /// Whether the importer says which texts came in, for a model that reads behind.
    package var keepsTextsForLater = false
    /// Subject numbers taken from the vault at a time, at least: whoever takes in few rows at a time,
    /// for long, has no commit of the vault for each.
    package var subjectsReservedMin = 1
    /// Reads and decides, and writes nothing.
    public var isDryRun = false
    /// Response time of rows whose file has none.
    public var defaultTime: Microseconds
    /// Threads that seal and classify.
    public var threads: Int
    /// Name of what is imported, such as the file's: rows without an id of the source are told
    /// apart by it, by their number and by their content.
    public var delivery = ""
    /// Rows of one commit.
    public var batchRows = 16_384

    /// Options.
    public init(actor: Actor, defaultTime: Microseconds, threads: Int) {
        self.actor = actor
        self.defaultTime = defaultTime
        self.threads = max(1, threads)
    }
}
