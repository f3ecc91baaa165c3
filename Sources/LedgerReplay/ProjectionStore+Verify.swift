import LMDB
import LedgerCore
import LedgerStore
import Synchronization

extension ProjectionStore {
    /// How often a live state is read again that others folded or rebuilt meanwhile.
    private static var looksMax: Int { 4 }

    /// What is damaged in the file's own structure, which would kill the process that follows it;
    /// nil where nothing is.
    func pageDamage() throws -> String? {
        do {
            return try StateTables.damage(in: environment)
        } catch let error as LMDBError {
            guard error.code == .corrupted else { throw LedgerError(error) }
            return error.detail
        }
    }

    /// Throws a `LedgerError` with code `corrupt` where the file holds a page that LMDB cannot have
    /// written.
    public func checkPages() throws {
        guard let damage = try pageDamage() else { return }
        throw LedgerError(
            .corrupt, Self.message(ofDamage: damage), remedy: .rebuild(projection: P.descriptor.id))
    }

    private static func message(ofDamage damage: String) -> String {
        "the file of \(P.descriptor.id) is damaged (\(damage))"
    }

    /// Replays the log from the start, beside the live state, and compares the two; on the way,
    /// holds every commitment of this version against the replay as it was then.
    ///
    /// Where they differ, halving the log finds the first event about which they do. What is wrong
    /// becomes a finding; only what has nothing to do with this projection's state is thrown.
    /// - Parameters:
    ///   - threads: how many read the log.
    ///   - progress: called now and then with position and target of the replay.
    public func verify(
        with log: EventLog, threads: Int = 1, progress: ((Position, Position) throws -> Void)? = nil
    ) throws -> ProjectionVerification {
        var report = ProjectionVerification(P.descriptor)
        if let damage = try pageDamage() {
            report.add(ProjectionFinding(.pages, nil, Self.message(ofDamage: damage)))
            return report
        }
        if let witness = place.withLock({ $0.leavesWitness ? $0.reason : nil }) {
            report.add(ProjectionFinding(.witness, nil, "the state of \(report.id): \(witness)"))
        }
        let scratch = try ScratchDirectory(near: environment.path)
        let replay = try ProjectionStore<P>(
            directory: scratch.path, commitEvents: commitEvents, movesWhenUnwritable: true)
        defer { replay.close() }
        let ours = try ProjectionCommitment.all(of: report.id, in: log)
            .sorted { ($0.upTo, $0.position) < ($1.upTo, $1.position) }
        let end = max(try live().position, ours.last { $0.upTo <= $0.position }?.upTo ?? 0)
        func fold(to position: Position) throws {
            try replay.catchUp(with: log, to: position, threads: threads) { done, _ in
                try progress?(done, end)
            }
        }
        var current: (upTo: Position, digest: [UInt8])?
        for commitment in ours {
            guard commitment.version == report.version, commitment.upTo <= commitment.position
            else {
                report.commitments.append(
                    CommitmentCheck(
                        commitment: commitment,
                        result: commitment.upTo > commitment.position ? .ahead : .notComparable))
                continue
            }
            if current?.upTo != commitment.upTo {
                try fold(to: commitment.upTo)
                current = (commitment.upTo, try replay.digest())
            }
            let digest = current?.digest ?? []
            report.commitments.append(
                CommitmentCheck(
                    commitment: commitment,
                    result: digest == commitment.digest ? .equal : .different(replayed: digest)))
        }
        try compareLive(replay, log, &report, fold: fold)
        try progress?(end, end)
        report.classifyCommitments()
        return report
    }

