import LedgerStore

extension LedgerError.Code {
    /// The ledger's directory cannot be made.
    public static let cannotCreate = LedgerError.Code(rawValue: "cannot-create")
    /// What was given cannot name a ledger.
    public static let invalidName = LedgerError.Code(rawValue: "invalid-name")
}
