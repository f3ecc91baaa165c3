/// A model as it is stored: heads over one hashed feature set, and how they were made.
///
/// All integers are little-endian:
///
/// ```
/// 8   magic "NPSMODEL"
/// 2   format version: 1, or 2 for a model that reads vectors of an encoder or finds topics
/// 8   length of the whole artefact
/// 1+n feature set id
/// 1   hash bits B (10…22)
/// 1   heads, each:
///       1   kind (0 scoreClass, 1 sentiment, 2 intents), ascending
///       1   labels K, each 1+n name
///       8·K bias (Int32, logit in 1/2^16), step (UInt32, one unit of weight in 1/2^24)
///       1   encoding: 0 no weights, 1 dense (2^B·K Int8), 2 sparse (2^B bits that say which
///           buckets have a row, then the rows); the shorter one, dense if equal
/// version 2 alone:
///   1   what follows: 1 an encoder, 2 topics, 3 both
///   an encoder:
///     1+n its name, 32 its digest, 2 dimensions D
///     of each head: 1 whether it reads vectors, and if so
///         4·K step (UInt32, one unit of weight times one of component in 1/2^56)
///         2·K·D weights (Int16), label by label
///   topics:
///     1   whether they exclude each other
///     1   topics T (1…64), each:
///         1+n name, 2+n description, 1 phrases, each 2+n
///         1   origin (0 absent: then nothing more; 1 trained, 2 prototype)
///         2   threshold (1…10,000 basis points), 4 bias (as above)
///         4   step (as above), of a trained one alone
///         with an encoder: 4 step (as above), 2·D weights (Int16)
///     with a trained one: 2^B bits that say which buckets have a row, then the rows (Int8, trained
///         topics side by side)
/// 4+n metadata (canonical JSON)
/// 8   FNV-1a 64 of all bytes before
/// ```
struct ModelArtefact: Sendable {
    static let magic: [UInt8] = Array("NPSMODEL".utf8)
    static let version: UInt16 = 1
    static let versionWithSections: UInt16 = 2
    static let bitsRange = 10...22
    /// Metadata beyond this is refused: it is a page of figures, not a place for data.
    static let metadataBytesMax = 1 << 20

    enum Encoding: UInt8 {
        case none = 0
        case dense = 1
        case sparse = 2
    }

    var bits: Int
    var heads: [ModelHead]
    /// The encoder that its heads read vectors of, with their weights by head.
    var encoder: (reference: EncoderReference, heads: [EmbeddingWeights])?
    /// What finds topics; nil for a model that finds none.
    var topics: TopicHead?
    var metadata: [UInt8]

    /// Whether a head was trained.
    func reads(_ kind: ModelHead.Kind) -> Bool {
        let index = Int(kind.rawValue)
        return !heads[index].weights.isEmpty || encoder?.heads[index].weights.isEmpty == false
    }

    static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.withUnsafeBufferPointer { buffer in
            var state = FeatureHash.wordSeed
            for byte in buffer { state = FeatureHash.step(state, UInt32(byte)) }
            return state
        }
    }
}
