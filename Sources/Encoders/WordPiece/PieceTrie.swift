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

/// A vocabulary's pieces while they are read: nodes with a list of children each.
struct PieceTree {
    /// Root of the pieces that begin a word.
    static let initial = 0
    /// Root of the pieces that go on with a word.
    static let continuation = 1

    private struct Node {
        var byte: UInt8 = 0
        var piece: Int32 = -1
        /// The child that was added last.
        var child: Int32 = -1
        /// The one added before to the same parent.
        var sibling: Int32 = -1
    }

    private var nodes = [Node(), Node()]
    /// The roots' children by byte: their lists are long.
    private var firsts = [[Int32]](repeating: Array(repeating: -1, count: 256), count: 2)

    /// Adds a piece; answers the number of one that is the same, nil where there is none.
    mutating func add(_ bytes: ArraySlice<UInt8>, below root: Int, piece: Int32) -> Int32? {
        var node = root
        for byte in bytes {
            var child = node == root ? firsts[root][Int(byte)] : nodes[node].child
            while child >= 0, nodes[Int(child)].byte != byte { child = nodes[Int(child)].sibling }
            if child < 0 {
                child = Int32(nodes.count)
                nodes.append(Node(byte: byte, sibling: nodes[node].child))
                nodes[node].child = child
                if node == root { firsts[root][Int(byte)] = child }
            }
            node = Int(child)
        }
        if nodes[node].piece >= 0 { return nodes[node].piece }
        nodes[node].piece = piece
        return nil
    }

    /// The byte that leads to a node.
    func byte(_ node: Int) -> UInt8 { nodes[node].byte }

    /// The piece that ends at a node; negative where none does.
    func piece(_ node: Int) -> Int32 { nodes[node].piece }

    /// A node's children, the first added first.
    func children(_ node: Int) -> [Int] {
        var found: [Int] = []
        var child = nodes[node].child
        while child >= 0 {
            found.append(Int(child))
            child = nodes[Int(child)].sibling
        }
        return found.reversed()
    }
}
