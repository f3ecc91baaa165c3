import LedgerCore
import LedgerQueries
import LedgerStore
import LedgerVault
import NPSLedger
import Presentation

/// What became of a model version and who did it, as the log tells it.
struct ModelLife {
    /// One act.
    struct Step {
        enum Kind: String {
            case requested
            case registered
            case shadowing
            case shadowEnded
            case activated
            case superseded
        }

        let kind: Kind
        let position: Position
        let recordedAt: Microseconds
        let actor: String
        /// What was done, without who and why.
        let act: String
        /// Why, where it was sealed beside the event and could be opened.
        let reason: String?
        let gate: GateEvidence?

        /// The act with who, when and why.
        var sentence: String {
            "\(act) at position \(position), \(Timestamp.format(recordedAt)), by "
                + TerminalText.sanitized(actor)
                + (reason.map { ": “\(TerminalText.sanitized($0, lineBreaks: .spaces))”" } ?? "")
        }

        var json: [(String, JSONValue)] {
            [
                ("act", .string(kind.rawValue)), ("position", .integer(position)),
                ("recordedAt", .string(Timestamp.format(recordedAt))), ("actor", .string(actor)),
                ("text", .string(act)), ("reason", .optional(reason)),
            ]
        }
    }

    let steps: [Step]

    /// The acts about a version before a position.
    init(
        _ version: ModelVersion, _ ledger: Ledger, asOf: Position, reader: SealedReader
    ) throws {
        var request: Position?
        var found: [(Step.Kind, String, Position, Microseconds, String, GateEvidence?)] = []
        try ledger.log.forEachEvent(
            in: 0..<asOf, named: [.modelRegistered, .modelShadowed, .modelActivated]
        ) { event in
            func add(_ kind: Step.Kind, _ act: String, gate: GateEvidence? = nil) {
                found.append(
                    (kind, act, event.position, event.recordedAt, event.actorName, gate))
            }
            switch event.name {
            case .modelRegistered:
                let registered = try ModelRegistered(event)
                guard registered.model == version else { break }
                request = registered.request
                add(.registered, "registered as model \(version)")
            case .modelShadowed:
                let shadowed = try ModelShadowed(event)
                guard shadowed.model == version else { break }
                add(
                    shadowed.ends ? .shadowEnded : .shadowing,
                    shadowed.ends
                        ? "its shadow ended"
                        : "shadowing from here"
                            + (shadowed.share.map {
                                " (\(Formatted.shortest(Double($0) / 100) ?? "")% of what comes in)"
                            } ?? ""))
            default:
                let activated = try ModelActivated(event)
                if activated.model == version {
                    add(
                        .activated,
                        activated.rollsBack.map { "made to count again (taking back \($0))" }
                            ?? "made to count", gate: activated.gate)
                } else if activated.previous == version {
                    add(
                        .superseded,
                        (activated.rollsBack == nil ? "superseded by" : "rolled back to")
                            + " model \(activated.model)")
                }
            }
            return true
        }
        if let request, request < asOf {
            try ledger.log.withEvent(request) { event in
                let asked = try RetrainingRequested(event)
                found.insert(
                    (
                        .requested,
                        "training asked for (\(asked.trigger.rawValue), "
                            + "\(Formatted.count(Int(clamping: asked.newLabels))) new labels)",
                        request, event.recordedAt, event.actorName, nil
                    ), at: 0)
            }
        }
        steps = try found.map { kind, act, position, recordedAt, actor, gate in
            Step(
                kind: kind, position: position, recordedAt: recordedAt, actor: actor, act: act,
                reason: try reader.open(position)?.reason, gate: gate)
        }
    }
}
