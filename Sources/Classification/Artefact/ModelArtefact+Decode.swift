extension ModelArtefact {
    /// Reads an artefact, checking every length and value before it is used.
    init(decoding bytes: [UInt8]) throws(ArtefactError) {
        var reader = ArtefactReader(bytes)
        let found = try Self.checkFrame(&reader)
        let featureSet = try reader.string()
        guard featureSet == TextFeatures.featureSet else {
            throw reader.refusal(
                .featureSetMismatch,
                "made for features '\(featureSet)', this program computes "
                    + "'\(TextFeatures.featureSet)'")
        }
        bits = Int(try reader.byte())
        guard Self.bitsRange.contains(bits) else {
            throw reader.refusal(.invalidValue, "\(bits) hash bits, \(Self.bitsRange) allowed")
        }
        let count = Int(try reader.byte())
        guard count == ModelHead.Kind.allCases.count else {
            throw reader.refusal(.labelMismatch, "\(count) heads, 3 expected")
        }
        heads = []
        metadata = []
        for kind in ModelHead.Kind.allCases {
            heads.append(try Self.head(kind, bits: bits, from: &reader))
        }
        if found == Self.versionWithSections { try readSections(&reader) }
        let length = Int(try reader.integer(UInt32.self))
        guard length <= Self.metadataBytesMax else {
            throw reader.refusal(.invalidValue, "\(length) bytes of metadata")
        }
        metadata = Array(try reader.take(length))
        guard reader.offset == reader.end else {
            throw reader.refusal(.invalidValue, "\(reader.end - reader.offset) bytes left over")
        }
    }

    private mutating func readSections(_ reader: inout ArtefactReader) throws(ArtefactError) {
        let sections = try reader.byte()
        guard (1...(Self.encoderBit | Self.topicsBit)).contains(sections) else {
            throw reader.refusal(.invalidValue, "\(sections) where 1, 2 or 3 belongs")
        }
        if sections & Self.encoderBit != 0 { encoder = try Self.encoder(from: &reader) }
        guard sections & Self.topicsBit != 0 else { return }
        topics = try Self.topics(
            bits: bits, dimensions: encoder?.reference.dimensions ?? 0, from: &reader)
    }

    /// Checks what stands around the content; gives the format version.
    private static func checkFrame(
        _ reader: inout ArtefactReader
    ) throws(ArtefactError) -> UInt16 {
        guard reader.bytes.starts(with: magic) else {
            throw reader.refusal(.notAnArtefact, "does not begin with NPSMODEL")
        }
        _ = try reader.take(magic.count)
        let found = try reader.integer(UInt16.self)
        guard found == version || found == versionWithSections else {
            throw reader.refusal(
                .unsupportedVersion,
                "format version \(found); this program reads versions \(version) and "
                    + "\(versionWithSections)")
        }
        let length = try reader.integer(UInt64.self)
        guard length == UInt64(reader.bytes.count), length >= UInt64(reader.offset + 8) else {
            throw reader.refusal(
                length > UInt64(reader.bytes.count) ? .truncated : .damaged,
                "\(length) bytes announced, \(reader.bytes.count) present")
        }
        let end = reader.bytes.count - 8
        var stored: UInt64 = 0
        for byte in reader.bytes[end...].reversed() { stored = stored << 8 | UInt64(byte) }
        guard stored == checksum(reader.bytes[..<end]) else {
            throw reader.refusal(.damaged, "the checksum does not match the content")
        }
        reader.end = end
        return found
    }

    private static func encoder(
        from reader: inout ArtefactReader
    ) throws(ArtefactError) -> (reference: EncoderReference, heads: [EmbeddingWeights]) {
        let name = try reader.string()
        guard EncoderReference.nameBytes.contains(name.utf8.count) else {
            throw reader.refusal(.invalidValue, "an encoder without a name")
        }
        let digest = Array(try reader.take(32))
        let dimensions = Int(try reader.integer(UInt16.self))
        guard EncoderReference.dimensionsRange.contains(dimensions) else {
            throw reader.refusal(
                .invalidValue,
                "\(dimensions) dimensions, \(EncoderReference.dimensionsRange) allowed")
        }
        var heads: [EmbeddingWeights] = []
        for kind in ModelHead.Kind.allCases {
            var head = EmbeddingWeights.none(kind)
            let reads = try reader.byte()
            guard reads <= 1 else {
                throw reader.refusal(.invalidValue, "\(reads) where 0 or 1 belongs")
            }
            if reads == 1 {
                for label in head.steps.indices {
                    head.steps[label] = try reader.integer(UInt32.self)
                }
                let count = head.steps.count * dimensions
                head.weights.reserveCapacity(count)
                for _ in 0..<count {
                    head.weights.append(Int16(bitPattern: try reader.integer(UInt16.self)))
                }
            }
            heads.append(head)
        }
        let reference = EncoderReference(name: name, digest: digest, dimensions: dimensions)
        return (reference, heads)
    }

    private static func head(
        _ kind: ModelHead.Kind, bits: Int, from reader: inout ArtefactReader
    ) throws(ArtefactError) -> ModelHead {
        let found = try reader.byte()
        guard found == kind.rawValue else {
            throw reader.refusal(.labelMismatch, "head \(found) where \(kind.rawValue) belongs")
        }
        var labels: [String] = []
        for _ in 0..<(try reader.byte()) { labels.append(try reader.string()) }
        guard labels == kind.labels else {
            throw reader.refusal(
                .labelMismatch,
                "head \(kind.name) has labels \(labels.joined(separator: ", ")), expected "
                    + kind.labels.joined(separator: ", "))
        }
        var head = ModelHead.untrained(kind)
        for index in labels.indices {
            head.biases[index] = Int32(bitPattern: try reader.integer(UInt32.self))
            head.steps[index] = try reader.integer(UInt32.self)
            guard (-ModelHead.biasMax...ModelHead.biasMax).contains(head.biases[index]),
                head.steps[index] <= ModelHead.stepMax
            else { throw reader.refusal(.invalidValue, "bias or step out of bounds") }
        }
        head.weights = try weights(bits: bits, width: labels.count, from: &reader)
        return head
    }

    private static func weights(
        bits: Int, width: Int, from reader: inout ArtefactReader
    ) throws(ArtefactError) -> [Int8] {
        let code = try reader.byte()
        guard let encoding = Encoding(rawValue: code) else {
            throw reader.refusal(.invalidValue, "unknown encoding \(code)")
        }
        switch encoding {
        case .none:
            return []
        case .dense:
            return try reader.take(width << bits).map { Int8(bitPattern: $0) }
        case .sparse:
            let present = try reader.take((1 << bits) / 8)
            let count = present.reduce(0) { $0 + $1.nonzeroBitCount }
            let rows = try reader.take(count * width)
            var weights = [Int8](repeating: 0, count: width << bits)
            var from = rows.startIndex
            for (index, byte) in present.enumerated() where byte != 0 {
                for bit in 0..<8 where byte & (1 << UInt8(bit)) != 0 {
                    let to = (index * 8 + bit) * width
                    for column in 0..<width {
                        weights[to + column] = Int8(bitPattern: rows[from + column])
                    }
                    from += width
                }
            }
            return weights
        }
    }
}

