/// `ledger.opened`: position 0 of every log.
public struct LedgerOpened: EventPayload {
    /// `ledger.opened`
    public static let name = EventName.ledgerOpened
    /// 1
    public static let version: UInt32 = 1

    /// The ledger's name in checkpoints, such as `ledger.example/nps`.
    public var origin: String
    /// The program that created it, such as `npsledger 0.1.0`.
    public var program: String

    /// A payload.
    public init(origin: String, program: String) {
        self.origin = origin
        self.program = program
    }

    /// The deterministic CBOR map.
    public var encodedPayload: [UInt8] {
        CBORValue.map(["origin": .text(origin), "program": .text(program)]).encoded
    }

    /// Reads version 1.
    public init(fields: EventFields) throws(CBORError) {
        origin = try fields.text("origin")
        program = try fields.text("program")
    }
}
