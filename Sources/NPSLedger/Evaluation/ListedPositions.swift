import LedgerCore

/// Training positions that were found one by one.
public struct ListedPositions: TrainingPositions, Hashable {
    /// Ascending, each once.
    private let positions: [Position]

    /// These positions, in any order.
    public init(_ positions: some Sequence<Position>) {
        var sorted: [Position] = []
        for position in positions.sorted() where sorted.last != position {
            sorted.append(position)
        }
        self.positions = sorted
    }

    /// How many responses there are.
    public var count: Int { positions.count }

    /// Whether the response recorded at a position is among them.
    public func contains(_ response: Position) -> Bool {
        var (low, high) = (0, positions.count)
        while low < high {
            let middle = (low + high) / 2
            if positions[middle] < response { low = middle + 1 } else { high = middle }
        }
        return low < positions.count && positions[low] == response
    }
}
