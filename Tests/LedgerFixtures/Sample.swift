import LedgerCore
import LedgerStore

/// Small events for tests, told apart by a number.
package enum Sample {
    package static let source = "survey"

    package static func key(_ id: Int, source: String = Sample.source) -> IdempotencyKey {
        IdempotencyKey(source: source, id: "r\(id)")
    }

    package static func response(
        _ id: Int, source: String = Sample.source, score: UInt16? = nil, subject: UInt64 = 0,
        name: String? = nil
    ) -> EventDraft {
        EventDraft(
            ResponseRecorded(
                source: source, id: name ?? "r\(id)", subject: subject,
                score: score ?? UInt16(id % 11) * 100, hasText: false,
                segments: ["region": ["EMEA", "APAC", "AMER"][id % 3]]),
            occurredAt: TestClock.start + Microseconds(id), actor: .system)
    }

    package static func exclusion(of position: Position) -> EventDraft {
        EventDraft(
            ResponseExcluded(response: position, reason: "test"), occurredAt: TestClock.start,
            actor: .system)
    }

    package static func opening() -> EventDraft {
        EventDraft(
            LedgerOpened(origin: "ledger.example/test", program: "tests"),
            occurredAt: TestClock.start, actor: .system)
    }
}

extension EventBatch {
    /// Adds a response under its key.
    package mutating func appendResponse(
        _ id: Int, source: String = Sample.source, score: UInt16? = nil
    ) throws {
        try append(
            Sample.response(id, source: source, score: score),
            key: Sample.key(id, source: source))
    }

    /// Responses under their keys.
    package init(responses ids: some Sequence<Int>, source: String = Sample.source) throws {
        self.init()
        for id in ids { try appendResponse(id, source: source) }
    }
}

extension EventLog {
    /// A log that is made where there is none, with a clock that stands still.
    package convenience init(testing path: String, clock: TestClock = TestClock()) throws {
        try self.init(path: path, create: true, clock: { clock.now })
    }
}
