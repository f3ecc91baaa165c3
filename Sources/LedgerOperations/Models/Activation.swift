import Catalog
import LedgerCore
import LedgerProof
import LedgerQueries
import LedgerReplay
import LedgerStore
import NPSBySegmentProjection
import NPSLedger
import NPSStatistics

/// A gate as it was written down, and what it is called where it is spoken of.
public struct NamedGate: Hashable, Sendable {
    /// Such as the path of its file.
    public let name: String
    /// The conditions.
    public let gate: Gate

    /// Reads a gate.
    ///
    /// - Throws: `LedgerError` with code `mismatch`, naming it, for what is no gate.
    public init(_ bytes: [UInt8], name: String) throws(LedgerError) {
        self.name = name
        do throws(GateFileError) {
            gate = try Gate(bytes)
        } catch {
            throw LedgerError(.mismatch, "\(name): \(error)")
        }
    }
}

/// A version that is to count, and under which conditions.
public struct ActivationRequest: Sendable {
    /// The version.
    public var model: ModelVersion
    /// Who asks for it.
    public var actor: Actor
    /// Why; sealed with the act. Not needed to hold a version against a gate alone.
    public var reason: String?
    /// What has to be met; nil for an activation without conditions.
    public var gate: NamedGate?
    /// Shows how the gate stands, and activates nothing; what is unread is read, and recorded.
    public var isDryRun = false

    /// A request.
    public init(
        _ model: ModelVersion, actor: Actor, reason: String?, gate: NamedGate? = nil,
        isDryRun: Bool = false
    ) {
        self.model = model
        self.actor = actor
        self.reason = reason
        self.gate = gate
        self.isDryRun = isDryRun
    }
}

/// How a candidate stands before a gate.
public struct GateStanding: Hashable, Sendable {
    /// The candidate.
    public let model: ModelVersion
    /// The active model it was held against; nil where none was active.
    public let active: ModelVersion?
    /// Each condition with what was found.
    public let report: GateReport
    /// The size of the log that it was measured on.
    public let asOf: Position
}

/// What came of an activation that was asked for.
public struct ActivationAnswer: Hashable, Sendable {
    /// How the version stands before the gate; nil where none was given.
    public let gate: GateStanding?
    /// What the activation changed; nil where the gate is not met, or nothing was to be activated.
    public let effect: ActivationEffect?
    /// What the activation records of the gate; nil without one, or where it is not met.
    public let evidence: GateEvidence?
}

extension OpenLedger {
    /// Makes a version the active one, where it passes the gate that is given.
    ///
    /// It has read everything before it counts, so that the score is complete at once; what it read
    /// stays recorded where the gate is not met.
    ///
    /// - Returns: What was found, and what changed. A gate that is not met is an answer.
    /// - Throws: `LedgerError` with code `not-found` where there is no such version; `refused` where
    ///   it is active already, or for a reason that is none; `mismatch` for a gate that names a dimension no response has;
    ///   `overtaken` where another version became active meanwhile, or thresholds were edited since
    ///   the gate was measured; `invalid` for a dry run without a gate; and what reading throws.
    public func activate(_ request: ActivationRequest) throws -> ActivationAnswer {
        let version = request.model
        models.beginAct()
        guard !request.isDryRun || request.gate != nil else {
            throw LedgerError(.invalid, "without a gate there is nothing to hold a version against")
        }
        if !request.isDryRun { _ = try Ledger.checked(reason: request.reason ?? "") }
        // Decided once, and before anything that takes long: where another version becomes active
        // from here on, this one does not take its place unasked.
        let plan = try models.planActivation(of: version)
        if let gate = request.gate {
            // A gate that is wrong must not cost a reading of the history.
            try refresh(catalog.npsBySegment)
            try GateMeasuring.check(gate.gate, named: gate.name, self)
        }
        try readEverything(version)
        var standing: GateStanding?
        var evidence: GateEvidence?
        if let gate = request.gate?.gate {
            let found = try stand(version, before: gate)
            evidence = found.report.evidence(asOf: found.asOf)
            guard found.report.isMet, !request.isDryRun else {
                return ActivationAnswer(gate: found, effect: nil, evidence: evidence)
            }
            standing = found
        }
        let before = try currentScore()
        let receipt = try models.activate(
            plan, reason: request.reason ?? "", actor: request.actor, gate: evidence)
        let effect = self.effect(of: version, receipt, before: before)
        if let evidence, receipt.position > evidence.asOf {
            observer.notice(
                .model(
                    .eventsAfterGate(receipt.position - evidence.asOf, from: evidence.asOf)))
        }
        return ActivationAnswer(gate: standing, effect: effect, evidence: evidence)
    }

