import LedgerCore

extension AuditAct {
    /// The record in the state. `kind` comes first in CBOR's order of keys, so that a walk can
    /// pass over the kinds it does not want without decoding them.
    var encoded: [UInt8] {
        var fields = EventFields([
            "kind": .unsigned(UInt64(kind.rawValue)), "actor": .text(actor),
            "after": .map(after.fields.values), "recorded": .integer(recordedAt),
            "occurred": .integer(occurredAt),
        ])
        if let before { fields["before"] = .map(before.fields.values) }
        if let cause { fields["cause"] = .unsigned(cause) }
        if let rollsBack { fields["rollsBack"] = .unsigned(rollsBack) }
        // A name longer than “kind”, which has to come first.
        if let gate { fields["evidence"] = gate.encoded }
        if isDisputed { fields["disputed"] = .bool(true) }
        if sealedReason != nil { fields["sealed"] = .bool(true) }
        return CBORValue.map(fields.values).encoded
    }

    /// Reads a record.
    init(
        stored bytes: UnsafeRawBufferPointer, position: Position
    ) throws(AuditStateDamage) {
        let kind = try Self.kind(ofStored: bytes, position: position)
        do throws(CBORError) {
            var cursor = CBORCursor(unsafe: bytes)
            let fields = EventFields(try cursor.value())
            let before = fields["before"].map { EventFields($0) }
            self.init(
                position: position, recordedAt: try fields.number("recorded"),
                occurredAt: try fields.number("occurred"), actor: try fields.text("actor"),
                cause: try fields.optionalUnsigned("cause"),
                before: try before.map { (found) throws(CBORError) in
                    try AuditFact(kind: kind, fields: found)
                },
                after: try AuditFact(
                    kind: kind, fields: EventFields(fields["after"] ?? .null)),
                rollsBack: try fields.optionalUnsigned("rollsBack"),
                gate: try fields["evidence"].map { (found) throws(CBORError) in
                    try GateEvidence(found)
                },
                isDisputed: try fields.flag("disputed"),
                sealedReason: try fields.flag("sealed") ? position : nil)
        } catch {
            throw AuditStateDamage(position: position, reason: error.description)
        }
    }

    /// The kind of a record, read in place.
    static func kind(
        ofStored bytes: UnsafeRawBufferPointer, position: Position
    ) throws(AuditStateDamage) -> AuditActKind {
        do throws(CBORError) {
            var cursor = CBORCursor(unsafe: bytes)
            _ = try cursor.map()
            let key = try cursor.unsafeText()
            guard key.elementsEqual("kind".utf8),
                let code = UInt8(exactly: try cursor.unsigned()),
                let kind = AuditActKind(rawValue: code)
            else { throw CBORError(.invalidField, offset: cursor.offset, field: "kind") }
            return kind
        } catch {
            throw AuditStateDamage(position: position, reason: error.description)
        }
    }
}

extension EventFields {
    /// An optional number without sign: positions reach beyond Int64.
    func optionalUnsigned(_ key: String) throws(CBORError) -> UInt64? {
        values[key] == nil ? nil : try unsigned(key)
    }
}
