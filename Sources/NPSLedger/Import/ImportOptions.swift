import Classification
import LedgerCore

/// How rows are taken in.
public struct ImportOptions: Sendable {
    /// Who imports.
    public var actor: Actor
    /// The model that judges texts as they come in; nil leaves them unread.
    public var model: (version: ModelVersion, reader: ModelReader)?
    /// Models that read the same texts without counting.
    public var shadows: [ShadowReader] = []
    /// Models that read without counting when all is recorded: the import says which texts are
    /// theirs.
    public var postponed: [ShadowReader] = []
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