    private func stand(
        _ version: ModelVersion, before gate: Gate
    ) throws -> GateStanding {
        let (measured, asOf) = try GateMeasuring.measure(gate, version, self)
        if gate.asksAboutQuality {
            let model = try models.model(version)
            // Where it was trained here that is known, and not looked up a second time.
            if model.training == nil, case .unknown = try TrainedOn(model, self) {
                observer.notice(.trainingUnknown(model: version))
            }
        }
        return GateStanding(
            model: version, active: measured.active, report: gate.evaluate(measured), asOf: asOf)
    }
}

/// An act that made a version count, and the score before and after it.
public struct ActivationEffect: Hashable, Sendable {
    /// The version that counts by it.
    public let model: ModelVersion
    /// Position of the act.
    public let position: Position
    /// Its leaf hash in the Merkle tree, in lower-case hexadecimal.
    public let leafHash: String
    /// The sums before, blended, over all responses.
    public let before: NPSCounts
    /// The sums after; nil where they cannot be told, which the observer hears of.
    public let after: NPSCounts?
}

extension OpenLedger {
    /// Has a version read until nothing is unread, before it counts. What it read is recorded, and
    /// told.
    func readEverything(_ version: ModelVersion) throws {
        let texts = try classifyEverything(by: version).classified
        if texts > 0 { observer.notice(.model(.readBefore(version, texts: texts))) }
    }

    /// The sums of all responses as they count now.
    func currentScore() throws -> NPSCounts {
        try refresh(catalog.npsBySegment)
        return try catalog.npsBySegment.read { state, build in
            let lens = try resolve(LensRequest(), horizon: build.position, state)
            return try NPSBySegmentQuery(state, workers: workers).tally(lens, SegmentSelection())
                .reduce(into: .zero) { $0 = $0 + $1.tallies[0].counts }
        }
    }

    /// What an act that was recorded has changed, after the version has read what came in
    /// meanwhile.
    ///
    /// The act counts: whatever fails from here on is told and not thrown, for who was told of a
    /// failure would do it once more.
    func effect(
        of version: ModelVersion, _ receipt: Receipt, before: NPSCounts
    ) -> ActivationEffect {
        readWhatCameMeanwhile(version)
        var after: NPSCounts?
        do {
            after = try currentScore()
            try refreshAll()
        } catch {
            observer.notice(
                .model(.effectUnknown(position: receipt.position, LedgerError(anything: error))))
        }
        return ActivationEffect(
            model: version, position: receipt.position, leafHash: receipt.leafHash.description,
            before: before, after: after)
    }

    /// Has a version that has just become active read what came in since it was last asked.
    ///
    /// An import that goes on asks which version is active when it ends, and lets that one read what
    /// is unread. One that asked just before the activation was recorded left its texts to the
    /// former version alone; they are in the log by now, so that nothing stays unread.
    private func readWhatCameMeanwhile(_ version: ModelVersion) {
        do {
            let texts = try classifyEverything(by: version).classified
            if texts > 0 { observer.notice(.model(.readAfterwards(version, texts: texts))) }
        } catch {
            observer.notice(.model(.notReadYet(LedgerError(anything: error))))
        }
    }
}
