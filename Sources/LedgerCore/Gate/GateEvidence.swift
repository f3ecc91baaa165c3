/// On what ground a gate let a model pass: recorded with the activation, for whoever asks later.
public struct GateEvidence: Hashable, Sendable {
    /// Conditions of one gate; with longest names and values they fit an entry beside the rest.
    public static let conditionsMax = 24

    /// SHA-256 of the gate file's bytes.
    public let digest: [UInt8]
    /// As of which position it was measured: events from there on had no part in it.
    public let asOf: Position
    /// What was found, in the order of the file.
    public let findings: [GateFinding]

    /// Evidence, or nil without findings, with more than ``conditionsMax``, or for a digest that is
    /// none.
    public init?(digest: [UInt8], asOf: Position, findings: [GateFinding]) {
        guard digest.count == 32, (1...Self.conditionsMax).contains(findings.count) else {
            return nil
        }
        self.digest = digest
        self.asOf = asOf
        self.findings = findings
    }

    /// Whether every condition is met, by the figures given here.
    public var isMet: Bool { findings.allSatisfy(\.isMet) }

    /// The map that an event carries.
    public var encoded: CBORValue {
        .map([
            "asOf": .unsigned(asOf), "digest": .bytes(digest),
            "conditions": .array(findings.map(\.encoded)),
        ])
    }

    /// Reads a map.
    public init(_ value: CBORValue) throws(CBORError) {
        let fields = EventFields(value)
        var findings: [GateFinding] = []
        for item in fields["conditions"]?.arrayValue ?? [] {
            findings.append(try GateFinding(fields: EventFields(item)))
        }
        guard
            let evidence = GateEvidence(
                digest: try fields.bytes("digest"), asOf: try fields.unsigned("asOf"),
                findings: findings)
        else { throw CBORError(.invalidField, offset: 0, field: "gate") }
        self = evidence
    }
}
