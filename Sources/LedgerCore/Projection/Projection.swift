/// A pure fold of the log: id, version, consumed event names, an initial state and `apply`.
///
/// The value itself is working memory between `flush`es; the state proper is what `flush` puts in
/// the store. `apply` performs no I/O of its own, reads no clock and keeps integers only, and the
/// bytes in the store after `flush` depend on the events alone, never on how they were cut into
/// batches: that is what lets a rebuild be compared with the live state by digest.
public protocol Projection {
    /// What the projection is and reads.
    static var descriptor: ProjectionDescriptor { get }
    /// The initial state.
    init()
    /// Applies one event; events come in log order and only those consumed.
    mutating func apply(_ event: EventView, to state: some StateWriter) throws
    /// Puts everything that `apply` changed into the store.
    mutating func flush(to state: some StateWriter) throws
}
