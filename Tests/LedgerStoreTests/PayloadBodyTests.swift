import LedgerCore
import LedgerFixtures
import Testing

@testable import LedgerStore

/// Events without a body of their own are compared by their payload, whose hash is made late.
@Suite struct PayloadBodyTests {
    private static func log(_ scratch: Scratch) throws -> EventLog {
        try EventLog(testing: scratch("log"))
    }

    private static func batch(_ id: Int, subject: UInt64, body: Hash128? = nil) throws -> EventBatch
    {
        var batch = EventBatch()
        try batch.append(Sample.response(id, subject: subject), key: Sample.key(id), body: body)
        return batch
    }

    private static func hash(_ id: Int, subject: UInt64) -> Hash128 {
        Hash128(hashing: Sample.response(id, subject: subject).payload)
    }

    @Test func theSamePayloadIsTheSameEvent() throws {
        let scratch = try Scratch()
        let log = try Self.log(scratch)
        let first = try log.append(Self.batch(1, subject: 7)).first?.receipt
        #expect(first != nil)
        let again = try log.append(Self.batch(1, subject: 7))
        #expect(again == [.duplicate(try #require(first))])
        #expect(try log.append(Self.batch(1, subject: 8)) == [.conflict(0)])
        log.close()
    }

    @Test func aBodyMadeBeforehandIsTheSameAsOneMadeLate() throws {
        let scratch = try Scratch()
        let log = try Self.log(scratch)
        let made = Self.hash(1, subject: 7)
        #expect(try log.append(Self.batch(1, subject: 7, body: made)).first?.receipt != nil)
        #expect(try log.append(Self.batch(1, subject: 7)).map(AppendTests.word) == ["same 0"])
        #expect(try log.append(Self.batch(2, subject: 7)).map(AppendTests.word) == ["new 1"])
        let other = Self.hash(2, subject: 7)
        #expect(
            try log.append(Self.batch(2, subject: 99, body: other)).map(AppendTests.word)
                == ["same 1"])
        log.close()
    }

    @Test func lookingUpGivesTheHashThatIsCompared() throws {
        let scratch = try Scratch()
        let log = try Self.log(scratch)
        let own = Hash128(high: 3, low: 4)
        _ = try log.append(Self.batch(1, subject: 7))
        _ = try log.append(Self.batch(2, subject: 7, body: own))
        let found = try log.lookUp([Sample.key(1), Sample.key(2), Sample.key(3)])
        #expect(found.map { $0?.position } == [0, 1, nil])
        #expect(found.map { $0?.body } == [Self.hash(1, subject: 7), own, nil])
        log.close()
    }

    @Test func repeatsWithinABatchAreComparedToo() throws {
        let scratch = try Scratch()
        let log = try Self.log(scratch)
        var batch = EventBatch()
        for subject: UInt64 in [7, 7, 8] {
            try batch.append(Sample.response(1, subject: subject), key: Sample.key(1))
        }
        let outcomes = try log.append(batch)
        #expect(outcomes.map(AppendTests.word) == ["new 0", "same 0", "other 0"])
        log.close()
    }
}
