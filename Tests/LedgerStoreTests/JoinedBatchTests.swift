import LedgerCore
import LedgerFixtures
import LedgerProof
import Testing

@testable import LedgerStore

/// A batch that was put together from parts is the batch whose events were added one by one.
@Suite struct JoinedBatchTests {
    private static let time = TestClock().now

    private static func append(_ id: Int, to batch: inout EventBatch) throws {
        let subject = UInt64(id + 1)
        // The one before must have a key to stand on.
        let stands = id % 7 == 6 && id % 5 != 0
        try batch.append(
            Sample.response(id, subject: subject), key: id % 5 == 4 ? nil : Sample.key(id),
            body: Hash128(high: 1, low: UInt64(id)),
            after: stands ? (Sample.key(id - 1), Hash128(high: 1, low: UInt64(id - 1))) : nil,
            sealed: id % 3 == 2
                ? nil : SealedPart(subject: subject, bytes: Array("part \(id)".utf8)),
            binding: id % 2 == 0
                ? SubjectBinding(identifier: Hash128(high: 9, low: UInt64(id)), subject: subject)
                : nil)
    }

    private static func log(of batch: EventBatch, _ path: String) throws -> [[UInt8]] {
        let log = try EventLog(testing: path)
        let outcomes = try log.append(batch)
        defer { log.close() }
        #expect(outcomes.allSatisfy { $0.receipt != nil })
        return try outcomes.indices.flatMap { index in
            let position = Position(index)
            return [
                try log.entry(position) ?? [], try log.leafHash(at: position).bytes,
                try log.sealed(position)?.bytes ?? [],
            ]
        }
    }

    @Test(arguments: [[50], [1, 49], [17, 0, 20, 13]], [false, true])
    func isTheSame(parts: [Int], stampsParts: Bool) throws {
        let scratch = try Scratch()
        var whole = EventBatch()
        var joined: [EventBatch] = []
        var id = 0
        for count in parts {
            var part = EventBatch()
            for _ in 0..<count {
                try Self.append(id, to: &whole)
                try Self.append(id, to: &part)
                id += 1
            }
            if stampsParts { part.hashLeaves(stampedAt: Self.time) }
            joined.append(part)
        }
        var together = EventBatch(joining: joined)
        whole.stamp(Self.time)
        together.stamp(Self.time)
        #expect(together.leaves == whole.leaves)
        #expect(together.keys.map(\.ordinal) == whole.keys.map(\.ordinal))
        #expect(together.predecessors.map(\.index) == whole.predecessors.map(\.index))
        #expect(together.bindings.map(\.index) == whole.bindings.map(\.index))
        #expect(
            try Self.log(of: together, scratch("joined")) == Self.log(of: whole, scratch("whole")))
    }
}
