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