/// Reads an artefact's bytes in order and refuses to read beyond their end.
struct ArtefactReader {
    let bytes: [UInt8]
    private(set) var offset = 0
    /// Where the content ends: before the checksum, once that is known.
    var end: Int

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        end = bytes.count
    }

    mutating func take(_ count: Int) throws(ArtefactError) -> ArraySlice<UInt8> {
        guard count >= 0, end - offset >= count else {
            throw ArtefactError(
                code: .truncated, offset: offset,
                detail: "\(count) bytes expected, \(end - offset) left")
        }
        defer { offset += count }
        return bytes[offset..<(offset + count)]
    }

    mutating func integer<Value: FixedWidthInteger & UnsignedInteger>(
        _ type: Value.Type
    ) throws(ArtefactError) -> Value {
        var value: Value = 0
        for byte in try take(Value.bitWidth / 8).reversed() { value = value << 8 | Value(byte) }
        return value
    }

    mutating func byte() throws(ArtefactError) -> UInt8 {
        try integer(UInt8.self)
    }

    /// A string of at most 255 bytes behind its length.
    mutating func string() throws(ArtefactError) -> String {
        let count = Int(try byte())
        return String(decoding: try take(count), as: UTF8.self)
    }

    /// A text of `count` bytes, which have to be UTF-8: read and written again it is the same.
    mutating func text(_ count: Int) throws(ArtefactError) -> String {
        let bytes = try take(count)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw refusal(.invalidValue, "a text that is not UTF-8")
        }
        return text
    }

    func refusal(_ code: ArtefactError.Code, _ detail: String) -> ArtefactError {
        ArtefactError(code: code, offset: offset, detail: detail)
    }
}

/// Why a model artefact was refused, and where.
public struct ArtefactError: Error, Hashable, CustomStringConvertible {
    /// Stable code of the reason; later versions may add codes.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The code as it is printed and stored.
        public let description: String

        private init(_ description: String) { self.description = description }

        /// The bytes do not begin as a model artefact does.
        public static let notAnArtefact = Code("notAnArtefact")
        /// The format is newer than this program.
        public static let unsupportedVersion = Code("unsupportedVersion")
        /// The artefact ends before its content does.
        public static let truncated = Code("truncated")
        /// The checksum does not match: a byte was changed.
        public static let damaged = Code("damaged")
        /// The artefact was made for other features than this program computes.
        public static let featureSetMismatch = Code("featureSetMismatch")
        /// Heads or labels are not the ones this program knows.
        public static let labelMismatch = Code("labelMismatch")
        /// The model reads vectors of an encoder, and was opened without one.
        public static let needsEncoder = Code("needsEncoder")
        /// A value lies outside its bounds.
        public static let invalidValue = Code("invalidValue")
    }

    /// The reason.
    public let code: Code
    /// Byte of the artefact at which it was found.
    public let offset: Int
    /// What was found there, in a sentence.
    public let detail: String

    /// One line: code, byte and detail.
    public var description: String {
        "model artefact refused (\(code), byte \(offset)): \(detail)"
    }
}
