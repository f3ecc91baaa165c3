import LedgerCore

/// A chunk of outputs read in place.
struct OutputChunkView {
    let bytes: UnsafeRawBufferPointer
    let count: Int
    let supersededCount: Int
    let lastPosition: Position
    let detractorOffset: Int
    let promoterOffset: Int
    private let supersededOffset: Int

    init(_ bytes: UnsafeRawBufferPointer) throws {
        self.bytes = bytes
        guard bytes.count >= OutputChunk.headerBytes else {
            throw DamagedState("a chunk of outputs")
        }
        count = Int(bytes.load(0, as: UInt32.self))
        supersededCount = Int(bytes.load(4, as: UInt32.self))
        lastPosition = bytes.load(16)
        detractorOffset = OutputChunk.headerBytes + count * 8
        promoterOffset = detractorOffset + count * 2
        supersededOffset = promoterOffset + count * 2
        guard count <= RowChunk.rowsMax,
            supersededOffset + supersededCount * OutputChunk.Superseded.byteCount == bytes.count
        else { throw DamagedState("a chunk of outputs") }
    }

    @inline(__always)
    func position(_ row: Int) -> Position {
        bytes.load(OutputChunk.headerBytes + row * 8)
    }
    @inline(__always)
    func detractor(_ row: Int) -> UInt16 { bytes.load(detractorOffset + row * 2) }
    @inline(__always)
    func promoter(_ row: Int) -> UInt16 { bytes.load(promoterOffset + row * 2) }

    /// Outputs that held as of `asOf` and hold no longer, by row.
    func former(asOf: Position) -> [Int: (detractor: UInt16, promoter: UInt16)] {
        var rows: [Int: (detractor: UInt16, promoter: UInt16)] = [:]
        for index in 0..<supersededCount {
            let at = supersededOffset + index * OutputChunk.Superseded.byteCount
            let from = bytes.load(at + 2, as: Position.self)
            let until = bytes.load(at + 10, as: Position.self)
            if from < asOf, until >= asOf {
                rows[Int(bytes.load(at, as: UInt16.self))] = (
                    bytes.load(at + 18), bytes.load(at + 20)
                )
            }
        }
        return rows
    }
}
