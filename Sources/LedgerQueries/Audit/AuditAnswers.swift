import AuditProjection
import Catalog
import LedgerCore
import LedgerReplay
import LedgerStore
import LedgerVault
import NPSLedger

/// Which page of acts, or of rows in quarantine, is asked for.
public struct AuditRequest: Hashable, Sendable {
    /// Only what was recorded by then.
    public var asOf = LensRequest.Moment.now
    /// At most so many; nil for all.
    public var limit: Int? = 50
    /// So many are passed over first.
    public var offset = 0
    /// Whether reasons and rows are opened, where the master key can.
    public var opensSealed = true
    /// Which acts; rows in quarantine only by actor and time.
    public var filter = AuditFilter()
    /// Which end of the log comes first.
    public var order = Order.oldestFirst
    /// Whether what one actor recorded of one kind in one go is one act, such as a sample of
    /// responses that people are asked to read.
    public var groups = false

    /// Which end of the log comes first.
    public enum Order: Sendable {
        /// As they stand in the log.
        case oldestFirst
        /// The latest first.
        case newestFirst
    }

    /// The first page of what there is.
    public init() {}

    func check() throws(LedgerError) {
        guard limit ?? 1 > 0, offset >= 0 else {
            throw LedgerError(.invalid, "a page has a size of 1 or more, and begins at 0 or later")
        }
    }
}

/// One act of governance: who changed what, when, why.
public struct AuditedAct: Sendable {
    /// Where its event stands.
    public let position: Position
    /// The event type.
    public let event: EventName
    /// When the log took it in.
    public let recordedAt: Microseconds
    /// What the clock said, where that is not when it was recorded.
    public let clock: Microseconds?
    /// Who did it.
    public let actor: String
    /// The event that led to it.
    public let cause: Position?
    /// What stood before by the log's own record; nil where nothing did.
    public let before: AuditFact?
    /// What stands since.
    public let after: AuditFact
    /// Position of the activation it takes back, for a rollback.
    public let rollsBack: Position?
    /// On what ground a gate let the model pass.
    public let gate: GateEvidence?
    /// Whether the log does not bear out what the event says.
    public let isDisputed: Bool
    /// Why; nil where nothing was sealed, or it stays closed.
    public let reason: String?
    /// How many events it stands for; more than one only in groups.
    public let count: Int
    /// Where the last of them stands.
    public let through: Position
}

/// A page of acts.
public struct AuditAnswer: Sendable {
    /// Only what was recorded before this position.
    public let asOf: Position
    /// Events before it that could not be applied, so that the answer lacks them.
    public let incomplete: Int
    /// The acts.
    public let acts: [AuditedAct]
    /// How many follow on later pages.
    public let omitted: Int
    /// How many there are of what is asked for, over all pages.
    public let matching: Int
    /// How many acts there are at all; told only where none is on the page.
    public let existing: Int?
    /// Why reasons are not shown, where some are sealed.
    public let sealedBecause: String?
}

/// Which rows in quarantine are asked for.
public struct QuarantineRequest: Hashable, Sendable {
    /// Only rows of this source; nil for all.
    public var source: String?
    /// Only rows rejected for this reason; nil for all.
    public var code: String?
    /// Which page.
    public var page: AuditRequest

    /// A page of rows.
    public init(source: String? = nil, code: String? = nil, page: AuditRequest = AuditRequest()) {
        self.source = source
        self.code = code
        self.page = page
    }
}

/// A row of a source that could not be recorded.
public struct QuarantinedRow: Sendable {
    /// Where its event stands.
    public let position: Position
    /// When the log took it in.
    public let recordedAt: Microseconds
    /// The source.
    public let source: String
    /// Number of the data row in its file, counted from 1.
    public let row: UInt64
    /// Line of the file that it begins on, counted from 1.
    public let line: UInt64
    /// Why, as a stable code.
    public let code: String
    /// The column concerned, where one is.
    public let column: String?
    /// What would have been accepted.
    public let expected: String
    /// The row as it came in; nil where it stays closed.
    public let sourceRow: String?
}

/// A page of rows in quarantine.
public struct QuarantineAnswer: Sendable {
    /// Only what was recorded before this position.
    public let asOf: Position
    /// Events before it that could not be applied, so that the answer lacks them.
    public let incomplete: Int
    /// The rows.
    public let rows: [QuarantinedRow]
    /// How many follow on later pages.
    public let omitted: Int
    /// How many there are of what is asked for, over all pages.
    public let matching: Int
    /// How many rows there are at all; told only where none is on the page.
    public let existing: Int?
    /// Why rows are not shown, where they are sealed.
    public let sealedBecause: String?
}

