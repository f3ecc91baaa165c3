import LedgerCore

/// Integer rows per response, from which any lens is aggregated without rereading the log.
///
/// A row holds position, response time, segment tuple, stated score, and for each model the
/// probabilities it gave. Positions stand beside every value, so that the state answers for any
/// earlier prefix of the log as well as for today.
public struct NPSBySegment: Projection {
    /// `nps-by-segment`, version 1.
    public static let descriptor = ProjectionDescriptor(
        id: "nps-by-segment", version: 1,
        consumes: [
            .responseRecorded, .responseAmended, .responseExcluded, .classificationRecorded,
            .modelActivated, .thresholdsEdited,
        ],
        splitsByResponse: false)

    private var isLoaded = false
    private var tuples = TupleTable()
    /// First position of each chunk.
    private var directory: [Position] = []
    private var directoryIsDirty = false
    private var models: Set<ModelVersion> = []
    private var modelsAreDirty = false
    private var rows: [Int: RowChunk] = [:]
    private var tail = RowChunk()
    private var outputs: [OutputKey: OutputChunk] = [:]

    private struct OutputKey: Hashable {
        var model: ModelVersion
        var chunk: Int
    }

    /// The state before any event.
    public init() {}

    private var tailIndex: Int { max(0, directory.count - 1) }

    private mutating func load(_ state: some StateReader) throws {
        isLoaded = true
        try tuples.load(from: state)
        if let stored = try state.value(StateKey.directory) {
            stored.withUnsafeBytes { raw in
                var reader = BlobReader(bytes: raw)
                directory = reader.column(raw.count / 8)
            }
        }
        if let stored = try state.value(StateKey.models) {
            stored.withUnsafeBytes { raw in
                var reader = BlobReader(bytes: raw)
                models = Set(reader.column(raw.count / 4, ModelVersion.self))
            }
        }
        if let chunk = try state.withValue(StateKey.rows(tailIndex), { try RowChunk($0) }) {
            tail = chunk
        }
    }

    /// Applies one event.
    public mutating func apply(_ event: EventView, to state: some StateWriter) throws {
        if !isLoaded { try load(state) }
        do {
            switch event.name {
            case .responseRecorded: try record(try ResponseRecordedView(unsafe: event), event)
            case .classificationRecorded:
                try classify(try ClassificationRecordedView(unsafe: event), event, state)
            case .responseAmended: try amend(try ResponseAmended(event), event, state)
            case .responseExcluded:
                let (chunk, row) = try find(
                    try ResponseExcluded(event).response, event, state)
                change(chunk, event.position) {
                    $0.exclusions.append(
                        RowChunk.Exclusion(row: UInt16(row), position: event.position))
                }
            case .modelActivated:
                let model = try ModelActivated(event).model
                var value: [UInt8] = []
                value.put(model)
                try state.put(StateKey.activation(event.position), value)
            case .thresholdsEdited:
                let edit = try ThresholdsEdited(event)
                var value: [UInt8] = []
                value.put(event.position)
                value.put(edit.thresholds.passiveFrom)
                value.put(edit.thresholds.promoterFrom)
                value.put(edit.thresholds.confidenceMin)
                try state.put(StateKey.thresholds(edit.id), value)
            default: break
            }
        } catch let error as EntryError {
            throw PoisonEvent(position: event.position, reason: error.description)
        }
    }

    private mutating func record(_ response: ResponseRecordedView, _ event: EventView) throws {
        let tuple: UInt32
        do {
            tuple = try tuples.number(of: response.segments)
        } catch {
            throw EntryError.malformed(error)
        }
        if directory.isEmpty || tail.count == RowChunk.rowsMax {
            if !directory.isEmpty { rows[tailIndex] = tail }
            tail = RowChunk()
            directory.append(event.position)
            directoryIsDirty = true
        }
        tail.positions.append(event.position)
        tail.occurredAt.append(event.occurredAt)
        tail.tuples.append(tuple)
        tail.scores.append(response.score ?? RowChunk.noScore)
        tail.flags.append(response.hasText ? RowChunk.Flag.hasText : 0)
        tail.lastPosition = event.position
        tail.isDirty = true
        if response.isExcluded {
            tail.exclusions.append(
                RowChunk.Exclusion(row: UInt16(tail.count - 1), position: event.position))
        }
    }

