import LedgerCore

extension NPSBySegment: DescribedProjection {
    /// Activations, threshold sets, the rows that count, what people decided and what each model read in them, as of
    /// `position`: all that any question can make out, whatever bytes it is kept in.
    ///
    /// - Throws: `DamagedState` for a blob that the fold never writes.
    public static func describe(
        _ state: some StateReader, asOf position: Position,
        _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        // A basis on which models count, so that their outputs are looked at.
        func lens(_ model: ModelVersion) throws -> ResolvedLens {
            try ResolvedLens(
                Lens(asOf: position, model: .pinned(model), basis: .inferred), in: state)
        }
        let query = NPSBySegmentQuery(state)
        var text = DescriptionText()
        for (at, model) in try ResolvedLens.activations(in: state) where at < position {
            text.put([0, at, UInt64(model)])
        }
        try describeThresholds(state, asOf: position, &text)
        // Nobody is model 0, so it has read nothing: what it has yet to read is every text.
        var texts = try query.unread(by: 0, asOf: position)[...]
        var segments: [UInt32: [UInt8]] = [:]
        try query.forEachRow(try lens(0)) { row in
            let encoded =
                try segments[row.tuple]
                ?? CBORValue.map(try query.segments(row.tuple).mapValues(CBORValue.text)).encoded
            segments[row.tuple] = encoded
            let read = texts.first?.response == row.position ? texts.popFirst()?.text : nil
            text.put([
                2, row.position, UInt64(bitPattern: row.occurredAt), row.subject,
                row.score.map { UInt64($0) } ?? .max, row.hasText ? 1 : 0, read ?? .max,
                row.decision.map { UInt64($0.rawValue) } ?? .max,
                UInt64(encoded.count),
            ])
            text.bytes.append(contentsOf: encoded)
            try text.hand(to: body)
        }
        for model in try query.models() {
            try query.forEachRow(try lens(model)) { row in
                if row.isClassified {
                    text.put([
                        3, UInt64(model), row.position, UInt64(row.detractor), UInt64(row.promoter),
                    ])
                } else if let language = row.unlearntLanguage {
                    text.put([4, UInt64(model), row.position, UInt64(language.packed)])
                }
                try text.hand(to: body)
            }
            try query.forEachLateOutput(of: model, before: position) { numbers in
                text.put([4, UInt64(model)] + numbers)
                try text.hand(to: body)
            }
        }
        try text.hand(to: body, atLeast: 1)
    }

    private static func describeThresholds(
        _ state: some StateReader, asOf position: Position, _ text: inout DescriptionText
    ) throws {
        for set in try ResolvedLens.thresholdSets(in: state) where set.position < position {
            text.put([
                1, set.position, UInt64(set.id), UInt64(set.thresholds.passiveFrom),
                UInt64(set.thresholds.promoterFrom), UInt64(set.thresholds.confidenceMin),
            ])
        }
    }
}

extension NPSBySegmentQuery {
    /// Calls `body` with each output of a model that came after its text had been replaced: response,
    /// where it was replaced, where it was read, and what was read.
    fileprivate func forEachLateOutput(
        of model: ModelVersion, before end: Position, _ body: ([UInt64]) throws -> Void
    ) throws {
        for chunk in 0..<(try chunkCount()) {
            try state.withValue(StateKey.outputs(model, chunk)) { outputs in
                try state.withValue(StateKey.rows(chunk)) { rows in
                    let rows = try RowChunkView(rows)
                    try OutputChunkView(outputs).forEachLate(before: end) {
                        row, position, replacedAt, detractor, promoter in
                        guard row < rows.count else { throw DamagedState("a late output") }
                        try body([
                            rows.position(row), replacedAt, position, UInt64(detractor),
                            UInt64(promoter),
                        ])
                    }
                }
            }
        }
    }
}

/// Numbers on their way out, in pieces that are worth a call.
private struct DescriptionText {
    /// A piece; small beside what is read for it.
    static let pieceBytes = 1 << 16

    var bytes: [UInt8] = []

    mutating func put(_ numbers: [UInt64]) {
        for number in numbers { bytes.put(number) }
    }

    mutating func hand(
        to body: (UnsafeRawBufferPointer) throws -> Void,
        atLeast count: Int = DescriptionText.pieceBytes
    ) throws {
        guard bytes.count >= count else { return }
        try bytes.withUnsafeBytes(body)
        bytes.removeAll(keepingCapacity: true)
    }
}

/// Keys of the projection's state.
enum StateKey {
    /// First position of each chunk: how a response's row is found.
    static let directory: [UInt8] = [0x01]
    /// Models that have outputs.
    static let models: [UInt8] = [0x02]
    /// Segment tuple by number.
    static let tuplePrefix: [UInt8] = [0x03]
    /// Rows by chunk.
    static let rowsPrefix: [UInt8] = [0x10]
    /// Activations by position.
    static let activationPrefix: [UInt8] = [0x20]
    /// Threshold sets by number.
    static let thresholdsPrefix: [UInt8] = [0x21]

    static func tuple(_ number: UInt32) -> [UInt8] { tuplePrefix + bigEndian(number) }
    static func rows(_ chunk: Int) -> [UInt8] { rowsPrefix + bigEndian(UInt32(chunk)) }
    static func outputsPrefix(_ model: ModelVersion) -> [UInt8] { [0x11] + bigEndian(model) }
    static func outputs(_ model: ModelVersion, _ chunk: Int) -> [UInt8] {
        outputsPrefix(model) + bigEndian(UInt32(chunk))
    }
    static func activation(_ position: Position) -> [UInt8] {
        activationPrefix + bigEndian(position)
    }
    static func thresholds(_ id: UInt32) -> [UInt8] { thresholdsPrefix + bigEndian(id) }

    static func bigEndian<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { [UInt8]($0) }
    }
}
