/// A stream of survey rows with known truth, from a configuration alone.
///
/// Rows come in the order of their arrival. Memory does not grow with the stream: rows that
/// will come again wait in a window of at most `echoDelayRowsMax` of them. Structure and words
/// have generators of their own, so that planting a wording changes no score, and a planted
/// shift changes nothing but scores and the comments that go with them.
public struct Simulator: Sequence, IteratorProtocol, Sendable {
    /// A row comes again at most so many responses later.
    public static let echoDelayRowsMax = 200

    /// What is true of the rows given out so far; complete once `next` has returned nil.
    public private(set) var truth: SimulationTruth

    let configuration: SimulationConfiguration
    let shares: SimulationShares
    let directory: RespondentDirectory
    var structure: SeededGenerator
    var words: SeededGenerator
    var clock: ResponseClock

    /// The rows that will come again, by the number of responses after which they do.
    private var echoes: [(due: Int, row: SimulatedRow)] = []
    private var nextDue = Int.max
    private var responsesSent = 0
    /// Tells the names of one seed's responses from those of another's.
    private let identifierKey: UInt64
    private var identifiersUsed: UInt64 = 0
    private var position = 0
    /// The arrival of the last row.
    private var now: Int64
    /// Whether the place before the next response has had its chance of a bad row.
    private var hasTriedBadRow = false

    /// How many rows wait to come again.
    var waitingRows: Int { echoes.count }

    /// Prepares a stream.
    /// - Throws: the first impossible setting of the configuration.
    public init(_ configuration: SimulationConfiguration) throws(SimulationConfigurationError) {
        try configuration.validate()
        self.configuration = configuration
        truth = SimulationTruth(configuration)
        shares = SimulationShares(configuration)
        directory = RespondentDirectory(configuration)
        var mixer = configuration.seed
        structure = SeededGenerator(seed: SeededGenerator.mix(&mixer))
        words = SeededGenerator(seed: SeededGenerator.mix(&mixer))
        identifierKey = SeededGenerator.mix(&mixer)
        clock = ResponseClock(configuration, using: &structure)
        now = configuration.start - configuration.start % 1000
    }

    /// The next row, or nil after the last.
    public mutating func next() -> SimulatedRow? {
        if nextDue <= responsesSent {
            return sendEcho()
        }
        guard responsesSent < configuration.responses else {
            return echoes.isEmpty ? nil : sendEcho()
        }
        if !hasTriedBadRow {
            hasTriedBadRow = true
            if structure.isBelow(shares.bad) {
                return sendBadRow()
            }
        }
        return sendResponse()
    }

    private mutating func sendResponse() -> SimulatedRow {
        hasTriedBadRow = false
        responsesSent += 1
        let at = clock.next(using: &structure)
        now = Swift.max(now, at)
        var response = makeResponse(at: at, identifier: nextIdentifier())
        response.row.arrivedAt = now
        response.row.position = position
        position += 1
        if let echo = response.echo {
            let delay = 1 + structure.below(Self.echoDelayRowsMax)
            echoes.append((responsesSent + delay, echo))
            nextDue = Swift.min(nextDue, responsesSent + delay)
        }
        truth.record(response.profile, row: response.row)
        truth.countComment(of: response.row)
        return response.row
    }

    private mutating func sendEcho() -> SimulatedRow {
        var chosen = 0
        for index in echoes.indices where echoes[index].due < echoes[chosen].due {
            chosen = index
        }
        var row = echoes.remove(at: chosen).row
        nextDue = echoes.reduce(Int.max) { Swift.min($0, $1.due) }
        if row.kind == .lateComment {
            // Later than the score by a minute at least, for the update to be an update.
            now = Swift.max(now, row.at + 60_000_000)
            row.updatedAt = now
            writeLateComment(in: &row)
        }
        let sent = send(row)
        if sent.kind == .lateComment {
            truth.countComment(of: sent)
        }
        return sent
    }

    private mutating func sendBadRow() -> SimulatedRow {
        send(makeBadRow(at: now, identifier: nextIdentifier()))
    }

    private mutating func send(_ unplaced: SimulatedRow) -> SimulatedRow {
        var row = unplaced
        row.arrivedAt = now
        row.position = position
        position += 1
        truth.countOther(row)
        return row
    }

    /// A name of twelve letters and digits that no other response of the stream has.
    private mutating func nextIdentifier() -> String {
        identifiersUsed += 1
        // Two odd products and a shift, each reversible in 60 bits: no two numbers meet.
        let mask: UInt64 = 1 << 60 - 1
        var mixed = (identifiersUsed ^ identifierKey) &* 0x9E37_79B9_7F4A_7C15 & mask
        mixed ^= mixed >> 31
        mixed = mixed &* 0xBF58_476D_1CE4_E5B9 & mask
        return String(unsafeUninitializedCapacity: 12) { buffer in
            for index in 0..<12 {
                let digit = UInt8(truncatingIfNeeded: mixed >> UInt64(5 * (11 - index)) & 31)
                buffer[index] = digit < 10 ? 48 + digit : 87 + digit
            }
            return 12
        }
    }
}