    /// Compares the live state with the replay at the same position. Others may fold it on, or
    /// rebuild it, while the log is replayed: a difference counts once the state stands still.
    private func compareLive(
        _ replay: ProjectionStore<P>, _ log: EventLog, _ report: inout ProjectionVerification,
        fold: (Position) throws -> Void
    ) throws {
        var last: (record: BuildRecord, digest: [UInt8])?
        for _ in 0..<Self.looksMax {
            let record: BuildRecord
            let digest: [UInt8]
            do {
                (record, digest) = try liveDigest()
            } catch let damage as DamagedBlock {
                report.replayed = nil
                report.add(ProjectionFinding(.state, nil, "\(damage)"))
                return
            }
            (report.position, report.digest) = (record.position, digest)
            guard try isOf(log, record) else {
                report.replayed = nil
                if let witness = try witness(record, against: log) {
                    report.add(
                        ProjectionFinding(.witness, nil, "the state of \(report.id): \(witness)"))
                } else {
                    report.add(
                        ProjectionFinding(
                            .state, nil,
                            "the state of \(report.id) is not one that this program folded from this "
                                + "log"))
                }
                return
            }
            if try replay.live().position > record.position { try replay.empty() }
            try fold(record.position)
            let replayed = try replay.digest()
            report.replayed = replayed
            if replayed == digest {
                return try compareQuarantine(replay, record, &report)
            }
            if let last, last == (record, digest) { break }
            last = (record, digest)
        }
        let divergence = try divergence(from: replay, before: report.position, log)
        report.divergence = divergence
        report.add(
            ProjectionFinding(
                .replay, divergence.position,
                // A rebuild makes the two equal whichever of them was changed, and takes the only
                // witness of a forged log with it.
                "the live state of \(report.id) is not what the log gives: \(divergence). One of the "
                    + "two was changed. Clear the log first: hold it against a root noted elsewhere "
                    + "or a backup, and only then rebuild the state"))
    }

    /// Compares what was left out: whether an answer is complete depends on it, and no digest has it.
    private func compareQuarantine(
        _ replay: ProjectionStore<P>, _ record: BuildRecord,
        _ report: inout ProjectionVerification
    ) throws {
        let replayed = try replay.quarantine()
        let live = try quarantine()
        guard live != replayed || record.poisoned != UInt64(live.count),
            try self.live() == record
        else { return }
        report.add(
            ProjectionFinding(
                .state, nil,
                "the quarantine of \(report.id) is not what the log gives"))
    }

    private func empty() throws {
        do {
            try environment.write { transaction in
                try clear(try liveIndex(transaction), transaction)
            }
        } catch let error as LMDBError {
            throw LedgerError(error)
        }
    }
}

/// What came of holding a projection against the log.
public struct ProjectionVerification: Hashable, Sendable {
    /// The projection's id.
    public let id: String
    /// Version of the projection.
    public let version: UInt32
    /// How far the live state had come.
    public internal(set) var position: Position = 0
    /// Digest of the live state; nil where it was not read.
    public internal(set) var digest: [UInt8]?
    /// Digest of the replay up to the same position; nil where there was none.
    public internal(set) var replayed: [UInt8]?
    /// Where live state and replay part; nil where they do not.
    public internal(set) var divergence: StateDivergence?
    /// The commitments to this projection's states, in the order of what they commit to.
    public internal(set) var commitments: [CommitmentCheck] = []
    /// What is wrong.
    public internal(set) var findings: [ProjectionFinding] = []

    /// Whether nothing is wrong.
    public var isSound: Bool { findings.isEmpty }
    /// Whether the file itself is damaged, or the state in it cannot be read.
    public var isDamaged: Bool {
        findings.contains { $0.check == .pages || $0.check == .state }
    }

    /// How many commitments came to this.
    public func count(where matches: (CommitmentCheck.Result) -> Bool) -> Int {
        commitments.count { matches($0.result) }
    }

    init(_ descriptor: ProjectionDescriptor) {
        id = descriptor.id
        version = descriptor.version
    }

    /// Adds what somebody else found out about the state, such as that it cannot be folded on.
    public mutating func add(_ finding: ProjectionFinding) { findings.insert(finding, at: 0) }
}

/// Something that is wrong with a projection's state or its commitments.
public struct ProjectionFinding: Hashable, Sendable, CustomStringConvertible {
    /// What was checked.
    public enum Check: String, Sendable {
        /// The file's own structure; nothing else is looked at where it is damaged.
        case pages
        /// Whether the state can be read and folded on.
        case state
        /// Whether the log has all that the state has seen.
        case witness
        /// The live state against a replay.
        case replay
        /// A commitment against a replay.
        case commitment
    }

    /// What was checked.
    public let check: Check
    /// The event concerned, where one is.
    public let position: Position?
    /// What is wrong, and what to do.
    public let problem: String

    /// A finding.
    public init(_ check: Check, _ position: Position?, _ problem: String) {
        self.check = check
        self.position = position
        self.problem = problem
    }

    /// What is wrong; the position stands in it.
    public var description: String { problem }
}
