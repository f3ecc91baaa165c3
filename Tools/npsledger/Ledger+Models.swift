import NPSLedger

extension Ledger {
    /// The models of this ledger; the encoders they read vectors of are those of this user.
    var models: ModelRegistry { ModelRegistry(self, encoders: .none) }
}
