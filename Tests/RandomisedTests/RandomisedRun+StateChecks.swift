import AuditProjection
import LedgerCore
import LedgerFixtures
import LedgerReplay
import LineageProjection
import NPSLedger
import NaiveFolds

extension RandomisedRun {
    /// Live, folded in memory, rebuilt from nothing and folded in parallel are one state; and what
    /// it answers is what reading every event gives.
    func checkStates(_ numbers: inout SeededNumbers) throws {
        let scores = try checkFolds(
            projections.scores, replicas.map { ($0, $0.projections.scores) }, &numbers,
            poisoned: naive.poisoned)
        let lineage = try checkFolds(
            projections.lineage, replicas.map { ($0, $0.projections.lineage) }, &numbers)
        let audit = try checkFolds(
            projections.audit, replicas.map { ($0, $0.projections.audit) }, &numbers)
        try projections.scores.read { state, record in
            try checkScores(of: state, upTo: record.position, "live", &numbers)
            try checkCube(of: state, upTo: record.position, &numbers)
            try report(state, upTo: record.position, &numbers)
        }
        try checkScores(of: scores.state, upTo: known.size, "rebuilt", &numbers)
        try projections.lineage.read { state, record in
            try checkLineage(of: state, upTo: record.position, &numbers)
        }
        try checkLineage(of: lineage.state, upTo: known.size, &numbers)
        try projections.audit.read { state, record in
            try checkAudit(of: state, upTo: record.position, &numbers)
        }
        try checkAudit(of: audit.state, upTo: known.size, &numbers)
    }

    /// - Returns: the fold in memory, at the log's end.
    private func checkFolds<P: Projection>(
        _ live: ProjectionStore<P>, _ replicas: [(Replica<Scores>, ProjectionStore<P>)],
        _ numbers: inout SeededNumbers, poisoned: (Position) -> [Position] = { _ in [] }
    ) throws -> MemoryFold<P> {
        let id = P.descriptor.id
        var fold = MemoryFold<P>()
        let (record, digest) = try live.read { state, record in
            (record, try StateDigest.compute(state))
        }
        try hold(record.position <= known.size, "\(id) is at \(record.position), beyond the log")
        try fold.advance(to: record.position, ledger.log)
        try agree(
            digest, try fold.digest, "the digest of \(id), live at \(record.position) and folded")
        let quarantine = try live.quarantine().map(\.position)
        note("poison met", quarantine.count)
        try agree(quarantine, poisoned(record.position), "the quarantine of \(id)")
        try agree(record.poisoned, UInt64(quarantine.count), "the count of \(id)'s quarantine")
        try checkReplay(live, digest, &numbers)

        try fold.advance(to: known.size, ledger.log)
        try agree(fold.poisoned, poisoned(known.size), "the events \(id) cannot apply")
        let digestAtEnd = try fold.digest
        try checkReplica(replicas[0], digestAtEnd)
        try checkReplica(replicas[1 + numbers.below(replicas.count - 1)], digestAtEnd)
        return fold
    }

    /// The store's own verification, which replays on several threads and holds every commitment
    /// on record against the replay as it was then.
    private func checkReplay<P: Projection>(
        _ live: ProjectionStore<P>, _ digest: [UInt8], _ numbers: inout SeededNumbers
    ) throws {
        guard numbers.happens(percent: 7) else { return }
        let report = try live.verify(with: ledger.log, threads: 1 + numbers.below(3))
        try hold(report.isSound, "\(report.id) is not sound: \(report.findings)")
        try agree(report.replayed ?? [], digest, "the digest of \(report.id), verified")
        note("states verified")
        note("commitments verified", report.commitments.count)
    }

    /// A rebuild in another way: serial, or on several threads, in spans and commits of any size.
    private func checkReplica<P: Projection>(
        _ replica: (Replica<Scores>, ProjectionStore<P>), _ digest: [UInt8]
    ) throws {
        note(replica.0.threads == 1 ? "serial rebuilds" : "parallel rebuilds")
        let what = "\(P.descriptor.id) by \(replica.0.name)"
        let digests = try replica.1.rebuild(from: ledger.log, threads: replica.0.threads)
        try agree(digests.new, digest, "the digest of \(what), rebuilt and folded")
        try agree(digests.old ?? digests.new, digests.new, "the digest of \(what), rebuilt twice")
        try agree(try replica.1.digest(), digests.new, "the digest of \(what) after the swap")
        try agree(try replica.1.live().position, known.size, "how far \(what) was rebuilt")
    }

    private func checkLineage(
        of state: some StateReader, upTo end: Position, _ numbers: inout SeededNumbers
    ) throws {
        let named = naiveLineage.responses(asOf: end)
        for _ in 0..<3 {
            // What events name, a response or not; and now and then any position.
            let response =
                named.isEmpty || numbers.happens(percent: 10)
                ? Position(numbers.below(Int(end) + 2)) : named[numbers.below(named.count)]
            let asOf = numbers.happens(percent: 50) ? end : Position(numbers.below(Int(end) + 1))
            let expected = naiveLineage.events(of: response, asOf: asOf)
            try agree(
                try LineageQuery.events(of: response, asOf: asOf, in: state), expected,
                "the lineage of \(response) as of \(asOf)")
        }
    }

    private func checkAudit(
        of state: some StateReader, upTo end: Position, _ numbers: inout SeededNumbers
    ) throws {
        let asOf = numbers.happens(percent: 50) ? end : Position(numbers.below(Int(end) + 1))
        var acts: [NaiveAudit.Record] = []
        try AuditQuery.acts(asOf: asOf, in: state) { act in
            acts.append(NaiveAudit.Record(act))
            return true
        }
        try agreeOnEach(acts, naiveAudit.acts(asOf: asOf), "the acts as of \(asOf)")
        var rejections: [NaiveAudit.Record] = []
        try AuditQuery.rejections(asOf: asOf, in: state) { rejection in
            rejections.append(NaiveAudit.Record(rejection))
            return true
        }
        try agreeOnEach(
            rejections, naiveAudit.rejections(asOf: asOf), "the rejected rows as of \(asOf)")
        let counts = try AuditQuery.rejectionCounts(asOf: asOf, in: state)
        try agree(
            counts.reduce(0) { $0 + $1.count }, rejections.count,
            "the count of rejected rows as of \(asOf)")
    }
}
