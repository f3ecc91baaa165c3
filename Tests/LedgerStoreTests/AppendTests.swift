import LedgerCore
import LedgerFixtures
import LedgerProof
import Testing

@testable import LedgerStore

/// What an append answers, and what is in the log afterwards.
@Suite struct AppendTests {
    @Test func outcomesWithinABatchAcrossBatchesAndAfterReopening() throws {
        let scratch = try Scratch()
        let clock = TestClock()
        var log = try EventLog(testing: scratch("log"), clock: clock)
        var batch = EventBatch()
        try batch.appendResponse(1)
        try batch.appendResponse(2)
        try batch.appendResponse(1)
        try batch.appendResponse(1, score: 300)
        try batch.append(Sample.exclusion(of: 0))
        try batch.append(Sample.exclusion(of: 0))
        let first = try log.append(batch)
        #expect(first.map(Self.word) == ["new 0", "new 1", "same 0", "other 0", "new 2", "new 3"])
        #expect(first[2].receipt == first[0].receipt)
        // The same without a key is appended again, with one it never is.
        for reopens in [false, true] {
            if reopens {
                log.close()
                log = try EventLog(path: scratch("log"), clock: { clock.now })
            }
            clock.advance(1)
            let size = try log.head().size
            let again = try log.append(batch)
            #expect(
                again.map(Self.word) == [
                    "same 0", "same 1", "same 0", "other 0", "new \(size)", "new \(size + 1)",
                ])
            #expect(again[0].receipt == first[0].receipt)
        }
        try Self.expectSound(log)
        log.close()
    }

    @Test func aCallersDigestDecidesWhatIsTheSame() throws {
        let scratch = try Scratch()
        let log = try EventLog(testing: scratch("log"))
        func append(_ body: UInt64, subject: UInt64) throws -> AppendOutcome {
            var batch = EventBatch()
            try batch.append(
                Sample.response(1, subject: subject), key: Sample.key(1),
                body: Hash128(high: body, low: 0))
            return try log.append(batch)[0]
        }
        #expect(Self.word(try append(1, subject: 1)) == "new 0")
        #expect(Self.word(try append(1, subject: 2)) == "same 0")
        #expect(Self.word(try append(2, subject: 1)) == "other 0")
        let known = try log.lookUp([Sample.key(1), Sample.key(2)])
        #expect(known[0]?.position == 0)
        #expect(known[0]?.body == Hash128(high: 1, low: 0))
        #expect(known[1] == nil)
        log.close()
    }

    @Test func aSubjectBoundElsewhereIsAnswered() throws {
        let scratch = try Scratch()
        let log = try EventLog(testing: scratch("log"))
        let (ada, bob) = (Hash128(high: 1, low: 1), Hash128(high: 2, low: 2))
        func add(_ id: Int, _ who: Hash128, _ subject: UInt64, to batch: inout EventBatch) throws {
            try batch.append(
                Sample.response(id, subject: subject), key: Sample.key(id),
                binding: SubjectBinding(identifier: who, subject: subject))
        }
        var batch = EventBatch()
        try add(1, ada, 5, to: &batch)
        try add(2, ada, 6, to: &batch)
        try add(3, ada, 5, to: &batch)
        try add(4, bob, 7, to: &batch)
        #expect(try log.append(batch).map(Self.word) == ["new 0", "bound 5", "new 1", "new 2"])
        #expect(try log.subjects([ada, bob, Hash128(high: 3, low: 3)]) == [5, 7, nil])
        var later = EventBatch()
        try add(1, ada, 9, to: &later)
        try add(8, ada, 9, to: &later)
        try add(8, ada, 5, to: &later)
        // What is there already is a duplicate, whatever its subject would have been.
        let outcomes = try log.append(later).map(Self.word)
        #expect(outcomes == ["other 0", "bound 5", "new 3"])
        #expect(try log.subjects([ada]) == [5])
        try Self.expectSound(log)
        log.close()
    }

    @Test func receiptsCarryTheLeafHashOfTheStoredEntry() throws {
        let scratch = try Scratch()
        let log = try EventLog(testing: scratch("log"))
        var leaves: [MerkleHash] = []
        for start in stride(from: 0, to: 60, by: 7) {
            let outcomes = try log.append(EventBatch(responses: start..<(start + 7)))
            for outcome in outcomes {
                let receipt = try #require(outcome.receipt)
                #expect(receipt.position == Position(leaves.count))
                let entry = try #require(try log.entry(receipt.position))
                #expect(entry.withUnsafeBytes { MerkleHash.leaf($0) } == receipt.leafHash)
                leaves.append(receipt.leafHash)
            }
        }
        var frontier = Frontier()
        for leaf in leaves { frontier.append(leaf) }
        #expect(try log.head().root == frontier.root)
        #expect(try log.entry(Position(leaves.count)) == nil)
        log.close()
    }

    @Test func anEmptyBatchIsAnsweredWithNothing() throws {
        let scratch = try Scratch()
        let log = try EventLog(testing: scratch("log"))
        #expect(try log.append(EventBatch()).isEmpty)
        #expect(try log.head().size == 0)
        #expect(try log.head().root == .emptyTree)
        try Self.expectSound(log)
        log.close()
    }

    /// An outcome in a word and a number.
    static func word(_ outcome: AppendOutcome) -> String {
        switch outcome {
        case .appended(let receipt): "new \(receipt.position)"
        case .duplicate(let receipt): "same \(receipt.position)"
        case .conflict(let position): "other \(position)"
        case .subjectBound(let subject): "bound \(subject)"
        case .overtaken(let position): "overtaken by \(position)"
        }
    }

    static func expectSound(
        _ log: EventLog, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let report = try LogVerifier(log).verify()
        #expect(report.isSound, "\(report.findings)", sourceLocation: sourceLocation)
        let head = try log.head()
        #expect(report.entries == head.size, sourceLocation: sourceLocation)
        #expect(report.root == head.root, sourceLocation: sourceLocation)
    }
}
