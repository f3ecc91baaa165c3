import LedgerCore

extension ContractRun {
    /// Compares what the whole state says of prefixes with what a state folded so far says, and
    /// what it says of different prefixes with how they are answered.
    func description(_ numbers: inout SeededNumbers) throws -> String? {
        guard let type = P.self as? any DescribedProjection.Type else { return nil }
        let whole = try fold(P.self, history.entries)
        let asked = (0..<Self.positionsAsked).map { _ in numbers.below(history.entries.count) }
        var told: [(size: Int, answer: [UInt8]?, description: [UInt8])] = []
        for size in [0] + asked.sorted() + [history.entries.count] {
            let then = try fold(P.self, history.entries.prefix(size))
            let description = try Self.describe(type, whole.state, Position(size))
            if try description != Self.describe(type, then.state, Position(size)) {
                return "the whole state describes \(size) events otherwise than the state then"
            }
            if try description != Self.describe(type, then.state, .max) {
                return "the state of \(size) events says more of what comes later"
            }
            told.append((size, try answer?(then.state, Position(size)), description))
        }
        for (one, other) in zip(told, told.dropFirst())
        where one.answer != other.answer && one.description == other.description {
            return "\(one.size) and \(other.size) events are answered differently and described "
                + "alike"
        }
        return nil
    }

    private static func describe<D: DescribedProjection>(
        _ type: D.Type, _ state: MemoryState, _ position: Position
    ) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try type.describe(state, asOf: position) { bytes.append(contentsOf: $0) }
        return bytes
    }
}
