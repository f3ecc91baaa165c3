import Testing

@testable import Simulation

@Suite struct SimulatorTests {
    @Test func sameSeedSameBytesOnEveryPlatform() throws {
        var configuration = eventfulYear(seed: 20_250_101, responses: 10_000)
        configuration.badRowShare = 0.01
        var csv: [UInt8] = []
        var json: [UInt8] = []
        csvHeader(to: &csv)
        var rows = 0
        for row in try Simulator(configuration) where rows < 10_000 {
            csvLine(for: row, to: &csv)
            jsonLine(for: row, to: &json)
            rows += 1
        }
        let truth = try readAll(configuration).truth.json
        // A change of these values is a change of every published simulation: say so in the log.
        #expect(fnv1a(csv) == 0x21BA_D2EA_8BEF_C1B7)
        #expect(fnv1a(json) == 0xFF77_0AFD_B45A_780A)
        #expect(fnv1a(Array(truth.utf8)) == 0x4AE1_3269_D1A9_2C5A)
        #expect(rows == 10_000)
    }

    @Test func anotherSeedIsAnotherStream() throws {
        let first = try readAll(SimulationConfiguration(seed: 1, responses: 50)).rows
        let second = try readAll(SimulationConfiguration(seed: 2, responses: 50)).rows
        #expect(Set(first.map(\.responseID)).isDisjoint(with: second.map(\.responseID)))
        #expect(first.map(\.text) != second.map(\.text))
    }

