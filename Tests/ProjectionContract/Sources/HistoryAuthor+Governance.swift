import LedgerCore

extension HistoryAuthor {
    mutating func openLedger() throws(EntryError) {
        try append(
            LedgerOpened(origin: "ledger.example/nps", program: "npsledger 0.1.0"),
            by: "system")
    }

    mutating func editMapping() throws(EntryError) {
        let column = numbers.pick(["NPS", "rating", "note"]) ?? "NPS"
        let payload = MappingEdited(
            source: numbers.pick(Self.sources) ?? "web",
            mapping: #"{"columns":{"score":"\#(column)"}}"#)
        let mapping = next
        try append(payload, by: "analyst")
        guard numbers.happens(percent: 50) else { return }
        try append(
            ImportStarted(
                number: UInt64(1 + numbers.below(9)), source: payload.source, mapping: mapping,
                kind: numbers.pick(ImportStarted.Kind.allCases) ?? .files,
                scheme: numbers.pick(["unsigned", "typeform", nil]) ?? nil),
            by: "npsledgerd", cause: mapping)
        let delivery = next
        try append(
            DeliveryReceived(
                hook: payload.source, scheme: "typeform", bytes: 17, type: "application/json",
                subject: newSubject()),
            by: "hook", sealed: true)
        try append(
            DeliveryMapped(
                delivery: delivery, importNumber: 1,
                outcome: numbers.pick(DeliveryMapped.Outcome.allCases) ?? .mapped,
                responses: UInt64(numbers.below(3))),
            by: "npsledgerd", cause: delivery)
    }

    mutating func registerModel() throws(EntryError) {
        modelCount += 1
        let payload = ModelRegistered(
            model: modelCount, kind: "ngram-1", digest: numbers.bytes(32),
            provenance: numbers.pick(["embedded", "trained", "file"]) ?? "trained",
            card: #"{"seed":\#(numbers.below(1000))}"#, program: "npsledger 0.2.0",
            encoder: numbers.happens(percent: 30) ? numbers.bytes(32) : nil,
            topics: numbers.happens(percent: 30) ? ["delay", "staff"] : [])
        try append(payload, by: "engineer")
    }

    /// A request and what came of it; where references may dangle, of another request or none.
    mutating func retrain() throws(EntryError) {
        let request = next
        try append(
            RetrainingRequested(
                trigger: numbers.pick(RetrainingTrigger.allCases) ?? .asked,
                follows: numbers.happens(percent: 70) ? anyModel() : nil,
                newLabels: UInt64(numbers.below(1000)), subject: newSubject()),
            by: "engineer", sealed: true)
        let outcome = numbers.pick(RetrainingOutcome.allCases) ?? .unchanged
        let isFailed = outcome == .failed
        try append(
            RetrainingCompleted(
                request: dangles && numbers.happens(percent: 30) ? next + 3 : request,
                outcome: outcome, model: isFailed ? nil : anyModel(),
                error: isFailed ? "too few examples" : nil),
            by: "engineer", cause: request)
    }

    mutating func activateModel() throws(EntryError) {
        try activate(anyModel(), rollsBack: nil)
    }

    mutating func rollBack() throws(EntryError) {
        // The first activation has no earlier model to return to.
        guard let last = activations.last, let earlier = last.previous else { return }
        let target = dangles && numbers.happens(percent: 30) ? next + 3 : last.position
        try activate(earlier, rollsBack: target)
    }

    private mutating func activate(
        _ model: ModelVersion, rollsBack: Position?
    ) throws(EntryError) {
        let isMistaken = dangles && numbers.happens(percent: 20)
        let payload = ModelActivated(
            model: model, previous: isMistaken ? modelCount + 9 : activeModel,
            rollsBack: rollsBack, subject: newSubject(),
            gate: rollsBack == nil && numbers.happens(percent: 40) ? gate() : nil)
        activations.append(Activation(position: next, previous: activeModel))
        activeModel = model
        try append(payload, by: "engineer", sealed: true)
    }

    mutating func shadowModel() throws(EntryError) {
        // Ends follow no beginning here, and beginnings may be of the active model: a log is not
        // held to what this software would write.
        let payload =
            numbers.happens(percent: 20)
            ? ModelShadowed(model: anyModel(), share: 1_000)
            : ModelShadowed(model: anyModel(), ends: numbers.happens(percent: 40))
        try append(payload, by: "engineer")
    }

    /// Evidence of one or two conditions; where references may dangle, some that does not hold.
    private mutating func gate() -> GateEvidence? {
        let limit = Int64(numbers.below(500))
        let observed = dangles ? Int64(numbers.below(1000)) - 500 : limit
        let change = GateCondition(.npsChange, .atMost, limit, basis: .blended).flatMap {
            GateFinding($0, observed: observed, responses: UInt64(numbers.below(1000)))
        }
        let segments = GateCondition(
            .segmentChange, .atMost, 20_000, basis: .inferred, by: ["region"], responsesAtLeast: 10
        ).flatMap {
            GateFinding(
                $0, observed: -limit, segment: ["region": "EMEA"],
                responses: UInt64(numbers.below(1000)))
        }
        let findings = [change, numbers.happens(percent: 50) ? segments : nil].compactMap { $0 }
        return GateEvidence(digest: numbers.bytes(32), asOf: next, findings: findings)
    }

    mutating func editThresholds() throws(EntryError) {
        thresholdsCount += 1
        let passiveFrom = 100 * (1 + numbers.below(10))
        let promoterFrom = passiveFrom + 50 * numbers.below((1000 - passiveFrom) / 50 + 1)
        let thresholds = Thresholds(
            passiveFrom: UInt16(passiveFrom), promoterFrom: UInt16(promoterFrom),
            confidenceMin: UInt16(numbers.below(7000)))
        let payload = ThresholdsEdited(
            id: thresholdsCount, thresholds: thresholds ?? .standard, subject: newSubject())
        try append(payload, by: "analyst", sealed: numbers.happens(percent: 80))
    }

    mutating func editPolicy() throws(EntryError) {
        let payload = PolicyEdited(
            policy: .externalModels,
            value: numbers.pick(Policy.externalModels.values ?? []) ?? "none", subject: newSubject()
        )
        try append(payload, by: "owner", sealed: numbers.happens(percent: 80))
    }

    /// Commits to some state: what the digest is of makes no difference to a fold.
    mutating func commitState() throws(EntryError) {
        let payload = ProjectionCommitted(
            projection: numbers.pick(["lineage", "nps-by-segment"]) ?? "lineage",
            projectionVersion: UInt32(1 + numbers.below(2)), upTo: next,
            digest: numbers.bytes(ProjectionCommitted.digestBytes))
        try append(payload, by: "system")
    }
}
