import Encoders
import NPSLedger

extension Ledger {
    /// Of this user; each is opened once in a process, however many models read its vectors.
    static let encoders = EncoderSource.store()

    /// The models of this ledger.
    var models: ModelRegistry { ModelRegistry(self, encoders: Self.encoders) }
}