    @Test(arguments: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] as [UInt64])
    func truthEqualsARecount(seed: UInt64) throws {
        let configuration =
            seed == 0 ? eventfulYear(seed: 0, responses: 8000) : arbitrary(seed: seed)
        let (rows, truth) = try readAll(configuration)
        try #require(truth.expected.read == rows.count, "seed \(seed)")
        let recount = Recount(rows, configuration)
        #expect(recount.totals == truth.expected, "seed \(seed)")
        #expect(truth.expected.recorded == configuration.responses, "seed \(seed)")
        #expect(recount.rejections == truth.rejections, "seed \(seed)")
        #expect(recount.segments == truth.segments, "seed \(seed)")
        #expect(recount.sentiments == truth.sentiments, "seed \(seed)")
        #expect(recount.intents == truth.intents, "seed \(seed)")
        #expect(recount.topics == truth.topics, "seed \(seed)")
        #expect(recount.comments == truth.comments, "seed \(seed)")
        #expect(recount.english == truth.englishComments, "seed \(seed)")
        #expect(recount.contradictions == truth.contradictions, "seed \(seed)")
        #expect(recount.firstShifted == truth.shift?.firstPosition, "seed \(seed)")
        #expect(recount.shifted == truth.shift?.affected ?? 0, "seed \(seed)")
        #expect(recount.firstPlanted == truth.wording?.firstPosition, "seed \(seed)")
        #expect(recount.planted == truth.wording?.affected ?? 0, "seed \(seed)")
    }

    @Test(arguments: [21, 22, 23, 24, 25, 26, 27, 28] as [UInt64])
    func rowsAreWhatTheirKindSays(seed: UInt64) throws {
        let configuration = arbitrary(seed: seed)
        let (rows, _) = try readAll(configuration)
        var latest: [String: SimulatedRow] = [:]
        var lastArrival = Int64.min
        var lastResponse = Int64.min
        let end = configuration.instant(ofDay: configuration.durationDays)
        for (index, row) in rows.enumerated() {
            let hint: Comment = "seed \(seed), row \(index)"
            #expect(row.position == index, hint)
            #expect(row.arrivedAt >= lastArrival && row.updatedAt >= row.at, hint)
            lastArrival = row.arrivedAt
            let before = latest[row.responseID]
            switch row.kind {
            case .normal:
                #expect(before == nil, hint)
                #expect(row.at >= lastResponse, hint)
                #expect(row.at > configuration.start - 1000 && row.at < end, hint)
                #expect(!row.score.isEmpty || !row.text.isEmpty, hint)
                lastResponse = row.at
                latest[row.responseID] = row
            case .duplicate:
                let first = try #require(before, hint)
                #expect(csv(row) == csv(first), hint)
            case .conflict:
                let first = try #require(before, hint)
                #expect(row.score != first.score && row.updatedAt == first.updatedAt, hint)
                #expect(csv(row, score: first.score) == csv(first), hint)
            case .lateComment:
                let first = try #require(before, hint)
                #expect(first.text.isEmpty && !row.text.isEmpty, hint)
                #expect(row.score == first.score && row.at == first.at, hint)
                #expect(row.updatedAt > first.updatedAt, hint)
            case .bad(let reason):
                #expect(before == nil, hint)
                #expect(isBad(row, reason), hint)
            }
            if case .bad = row.kind { continue }
            #expect(row.text == row.truth?.text ?? "", hint)
            if let score = Int(row.score), row.kind != .conflict {
                #expect(ScoreClass(score: score) == row.scoreClass, hint)
                if let comment = row.truth {
                    #expect((comment.scoreClass != row.scoreClass) == row.isContradiction, hint)
                }
            }
        }
    }

    @Test func everyKindOfBadRowAppears() throws {
        var configuration = SimulationConfiguration(seed: 4, responses: 3000)
        configuration.badRowShare = 0.1
        let truth = try readAll(configuration).truth
        #expect(truth.rejections.allSatisfy { $0 > 20 }, "\(truth.rejections)")
        #expect(BadRowReason.allCases.map(\.index) == Array(0..<BadRowReason.allCases.count))
    }

    @Test func identifiersAreTwelveLettersAndNeverMeet() throws {
        var seen: Set<String> = []
        for row in try Simulator(SimulationConfiguration(seed: .max, responses: 60_000))
        where row.kind == .normal {
            #expect(row.responseID.utf8.count == 12)
            #expect(seen.insert(row.responseID).inserted)
        }
    }

    @Test func memoryStaysWithinItsWindow() throws {
        var configuration = SimulationConfiguration(seed: 6, responses: 5000)
        configuration.duplicateShare = 1
        configuration.lateCommentShare = 0
        configuration.conflictingDuplicateShare = 0
        var simulator = try Simulator(configuration)
        var responses = 0
        var sentAt: [String: Int] = [:]
        while let row = simulator.next() {
            if row.kind == .normal {
                responses += 1
                sentAt[row.responseID] = responses
            } else if row.kind == .duplicate {
                let delay = responses - (sentAt[row.responseID] ?? .min / 2)
                #expect(delay <= Simulator.echoDelayRowsMax)
            }
            #expect(simulator.waitingRows <= Simulator.echoDelayRowsMax)
        }
        #expect(simulator.truth.expected.duplicates == 5000)
    }

    private func csv(_ row: SimulatedRow, score: String? = nil) -> [UInt8] {
        var row = row
        row.score = score ?? row.score
        var bytes: [UInt8] = []
        csvLine(for: row, to: &bytes)
        return bytes
    }

    /// Classifies a bad row by what is written in it alone.
    private func isBad(_ row: SimulatedRow, _ reason: BadRowReason) -> Bool {
        let digits = row.score.utf8.allSatisfy { $0 >= 48 && $0 <= 57 }
        let isScore = digits && (Int(row.score).map { (0...10).contains($0) } ?? false)
        return switch reason {
        case .scoreNotNumeric: !row.score.isEmpty && !digits
        case .scoreOutOfRange: !isScore && !row.score.contains(".")
        case .scoreNotWhole: row.score.contains(".") || row.score.contains(",")
        case .nothingSaid: row.score.isEmpty && row.text.isEmpty
        case .unreadableTime: isScore && row.unreadableTime != nil
        case .missingResponseID: isScore && row.responseID.isEmpty
        }
    }
}
