import LedgerCore

/// Integer rows per response, from which any lens is aggregated without rereading the log.
///
/// A row holds position, response time, respondent, segment tuple, stated score, and for each model
/// the probabilities it gave. Positions stand beside every value, so that the state answers for any
/// earlier prefix of the log as well as for today.
public struct NPSBySegment: Projection {
    /// What a stretch of the log says about responses.
    public typealias Span = NPSBySegmentSpan

    /// `nps-by-segment`, version 4: version 1 kept no respondents and no times of chunks, version 2
    /// no decisions, version 3 nothing of what was read in a text after it was replaced, version 4 not
    /// which responses are dated after their recording.
    public static let descriptor = ProjectionDescriptor(
        id: "nps-by-segment", version: 5,
        consumes: [
            .responseRecorded, .responseAmended, .responseExcluded, .classificationRecorded,
            .classificationDeclined, .reviewDecided, .modelActivated, .thresholdsEdited,
        ])

    struct OutputKey: Hashable {
        var model: ModelVersion
        var chunk: Int
    }

    /// Outputs that are being changed.
    struct OpenOutputs {
        var key: OutputKey
        var chunk: OutputChunk
    }

    /// A row by chunk and place.
    struct Place {
        var chunk: Int
        var row: Int
    }

    private var isLoaded = false
    var tuples = TupleTable()
    /// First position of each chunk.
    var directory: [Position] = []
    var directoryIsDirty = false
    private var models: Set<ModelVersion> = []
    private var modelsAreDirty = false
    /// The last chunks in order; the very last one takes new rows. Empty before the first row.
    var recent: [RowChunk] = []
    /// Chunks before those, where an event asked for one.
    var older: [Int: RowChunk] = [:]
    private var outputs: [OutputKey: OutputChunk] = [:]
    /// The outputs that the last classification went to: the next one nearly always goes there too.
    private var openOutputs: OpenOutputs?
    /// Where the last event found its row.
    private var lastPlace = Place(chunk: 0, row: 0)

    /// The state before any event.
    public init() {}

