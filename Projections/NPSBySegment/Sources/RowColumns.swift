import LedgerCore

/// One column of a chunk, in place.
struct Column<Element: FixedWidthInteger> {
    private let start: UnsafeRawPointer

    /// - Parameter bytes: a chunk whose view was made, so that the column is known to be in it.
    @inline(__always)
    init(_ bytes: UnsafeRawBufferPointer, _ offset: Int) {
        // A view has at least its header's bytes.
        start = bytes.baseAddress.unsafelyUnwrapped + offset
    }

    @inline(__always)
    subscript(row: Int) -> Element {
        Element(
            littleEndian: start.loadUnaligned(
                fromByteOffset: row &* MemoryLayout<Element>.size, as: Element.self))
    }
}

/// The columns of a chunk of rows that a tally reads.
struct RowColumns {
    let tuples: Column<UInt32>
    let scores: Column<UInt16>
    let flags: Column<UInt8>
    let times: Column<Microseconds>

    @inline(__always)
    init(_ rows: RowChunkView) {
        tuples = Column(rows.bytes, rows.tuplesOffset)
        scores = Column(rows.bytes, rows.scoresOffset)
        flags = Column(rows.bytes, rows.flagsOffset)
        times = Column(rows.bytes, rows.occurredAtOffset)
    }
}