    /// Finds the row of a response, loading its chunk where needed.
    private mutating func find(
        _ response: Position, _ event: EventView, _ state: some StateReader
    ) throws -> (chunk: Int, row: Int) {
        var (low, high) = (0, directory.count)
        while low < high {
            let middle = (low + high) / 2
            if directory[middle] <= response { low = middle + 1 } else { high = middle }
        }
        let chunk = low - 1
        if chunk >= 0, chunk != tailIndex, rows[chunk] == nil {
            rows[chunk] = try state.withValue(StateKey.rows(chunk)) { try RowChunk($0) }
        }
        let found = chunk < 0 ? nil : chunk == tailIndex ? tail : rows[chunk]
        guard let row = found?.row(of: response) else {
            throw PoisonEvent(
                position: event.position, reason: "position \(response) is not a response")
        }
        return (chunk, row)
    }

    private mutating func change(
        _ chunk: Int, _ position: Position, _ body: (inout RowChunk) -> Void
    ) {
        if chunk == tailIndex {
            body(&tail)
            tail.lastPosition = position
            tail.isDirty = true
        } else {
            rows[chunk]?.lastPosition = position
            rows[chunk]?.isDirty = true
            if rows[chunk] != nil { body(&rows[chunk, default: RowChunk()]) }
        }
    }

    private mutating func classify(
        _ judged: ClassificationRecordedView, _ event: EventView, _ state: some StateReader
    ) throws {
        let (chunk, row) = try find(judged.response, event, state)
        let text = (chunk == tailIndex ? tail : rows[chunk])?.textPosition(row)
        // A judgement of a text that was replaced meanwhile says nothing about the new one.
        if let cause = event.cause, let text, cause != text { return }
        if models.insert(judged.model).inserted { modelsAreDirty = true }
        let key = OutputKey(model: judged.model, chunk: chunk)
        try open(key, state)
        outputs[key, default: OutputChunk()].set(
            row, at: event.position, detractor: judged.detractor, promoter: judged.promoter)
    }

    private mutating func open(_ key: OutputKey, _ state: some StateReader) throws {
        guard outputs[key] == nil else { return }
        outputs[key] =
            try state.withValue(StateKey.outputs(key.model, key.chunk)) { try OutputChunk($0) }
            ?? OutputChunk()
    }

    private mutating func number(of segments: [String: String]) throws(EntryError) -> UInt32 {
        let bytes = CBORValue.map(segments.mapValues(CBORValue.text)).encoded
        do {
            return try bytes.withBytes { (raw) throws(CBORError) in try tuples.number(of: raw) }
        } catch {
            throw .malformed(error)
        }
    }

    private mutating func amend(
        _ amendment: ResponseAmended, _ event: EventView, _ state: some StateReader
    ) throws {
        let (chunk, row) = try find(amendment.response, event, state)
        let tuple = try amendment.segments.map { segments throws(EntryError) in
            try number(of: segments)
        }
        change(chunk, event.position) { rows in
            rows.history.append(
                RowChunk.Superseded(
                    row: UInt16(row), until: event.position, score: rows.scores[row],
                    flags: rows.flags[row], textChanged: amendment.hasText ? 1 : 0,
                    tuple: rows.tuples[row]))
            if let tuple { rows.tuples[row] = tuple }
            if let score = amendment.score { rows.scores[row] = score }
            if amendment.hasText { rows.flags[row] |= RowChunk.Flag.hasText }
        }
        guard amendment.hasText else { return }
        for model in models.sorted() {
            let key = OutputKey(model: model, chunk: chunk)
            try open(key, state)
            outputs[key, default: OutputChunk()].void(row, at: event.position)
        }
    }

    /// Writes what changed and lets go of all but the last chunk.
    public mutating func flush(to state: some StateWriter) throws {
        guard isLoaded else { return }
        for number in tuples.storedCount..<tuples.tuples.count {
            try state.put(StateKey.tuple(UInt32(number)), tuples.tuples[number])
        }
        tuples.storedCount = tuples.tuples.count
        for (chunk, rows) in rows.sorted(by: { $0.key < $1.key }) where rows.isDirty {
            try state.put(StateKey.rows(chunk), rows.encoded)
        }
        rows.removeAll(keepingCapacity: true)
        if tail.isDirty {
            try state.put(StateKey.rows(tailIndex), tail.encoded)
            tail.isDirty = false
        }
        let changed = outputs.filter(\.value.isDirty).sorted {
            ($0.key.model, $0.key.chunk) < ($1.key.model, $1.key.chunk)
        }
        for (key, chunk) in changed {
            try state.put(StateKey.outputs(key.model, key.chunk), chunk.encoded)
        }
        outputs.removeAll(keepingCapacity: true)
        if directoryIsDirty {
            var bytes: [UInt8] = []
            bytes.put(column: directory)
            try state.put(StateKey.directory, bytes)
            directoryIsDirty = false
        }
        if modelsAreDirty {
            var bytes: [UInt8] = []
            bytes.put(column: models.sorted())
            try state.put(StateKey.models, bytes)
            modelsAreDirty = false
        }
    }
}
