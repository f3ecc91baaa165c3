/// Numbers of pages, as bits in pieces that are made where a page is: a file can claim to have a
/// million times as many pages as it holds.
struct PageSet {
    private static let pieceWords = 512
    private static let piecePages = UInt64(pieceWords * 64)

    private var pieces: [UInt64: [UInt64]] = [:]

    /// Adds a page; false where it is there already.
    mutating func insert(_ page: UInt64) -> Bool {
        let (piece, index) = page.quotientAndRemainder(dividingBy: Self.piecePages)
        let bit: UInt64 = 1 << (index % 64)
        func add(to words: inout [UInt64]) -> Bool {
            defer { words[Int(index / 64)] |= bit }
            return words[Int(index / 64)] & bit == 0
        }
        return add(
            to: &pieces[piece, default: [UInt64](repeating: 0, count: Self.pieceWords)])
    }

    func contains(_ page: UInt64) -> Bool {
        let index = Int(page % Self.piecePages)
        guard let piece = pieces[page / Self.piecePages] else { return false }
        return piece[index / 64] >> UInt64(index % 64) & 1 == 1
    }
}
