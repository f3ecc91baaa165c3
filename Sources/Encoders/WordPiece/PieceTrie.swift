/// The pieces of a vocabulary as a trie in three tables: each node's children stand together.
///
/// Among siblings the one added first stands first. A vocabulary is in the order of frequency, so
/// a look for a child mostly ends after few bytes; the roots, with many children, have a table.
struct PieceTrie: Sendable {
    /// Where each node's children begin; they end where those of the next node begin.
    private let starts: [Int32]
    /// The byte that leads to each node.
    private let bytes: [UInt8]
    /// The piece that ends at each node; negative where none does.
    private let pieces: [Int32]
    /// The roots' children by byte; negative where there is none.
    private let firsts: [Int32]

    /// A trie of a vocabulary's pieces.
    init(_ tree: PieceTree) {
        var starts: [Int32] = []
        var firsts = [Int32](repeating: -1, count: 512)
        var order = [PieceTree.initial, PieceTree.continuation]
        var next = 0
        while next < order.count {
            starts.append(Int32(order.count))
            for child in tree.children(order[next]) {
                if next < 2 { firsts[next << 8 | Int(tree.byte(child))] = Int32(order.count) }
                order.append(child)
            }
            next += 1
        }
        starts.append(Int32(order.count))
        self.starts = starts
        self.firsts = firsts
        bytes = order.map(tree.byte)
        pieces = order.map(tree.piece)
    }

    /// The longest piece that `word` has at `start`, with where it ends; nil where there is none.
    ///
    /// - Parameter root: `PieceTree.initial` or `.continuation`.
    func longest(
        from root: Int, in word: UnsafeBufferPointer<UInt8>, at start: Int
    ) -> (piece: Int32, end: Int)? {
        var node = Int(firsts[root << 8 | Int(word[start])])
        guard node >= 0 else { return nil }
        var found: (piece: Int32, end: Int)?
        var next = start + 1
        while true {
            if pieces[node] >= 0 { found = (pieces[node], next) }
            guard next < word.count else { return found }
            let byte = word[next]
            var child = Int(starts[node])
            let end = Int(starts[node + 1])
            while child < end, bytes[child] != byte { child += 1 }
            guard child < end else { return found }
            node = child
            next += 1
        }
    }
}
