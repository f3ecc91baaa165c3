/// Where the parts of a ledger lie.
public struct LedgerPaths: Hashable, Sendable {
    /// The ledger's directory.
    public let directory: String
    /// The master key's file, outside the directory.
    public let masterKey: String

    /// Paths of the ledger in `directory`.
    ///
    /// - Parameter masterKey: by default `directory` with `.key` added.
    public init(directory: String, masterKey: String? = nil) {
        var trimmed = directory
        while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
        self.directory = trimmed
        self.masterKey = masterKey ?? trimmed + ".key"
    }

    /// `ledger.json`.
    public var manifest: String { directory + "/ledger.json" }
    /// The log's environment.
    public var log: String { directory + "/log" }
    /// The vault's environment.
    public var vault: String { directory + "/vault" }
    /// Folder of the projections, disposable.
    public var projections: String { directory + "/projections" }
    /// Environment of the embeddings, disposable.
    public var embeddings: String { directory + "/embeddings" }
    /// Folder of the model artefacts, by SHA-256.
    public var models: String { directory + "/models" }
}
