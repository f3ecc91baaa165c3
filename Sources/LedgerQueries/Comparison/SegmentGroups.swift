import LedgerCore
import NPSBySegmentProjection

/// Which group of a selection responses fall into, found out tuple by tuple as they are met.
package struct SegmentGroups<State: StateReader> {
    private let selection: SegmentSelection
    private let query: NPSBySegmentQuery<State>
    /// Values of each group in the order of the selection's `by`; nil where responses have none.
    package private(set) var values: [[String?]] = []
    private var numbers: [[String?]: Int] = [:]
    /// By tuple; nil for one that the selection leaves out.
    private var known: [UInt32: Int?] = [:]

    package init(_ selection: SegmentSelection, _ query: NPSBySegmentQuery<State>) {
        self.selection = selection
        self.query = query
    }

    /// The group of a tuple, nil where the selection leaves it out.
    package mutating func group(of tuple: UInt32) throws -> Int? {
        if let group = known[tuple] { return group }
        let segments = try query.segments(tuple)
        var group: Int?
        if selection.keeps(segments) {
            let values = selection.by.map { segments[$0] }
            group = numbers[values] ?? self.values.count
            if numbers.updateValue(group ?? 0, forKey: values) == nil { self.values.append(values) }
        }
        known[tuple] = .some(group)
        return group
    }
}