/// How many rows of one source were rejected for one reason.
public struct QuarantineCount: Hashable, Sendable {
    /// The source.
    public let source: String
    /// Why, as a stable code.
    public let code: String
    /// How many.
    public let count: Int
}

extension OpenLedger {
    /// Who changed what, when and why.
    ///
    /// - Throws: `LedgerError` with code `invalid` for a page that cannot be, `not-found` for a
    ///   position beyond the log.
    public func audit(
        _ request: AuditRequest = AuditRequest(), for viewer: Viewer = .everything
    ) throws -> AuditAnswer {
        let kinds = try request.filter.kinds()
        let asOf = try beginAudit(request)
        let (page, existing) = try catalog.audit.read { state, _ in
            var pages = AuditPage(request)
            try AuditQuery.acts(kinds: kinds, asOf: asOf, in: state) {
                pages.add($0)
                return true
            }
            let page = pages.finished()
            guard page.elements.isEmpty else { return (page, Int?.none) }
            var existing = 0
            try AuditQuery.acts(asOf: asOf, in: state) { _ in
                existing += 1
                return true
            }
            return (page, existing)
        }
        let groups = page.elements
        let reader = SealedReader(ledger, sealed: !request.opensSealed)
        let acts = try groups.map { group in
            let act = group.first
            return AuditedAct(
                position: act.position, event: act.kind.event, recordedAt: act.recordedAt,
                clock: try log.withEvent(act.position) { $0.clock } ?? nil, actor: act.actor,
                cause: act.cause, before: act.before, after: act.after, rollsBack: act.rollsBack,
                gate: act.gate, isDisputed: act.isDisputed,
                reason: try opened(act.sealedReason, reader)?.reason, count: group.count,
                through: group.last.position)
        }
        return AuditAnswer(
            asOf: asOf, incomplete: try incomplete(asOf: asOf, [catalog.audit]), acts: acts,
            omitted: page.omitted, matching: page.count, existing: existing,
            sealedBecause: groups.contains { $0.first.sealedReason != nil } ? reader.problem : nil)
    }

    /// The rows that could not be recorded.
    ///
    /// - Throws: as ``audit(_:for:)`` does, and `invalid` where it is asked for events or subjects.
    public func quarantine(
        _ request: QuarantineRequest = QuarantineRequest(), for viewer: Viewer = .everything
    ) throws -> QuarantineAnswer {
        try request.page.filter.checkForRows()
        let asOf = try beginAudit(request.page)
        let (page, existing) = try catalog.audit.read { state, _ in
            var page = RequestedPage<AuditRejection>(request.page)
            try AuditQuery.rejections(
                source: request.source, code: request.code, asOf: asOf, in: state
            ) { row in
                if request.page.filter.matches(row) { page.add(row) }
                return true
            }
            guard page.elements.isEmpty else { return (page, Int?.none) }
            let counts = try AuditQuery.rejectionCounts(asOf: asOf, in: state)
            return (page, counts.reduce(0) { $0 + $1.count })
        }
        let found = page.elements
        let reader = SealedReader(ledger, sealed: !request.page.opensSealed)
        let rows = try found.map { row in
            QuarantinedRow(
                position: row.position, recordedAt: row.recordedAt, source: row.source,
                row: row.row, line: row.line, code: row.code, column: row.column,
                expected: row.expected,
                sourceRow: try opened(row.sealedRow, reader)?.row.map {
                    String(decoding: $0, as: UTF8.self)
                })
        }
        return QuarantineAnswer(
            asOf: asOf, incomplete: try incomplete(asOf: asOf, [catalog.audit]), rows: rows,
            omitted: page.omitted, matching: page.count, existing: existing,
            sealedBecause: found.contains { $0.sealedRow != nil } ? reader.problem : nil)
    }

    /// How many rows are in quarantine, by source and reason.
    public func quarantineCounts(
        asOf position: Position, for viewer: Viewer = .everything
    ) throws -> [QuarantineCount] {
        try catalog.audit.read { state, _ in
            try AuditQuery.rejectionCounts(asOf: position, in: state)
        }.map { QuarantineCount(source: $0.source, code: $0.code, count: $0.count) }
    }

    private func beginAudit(_ request: AuditRequest) throws -> Position {
        try request.check()
        try refresh(catalog.audit)
        return try position(request.asOf)
    }

    /// What is sealed beside a position; says once where that cannot be opened.
    private func opened(_ position: Position?, _ reader: SealedReader) throws -> PersonalData? {
        guard let position, reader.problem == nil else { return nil }
        let opened = try reader.open(position)
        if let problem = reader.problem {
            observer.notice(.sealed(.reasonsAndRows, reason: problem))
        }
        return opened
    }
}