    /// Chunk of the first of `recent`.
    var recentStart: Int { directory.count - recent.count }

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
        guard !directory.isEmpty else { return }
        let last = try state.withValue(StateKey.rows(directory.count - 1)) { try RowChunk($0) }
        guard let last else { throw DamagedState("the last chunk is missing") }
        recent = [last]
    }

    /// Applies one event.
    public mutating func apply(_ event: EventView, to state: some StateWriter) throws {
        try applyAsSpan(event, to: state)
    }

    /// Applies a span: rows and classifications in runs, and between them what is rare.
    public mutating func apply(
        _ span: NPSBySegmentSpan, to state: some StateWriter
    ) throws -> [PoisonEvent] {
        if !isLoaded { try load(state) }
        let numbers = try span.table.tuples.map { try tuples.number(of: $0) }
        var poisoned: [PoisonEvent] = []
        var (row, classification) = (0, 0)
        for change in span.changes {
            take(span, &row, until: change.position, numbers)
            try classify(span, &classification, until: change.position, state, &poisoned)
            do {
                try make(change, numbers, state)
            } catch let poison as PoisonEvent {
                poisoned.append(poison)
            }
        }
        take(span, &row, until: .max, numbers)
        try classify(span, &classification, until: .max, state, &poisoned)
        return poisoned
    }

    /// Finds the row of a response, loading its chunk where needed.
    private mutating func find(
        _ response: Position, _ event: Position, _ state: some StateReader
    ) throws -> Place {
        // The rows of a run are there before its classifications, those that stand after them as well.
        guard response < event else {
            throw PoisonEvent(
                position: event, reason: "position \(response) does not stand before it")
        }
        // Classifications mostly come in the order of the responses.
        if let place = near(response) { return place }
        var (low, high) = (0, directory.count)
        while low < high {
            let middle = (low + high) / 2
            if directory[middle] <= response { low = middle + 1 } else { high = middle }
        }
        let chunk = low - 1
        if chunk >= 0, chunk < recentStart, older[chunk] == nil {
            older[chunk] = try state.withValue(StateKey.rows(chunk)) { try RowChunk($0) }
        }
        let row =
            chunk < 0
            ? nil
            : chunk < recentStart
                ? older[chunk]?.row(of: response)
                : recent[chunk - recentStart].row(of: response)
        guard let row else {
            throw PoisonEvent(
                position: event, reason: "position \(response) is not a response")
        }
        lastPlace = Place(chunk: chunk, row: row)
        return lastPlace
    }

    /// Rows looked at from the last place on; not every response has a text to classify.
    private static let nearRows = 6

    /// The place of a response close behind the last one.
    private mutating func near(_ response: Position) -> Place? {
        let index = lastPlace.chunk - recentStart
        guard index >= 0, index < recent.count, response >= recent[index].base,
            response - recent[index].base <= RowChunk.spanMax
        else { return nil }
        let offset = UInt32(truncatingIfNeeded: response - recent[index].base)
        let end = min(recent[index].count, lastPlace.row + Self.nearRows)
        var row = lastPlace.row
        while row < end {
            if recent[index].offsets[row] == offset {
                lastPlace.row = row
                return lastPlace
            }
            row += 1
        }
        return nil
    }

    /// Changes the rows of a chunk that `find` found.
    private mutating func change(_ chunk: Int, _ body: (inout RowChunk) -> Void) {
        if chunk >= recentStart {
            body(&recent[chunk - recentStart])
        } else if older[chunk] != nil {
            body(&older[chunk, default: RowChunk()])
        }
    }

    private mutating func make(
        _ change: NPSBySegmentSpan.Change, _ numbers: [UInt32], _ state: some StateWriter
    ) throws {
        switch change.kind {
        case .amend(let response, let score, let tuple, let hasText):
            let place = try find(response, change.position, state)
            self.change(place.chunk) { rows in
                rows.amend(
                    place.row, at: change.position, score: score,
                    tuple: tuple.map { numbers[Int($0)] }, hasText: hasText)
            }
            // What models read before was another text.
            for model in hasText ? models.sorted() : [] {
                try open(OutputKey(model: model, chunk: place.chunk), state)
                openOutputs?.chunk.void(place.row, at: change.position)
            }
        case .exclude(let response):
            let place = try find(response, change.position, state)
            self.change(place.chunk) { $0.exclude(place.row, at: change.position) }
        case .decide(let response, let text, let npsClass, let settles):
            let place = try find(response, change.position, state)
            // A decision on a text that was replaced meanwhile says nothing about the new one.
            if let text, text != self.text(place) { return }
            self.change(place.chunk) { rows in
                rows.decide(place.row, at: change.position, npsClass, settles: settles)
            }
        case .activate(let model):
            var value: [UInt8] = []
            value.put(model)
            try state.put(StateKey.activation(change.position), value)
        case .setThresholds(let id, let thresholds):
            var value: [UInt8] = []
            value.put(change.position)
            value.put(thresholds.passiveFrom)
            value.put(thresholds.promoterFrom)
            value.put(thresholds.confidenceMin)
            try state.put(StateKey.thresholds(id), value)
        }
    }

    private mutating func classify(
        _ span: NPSBySegmentSpan, _ index: inout Int, until end: Position,
        _ state: some StateReader, _ poisoned: inout [PoisonEvent]
    ) throws {
        while index < span.classifications.count, span.classifications[index].position < end {
            let classified = span.classifications[index]
            index += 1
            let place: Place
            do {
                place = try find(classified.response, classified.position, state)
            } catch let poison as PoisonEvent {
                poisoned.append(poison)
                continue
            }
            // What is read in a text that was replaced meanwhile says nothing about the new one. It is
            // for questions as of when the response had that text.
            var replacedAt: Position?
            if classified.cause != NPSBySegmentSpan.noCause, classified.cause != text(place) {
                replacedAt = replaced(classified.cause, of: place)
                if replacedAt == nil { continue }
            }
            let key = OutputKey(model: classified.model, chunk: place.chunk)
            if openOutputs?.key != key {
                if models.insert(classified.model).inserted { modelsAreDirty = true }
                try open(key, state)
            }
            if let replacedAt {
                openOutputs?.chunk.add(
                    OutputChunk.Superseded(
                        row: UInt16(place.row), from: classified.position, until: replacedAt,
                        detractor: classified.detractor, promoter: classified.promoter))
            } else {
                openOutputs?.chunk.set(
                    place.row, at: classified.position, detractor: classified.detractor,
                    promoter: classified.promoter)
            }
        }
    }

    /// Position of the event whose text a row now has.
    private func text(_ place: Place) -> Position? {
        place.chunk >= recentStart
            ? recent[place.chunk - recentStart].textPosition(place.row)
            : older[place.chunk]?.textPosition(place.row)
    }

    /// Where a text that a row had was replaced; nil for what was none of its texts.
    private func replaced(_ text: Position, of place: Place) -> Position? {
        place.chunk >= recentStart
            ? recent[place.chunk - recentStart].replaced(text, of: place.row)
            : older[place.chunk]?.replaced(text, of: place.row)
    }

    /// Makes the outputs of a model and chunk the open ones.
    private mutating func open(_ key: OutputKey, _ state: some StateReader) throws {
        guard openOutputs?.key != key else { return }
        putAside()
        let chunk =
            try outputs.removeValue(forKey: key)
            ?? state.withValue(StateKey.outputs(key.model, key.chunk)) { try OutputChunk($0) }
        openOutputs = OpenOutputs(key: key, chunk: chunk ?? OutputChunk())
    }

    private mutating func putAside() {
        if let open = openOutputs { outputs[open.key] = open.chunk }
        openOutputs = nil
    }

    /// Writes what changed and lets go of all but the last chunk.
    public mutating func flush(to state: some StateWriter) throws {
        guard isLoaded else { return }
        for number in tuples.storedCount..<tuples.tuples.count {
            try state.put(StateKey.tuple(UInt32(number)), tuples.tuples[number])
        }
        tuples.storedCount = tuples.tuples.count
        for (chunk, rows) in older.sorted(by: { $0.key < $1.key }) where rows.isDirty {
            try state.put(StateKey.rows(chunk), rows.encoded)
        }
        older.removeAll(keepingCapacity: true)
        let start = recentStart
        for index in recent.indices where recent[index].isDirty {
            try state.put(StateKey.rows(start + index), recent[index].encoded)
            recent[index].isDirty = false
        }
        recent.removeFirst(max(0, recent.count - 1))
        try flushOutputs(to: state)
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

    private mutating func flushOutputs(to state: some StateWriter) throws {
        let last = openOutputs?.key
        putAside()
        let changed = outputs.filter(\.value.isDirty).sorted {
            ($0.key.model, $0.key.chunk) < ($1.key.model, $1.key.chunk)
        }
        for (key, chunk) in changed {
            try state.put(StateKey.outputs(key.model, key.chunk), chunk.encoded)
        }
        // The open ones stay: they are where the next classification goes.
        let kept = last.flatMap { outputs[$0] }
        outputs.removeAll(keepingCapacity: true)
        guard let last, var chunk = kept else { return }
        chunk.isDirty = false
        openOutputs = OpenOutputs(key: last, chunk: chunk)
    }
}
