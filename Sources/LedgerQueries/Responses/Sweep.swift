import LedgerCore
import LedgerStore
import NPSLedger
import SurveyImport

/// An export of a source that is to be compared with what the ledger has of that source.
public struct SweepRequest: Sendable {
    /// Paths of the export's files; `-` is standard input.
    public var files: [String]
    /// The source whose export it is.
    public var source: String
    /// Which column holds what; the id is needed, and the time of the last change says what is behind.
    public var mapping: ColumnMapping
    /// How the files are written.
    public var reading = SurveyReadOptions()
    /// At most so many responses are named.
    public var limit = 100

    /// A request; all else as it is set.
    public init(_ files: [String], source: String, mapping: ColumnMapping) {
        self.files = files
        self.source = source
        self.mapping = mapping
    }
}

/// What an export has that the ledger does not have.
public struct SweepAnswer: Sendable {
    /// A response of the export.
    public struct Response: Hashable, Sendable {
        /// The source's own id.
        public let id: String
        /// The file that names it, and the line there.
        public let file: String
        /// The line of the file.
        public let line: Int
        /// Where the ledger has it; nil where it has not.
        public let position: Position?
    }

    /// The source.
    public let source: String
    /// The log as it was compared with.
    public let asOf: Position
    /// Rows read.
    public fileprivate(set) var rows = 0
    /// Rows whose response is in the ledger, and no older there.
    public fileprivate(set) var present = 0
    /// Rows whose response the ledger does not have.
    public fileprivate(set) var missing = 0
    /// Rows whose response the source has changed since the ledger heard of it.
    public fileprivate(set) var behind = 0
    /// Rows that cannot be read as a response.
    public fileprivate(set) var rejected = 0
    /// The first of those that are missing.
    public fileprivate(set) var missingResponses: [Response] = []
    /// The first of those that are behind.
    public fileprivate(set) var behindResponses: [Response] = []

    /// Whether the ledger has all that can be read.
    public var isComplete: Bool { missing == 0 && behind == 0 }
}

extension OpenLedger {
    /// Rows that are looked up at a time.
    private static let sweptRows = 16_384

    /// Compares a source's export with the ledger, and records nothing: deliveries get lost between
    /// a sender that gives up and a receiver that was away, and an export finds them.
    ///
    /// - Throws: `LedgerError` with code `invalid` where the mapping names no id; `ImportError` where a
    ///   file cannot be read.
    public func sweep(_ request: SweepRequest) throws -> SweepAnswer {
        guard request.mapping.responseID != nil else {
            throw LedgerError(
                .invalid, "an export is compared by the ids of its responses: map the id")
        }
        var answer = SweepAnswer(source: request.source, asOf: try log.head().size)
        for file in request.files {
            var reader = try SurveyFileReader(
                path: file, mapping: request.mapping, options: request.reading)
            let work = observer.begin(.rehearsingImport(path: file))
            defer { work.finish() }
            while true {
                var rows = RowBatch()
                guard try reader.append(to: &rows, max: Self.sweptRows) > 0 else { break }
                try compare(rows, of: file, request, &answer)
                work.update(done: Int(reader.bytesRead), total: reader.totalBytes.map(Int.init))
            }
        }
        return answer
    }

    private func compare(
        _ rows: RowBatch, of file: String, _ request: SweepRequest, _ answer: inout SweepAnswer
    ) throws {
        let read = rows.rows.filter { rows.rejection(of: $0) == nil }
        let ids = read.map { rows.text($0.responseID) ?? "" }
        let known = try log.lookUp(ids.map { IdempotencyKey(source: request.source, id: $0) })
        answer.rows += rows.rows.count
        answer.rejected += rows.rows.count - read.count
        for ((row, id), known) in zip(zip(read, ids), known) {
            func named() -> SweepAnswer.Response {
                SweepAnswer.Response(id: id, file: file, line: row.line, position: known?.position)
            }
            guard let known else {
                answer.missing += 1
                if answer.missingResponses.count < request.limit {
                    answer.missingResponses.append(named())
                }
                continue
            }
            let updatedAt = try ledger.lastChange(
                ofResponse: id, source: request.source, recordedAs: known.position)
            guard let changed = row.updatedAt, changed > updatedAt ?? .min else {
                answer.present += 1
                continue
            }
            answer.behind += 1
            if answer.behindResponses.count < request.limit {
                answer.behindResponses.append(named())
            }
        }
    }
}
