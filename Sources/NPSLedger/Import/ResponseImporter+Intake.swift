import LedgerCore
import LedgerProof
import LedgerStore
import SurveyImport

/// What became of one response that somebody sent and waits to hear of.
public enum RowConclusion: Hashable, Sendable {
    /// It is new, and stands in the log.
    case recorded(Receipt)
    /// It is new, and a rule of the mapping takes it out of every score.
    case excluded(Receipt)
    /// It changes the response at this position; the receipt is the change's.
    case amended(Receipt, response: Position)
    /// It was recognised as already recorded: the receipt it was given then.
    case duplicate(Receipt)
    /// It is older than what the response at this position says by now, and adds nothing to it.
    case superseded(Position)
    /// It contradicts what stands at this position; it is kept in quarantine, where it has a receipt.
    case conflict(Receipt?, with: Position)
    /// It cannot be read as a response; it is kept in quarantine, where it has a receipt.
    case rejected(Receipt?, RejectedRow)
    /// It was good, and not recorded, because others were not that were sent with it.
    case withheld

    /// Whether it is, or was, taken in as a response.
    public var isTaken: Bool {
        switch self {
        case .recorded, .excluded, .amended, .duplicate, .superseded: true
        case .conflict, .rejected, .withheld: false
        }
    }
}

extension RowConclusion {
    /// What became of it, in a word.
    package var outcome: String {
        switch self {
        case .recorded: "recorded"
        case .excluded: "excluded"
        case .amended: "amended"
        case .duplicate: "duplicate"
        case .superseded: "superseded"
        case .conflict: "conflict"
        case .rejected: "rejected"
        case .withheld: "withheld"
        }
    }

    /// Where the event stands that records it or keeps it aside, and its leaf hash in hexadecimal.
    package var receipt: (position: Position, leafHash: String)? {
        switch self {
        case .recorded(let receipt), .excluded(let receipt), .duplicate(let receipt),
            .amended(let receipt, _):
            (receipt.position, Hex.encode(receipt.leafHash.bytes))
        case .conflict(let receipt, _), .rejected(let receipt, _):
            receipt.map { ($0.position, Hex.encode($0.leafHash.bytes)) }
        case .superseded, .withheld: nil
        }
    }

    /// The response that it is about, where that was recorded before.
    package var response: Position? {
        switch self {
        case .amended(_, let response), .superseded(let response), .conflict(_, let response):
            response
        default: nil
        }
    }

    /// Why it cannot be read as a response: a stable code, the field at fault, what should stand there.
    package var fault: (code: String, field: String?, expected: String)? {
        guard case .rejected(_, let row) = self else { return nil }
        return (row.code.rawValue, row.column, row.expected)
    }
}

/// Texts of a commit that are to be read by models that read behind.
package struct CommittedTexts: Sendable {
    /// The responses, and the events whose texts they are.
    package var all: [(response: Position, text: Position)] = []
    /// Those that are the share of a version.
    package var shares: [ModelVersion: [(response: Position, text: Position)]] = [:]

    package init(
        all: [(response: Position, text: Position)] = [],
        shares: [ModelVersion: [(response: Position, text: Position)]] = [:]
    ) {
        self.all = all
        self.shares = shares
    }

    package var isEmpty: Bool { all.isEmpty && shares.isEmpty }

    package mutating func append(_ other: CommittedTexts) {
        all += other.all
        shares.merge(other.shares) { $0 + $1 }
    }
}

/// Responses that come in one after the other for as long as a process runs, instead of a file.
///
/// Rows with tickets are concluded: in the order of the log, each once, after they are durable.
extension ResponseImporter {
    /// Whether something is on its way, or follows from what was written.
    package var hasPending: Bool {
        inFlight != nil || !following.isEmpty || !deferred.rows.isEmpty
    }

    /// Takes in what has come, and settles what was taken in before.
    ///
    /// The rows are on their way when it returns. Without rows it only settles, so call it until
    /// nothing is pending.
    ///
    /// - Parameter causes: the deliveries that rows are of, by ticket.
    /// - Throws: what kept the rows, or those taken in before, from being recorded; the importer is to
    ///   be thrown away then. What ``takeConclusions()`` gives was recorded all the same.
    package mutating func take(_ rows: RowBatch, of causes: [Int: Position] = [:]) throws {
        self.causes.merge(causes) { $1 }
        var waiting = RowBatch()
        swap(&waiting, &deferred)
        let count = waiting.rows.count
        try process(
            count == 0 ? rows : RowBatch(joining: [waiting, rows]), readFrom: count)
    }

    /// Takes in all of these rows, or none; to be called while nothing is pending.
    ///
    /// None are recorded where one is rejected, contradicts what is recorded, or names a response
    /// again that another one of them names.
    package mutating func takeAtomically(_ rows: RowBatch) throws {
        precondition(!hasPending, "what is on its way is settled before")
        for _ in 0..<Ledger.decisionsMax {
            // A copy, so that what is decided in vain is forgotten with it.
            var attempt = self
            let size = try ledger.log.head().size
            try attempt.process(rows, readFrom: 0, unlessChangedSince: size)
            if attempt.inFlight == nil, attempt.deferred.rows.isEmpty {
                self = attempt
                return
            }
            try attempt.settle()
            guard attempt.deferred.rows.isEmpty else { continue }
            self = attempt
            return
        }
        throw LedgerError(
            .overtaken, "others write the same responses without a pause: nothing was recorded")
    }

    /// What became of rows since it was asked last.
    package mutating func takeConclusions() -> [(ticket: Int, conclusion: RowConclusion)] {
        defer { conclusions.removeAll(keepingCapacity: true) }
        return conclusions
    }

    /// Texts that came in since it was asked last, for models that read behind: all, and those that
    /// are the share of a shadow.
    package mutating func takeTexts() -> CommittedTexts {
        defer {
            readLater.removeAll(keepingCapacity: true)
            postponed.removeAll()
        }
        return CommittedTexts(all: readLater, shares: postponed)
    }

    /// Takes responses without a time to have been given now.
    package mutating func setTime(_ now: Microseconds) { options.defaultTime = now }

    /// Settles what is on its way, where taking in more has failed.
    package mutating func settlePending() throws { try settle() }

    mutating func conclude(_ row: RowBatch.Row, _ conclusion: RowConclusion) {
        guard row.ticket != 0 else { return }
        causes[row.ticket] = nil
        conclusions.append((row.ticket, conclusion))
    }

    /// Concludes all rows without recording any, where one of them cannot be recorded; whether it
    /// did.
    mutating func withhold(_ decisions: [Decision], _ rows: PreparedRows) -> Bool {
        var bad: [Int: RowConclusion] = [:]
        for case .quarantine(let index, let row, let position, _, _) in decisions {
            bad[index] = position.map { .conflict(nil, with: $0) } ?? .rejected(nil, row)
        }
        for row in deferred.rows {
            let index = rows.rows.rows.firstIndex { $0.ticket == row.ticket }
            let repeated = RejectedRow(
                rowNumber: row.rowNumber, line: row.line,
                code: RejectionCode(rawValue: "repeated"), column: mapping.responseID,
                value: nil, expected: "each response once, where all are recorded or none",
                raw: [])
            if let index { bad[index] = .rejected(nil, repeated) }
        }
        guard !bad.isEmpty else { return false }
        deferred = RowBatch()
        // What was recorded before stays so.
        let known = Set(conclusions.map(\.ticket))
        for (index, row) in rows.rows.rows.enumerated() where !known.contains(row.ticket) {
            conclude(row, bad[index] ?? .withheld)
        }
        return true
    }
}
