import LedgerCore
import LedgerStore

/// Compares the keys of later messages with what they are about: the log's own check knows which
/// response a key is of, and not what an import makes of an id.
///
/// With such a key gone or pointing elsewhere, a message that is delivered again would be recorded
/// again.
struct KeyCheck {
    /// Events that are looked up together.
    private static let batchEvents = 4096

    private let log: EventLog
    private var amendments: [Position: Int] = [:]
    private var expected: [(position: Position, key: IdempotencyKey)] = []
    private(set) var findings: [LogFinding] = []

    init(_ log: EventLog) { self.log = log }

    /// What is wrong with keys of amendments and exclusions of a log that is else sound.
    static func findings(in log: EventLog) throws -> [LogFinding] {
        var check = KeyCheck(log)
        try log.forEachEvent(in: 0..<(.max), named: [.responseAmended, .responseExcluded]) {
            try check.expect($0)
            return true
        }
        try check.compare()
        return check.findings
    }

    private mutating func expect(_ event: EventView) throws {
        let response: Position
        var amendment: Int?
        if event.name == .responseAmended {
            response = try ResponseAmended(event).response
            amendments[response, default: 0] += 1
            amendment = amendments[response] ?? 1
        } else {
            response = try ResponseExcluded(event).response
        }
        let recorded = try log.withEvent(response) { event in
            event.name == .responseRecorded ? try ResponseRecorded(event) : nil
        }
        guard case .some(.some(let recorded)) = recorded else {
            findings.append(
                LogFinding(
                    .entries, event.position,
                    "it is about position \(response), which is no response"))
            return
        }
        let key: IdempotencyKey =
            if let amendment {
                .amendment(amendment, of: recorded.id, source: recorded.source)
            } else {
                .exclusion(of: recorded.id, source: recorded.source)
            }
        expected.append((event.position, key))
        if expected.count == Self.batchEvents { try compare() }
    }

    private mutating func compare() throws {
        for (expected, found) in zip(expected, try log.lookUp(expected.map(\.key)))
        where found?.position != expected.position {
            let target = found.map { "position \($0.position)" } ?? "nothing"
            findings.append(
                LogFinding(
                    .keys, expected.position, "its idempotency key points to \(target)"))
        }
        expected.removeAll(keepingCapacity: true)
    }
}
