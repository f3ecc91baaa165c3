import LedgerCore
import LedgerStore
import NPSStatistics

/// The frame that a question asks for, before it is looked up in the ledger.
public struct LensRequest: Hashable, Sendable {
    /// As of when.
    public enum Moment: Hashable, Sendable {
        /// As far as the projections have come.
        case now
        /// The size of the log then.
        case position(Position)
        /// What was recorded by then.
        case time(Microseconds)

        /// A position, or else a time.
        ///
        /// - Throws: `LedgerError` with code `invalid`.
        public init(_ text: String) throws(LedgerError) {
            self =
                if let position = Position(text) {
                    .position(position)
                } else {
                    .time(try TimeBound(text).time)
                }
        }
    }

    /// As of when.
    public var asOf = Moment.now
    /// The model whose judgements count; nil for the one that was active.
    public var model: ModelVersion?
    /// The threshold set; nil for the one in force.
    public var thresholds: UInt32?
    /// Which responses count by what.
    public var basis = Lens.Basis.blended
    /// Which of several responses of one respondent count.
    public var duplicates = Lens.Duplicates.all
    /// Whether a person's decision goes before what a model reads.
    public var reviews = Lens.Reviews.applied
    /// How intervals are computed.
    public var interval = IntervalMethod.adjustedWald
    /// Confidence of the intervals in percent, from 50 to below 100.
    public var confidence = 95.0

    /// Everything as today, but for what is named.
    public init(asOf: Moment = .now, model: ModelVersion? = nil, basis: Lens.Basis = .blended) {
        self.asOf = asOf
        self.model = model
        self.basis = basis
    }

    /// - Throws: `LedgerError` with code `invalid` for a confidence that no interval can have.
    package func check() throws(LedgerError) {
        guard confidence >= 50, confidence < 100 else {
            throw LedgerError(.invalid, "a confidence lies between 50 and 99.999 percent")
        }
    }
}
