import LedgerVault

/// Where the parts of a ledger lie.
public struct LedgerPaths: Hashable, Sendable {
    /// The ledger's directory.
    public let directory: String
    /// The master key's file, outside the directory.
    public let masterKey: String

    /// What says which programs may be run, outside the directory.
    public let approvals: ProgramApprovals

    /// Paths of the ledger in `directory`.
    ///
    /// - Parameters:
    ///   - masterKey: by default `directory` with `.key` added.
    ///   - approvals: by default those of the user of this process.
    public init(
        directory: String, masterKey: String? = nil, approvals: ProgramApprovals = .ofUser()
    ) {
        self.approvals = approvals
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

    /// Who but its owner may read or change the master key, such as “everybody may read it”; nil where
    /// nobody may, or there is none.
    public var masterKeyExposure: String? { MasterKey.exposure(ofFile: masterKey) }
}
