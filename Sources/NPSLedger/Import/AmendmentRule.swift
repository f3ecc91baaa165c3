import LedgerCore
import LedgerStore

/// Decides what a second message about a recorded response is.
struct AmendmentRule {
    enum Verdict {
        case duplicate
        /// What came later says all of it otherwise, or as well.
        case superseded
        /// The `number`-th amendment of the response, with what changes.
        case amend(score: UInt16?, hasText: Bool, changesSegments: Bool, number: Int)
        case conflict
    }

    /// What a response says by now, as far as a later message is classified by it.
    struct Standing: Sendable {
        var score: UInt16?
        var hasText: Bool
        var updatedAt: Microseconds?
        /// How many amendments there are.
        var amendmentCount = 0
        /// What the source sent for the last of them.
        var lastBody: Hash128?
        /// What the source sent for them.
        var bodies: Set<Hash128> = []

        init(_ row: PreparedRow) {
            score = row.score
            hasText = row.hasText
            updatedAt = row.updatedAt
        }

        init(_ recorded: ResponseRecorded) {
            score = recorded.score
            hasText = recorded.hasText
            updatedAt = recorded.updatedAt
        }

        mutating func amend(
            score: UInt16?, hasText: Bool, updatedAt: Microseconds?, body: Hash128
        ) {
            self.score = score ?? self.score
            self.hasText = self.hasText || hasText
            // What is older adds something, and does not make the whole older.
            if let updatedAt { self.updatedAt = max(updatedAt, self.updatedAt ?? updatedAt) }
            amendmentCount += 1
            lastBody = body
            bodies.insert(body)
        }
    }

    /// A response as the log has it, with all its amendments.
    struct Known {
        let subject: UInt64
        var segments: [String: String]
        var standing: Standing

        /// Takes in an amendment that was decided on, so that the next row is classified by it before it
        /// is in the log.
        mutating func amend(_ amended: ResponseAmended, body: Hash128) {
            standing.amend(
                score: amended.score, hasText: amended.hasText, updatedAt: amended.updatedAt,
                body: body)
            segments = amended.segments ?? segments
        }
    }

    let log: EventLog
    let source: String

    /// The response at `position` and what was made of it; nil where there is no response.
    func known(_ id: String, recordedAs position: Position) throws -> Known? {
        let recorded = try log.withEvent(position) { event in
            event.name == .responseRecorded ? try ResponseRecorded(event) : nil
        }
        guard case .some(.some(let recorded)) = recorded else { return nil }
        var known = Known(
            subject: recorded.subject, segments: recorded.segments, standing: Standing(recorded))
        while let next = try log.lookUp([
            .amendment(known.standing.amendmentCount + 1, of: id, source: source)
        ])[0] {
            let amended = try log.withEvent(next.position) { event in
                event.name == .responseAmended ? try ResponseAmended(event) : nil
            }
            guard case .some(.some(let amended)) = amended else {
                throw LedgerError(
                    .corrupt,
                    "the key of amendment \(known.standing.amendmentCount + 1) of “\(id)” points to "
                        + "position \(next.position), where there is none",
                    remedy: .verify)
            }
            known.amend(amended, body: next.body)
        }
        return known
    }

    /// The newest `updated` time wins; without times, a text may follow a score that came alone.
    ///
    /// - Parameter isDelivered: whether the messages are a source's own, as they were delivered, and
    ///   not rows of an export. They come in any order, and each may say a part: an older one adds
    ///   what is missing, and no more; without times, the later one is the newer.
    static func decide(
        _ prepared: PreparedRow, on standing: Standing, hasSameSegments: Bool,
        isDelivered: Bool = false
    ) -> Verdict {
        if standing.bodies.contains(prepared.body) { return .duplicate }
        let number = standing.amendmentCount + 1
        let isSameScore = prepared.score == standing.score
        let isNewer =
            prepared.updatedAt.map { $0 > standing.updatedAt ?? .min }
            ?? (isDelivered && standing.updatedAt == nil)
        let addsText =
            hasSameSegments && !standing.hasText && prepared.hasText
            && (prepared.score == nil || isSameScore)
            && prepared.updatedAt == nil && standing.updatedAt == nil
        if isDelivered, !isNewer {
            let score = standing.score == nil ? prepared.score : nil
            let hasText = prepared.hasText && !standing.hasText
            guard score != nil || hasText else { return .superseded }
            return .amend(score: score, hasText: hasText, changesSegments: false, number: number)
        }
        guard isNewer || addsText else { return .conflict }
        return .amend(
            score: isSameScore ? nil : prepared.score, hasText: prepared.hasText,
            changesSegments: !hasSameSegments, number: number)
    }
}

extension Ledger {
    /// When the source last changed a response, as far as it was told; nil where it said no time.
    package func lastChange(
        ofResponse id: String, source: String, recordedAs position: Position
    ) throws -> Microseconds? {
        try AmendmentRule(log: log, source: source).known(id, recordedAs: position)?.standing
            .updatedAt
    }
}
