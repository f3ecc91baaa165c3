/// The frame of a question: with the log's prefix, all that a result depends on.
public struct Lens: Hashable, Sendable {
    /// Which responses count by what.
    public enum Basis: String, CaseIterable, Sendable {
        /// Only stated scores: the official NPS.
        case stated
        /// Only what the model reads in the texts.
        case inferred
        /// Stated where there is a score, inferred where there is none.
        case blended
    }

    /// Whose classifications count.
    public enum ModelSelection: Hashable, Sendable {
        /// The version active at the as-of position.
        case asActivated
        /// This version, whenever it was active.
        case pinned(ModelVersion)
    }

    /// Which cut-offs count.
    public enum ThresholdSelection: Hashable, Sendable {
        /// The set in force at the as-of position.
        case asEdited
        /// The set of this number.
        case pinned(UInt32)
    }

    /// Which of several responses of one respondent count.
    public enum Duplicates: String, CaseIterable, Sendable {
        /// All of them.
        case all
        /// The one of the latest response time in the window; at the same time, the last recorded.
        case latest
        /// The one of the earliest response time in the window; at the same time, the first
        /// recorded.
        case first
    }

    /// Whether a person's decision goes before what a model reads.
    public enum Reviews: String, CaseIterable, Sendable {
        /// It does, from its position on. A stated score is overruled by nobody.
        case applied
        /// Only models read: what the score would be without people.
        case ignored
    }

    /// Only events before this position count: the log's size as it was then.
    public var asOf: Position
    /// Up to where what is pinned is looked up, where that is later: a version and a threshold set may
    /// have been made after the responses that are restated under them. Nil for `asOf`.
    public var pinnedAsOf: Position?
    /// Whose classifications count.
    public var model: ModelSelection
    /// Which cut-offs count.
    public var thresholds: ThresholdSelection
    /// Which responses count by what.
    public var basis: Basis
    /// Which of several responses of one respondent count: of those that do under everything else.
    public var duplicates: Duplicates
    /// Whether a person's decision goes before what a model reads.
    public var reviews: Reviews
    /// First response time that counts, or nil for no bound.
    public var from: Microseconds?
    /// First response time that no longer counts, or nil for no bound.
    public var to: Microseconds?

    /// A lens.
    public init(
        asOf: Position, model: ModelSelection = .asActivated,
        thresholds: ThresholdSelection = .asEdited, basis: Basis = .blended,
        duplicates: Duplicates = .all, reviews: Reviews = .applied, from: Microseconds? = nil,
        to: Microseconds? = nil, pinnedAsOf: Position? = nil
    ) {
        self.asOf = asOf
        self.pinnedAsOf = pinnedAsOf
        self.model = model
        self.thresholds = thresholds
        self.basis = basis
        self.duplicates = duplicates
        self.reviews = reviews
        self.from = from
        self.to = to
    }

    /// Before which position a classification counts: of a pinned model those of later, too.
    public var readAsOf: Position {
        if case .pinned = model { max(asOf, pinnedAsOf ?? asOf) } else { asOf }
    }
}

/// Which responses, and how they are grouped: dimensions to group by and values to keep.
public struct SegmentSelection: Hashable, Sendable {
    /// Dimensions of the groups, in the order of the result's columns.
    public var by: [String]
    /// Dimensions and the values kept; several values of one dimension are alternatives.
    public var keeping: [String: Set<String>]

    /// A selection.
    public init(by: [String] = [], keeping: [String: Set<String>] = [:]) {
        self.by = by
        self.keeping = keeping
    }

    /// Whether responses of these segments are kept; the empty value stands for having none.
    public func keeps(_ segments: [String: String]) -> Bool {
        keeping.allSatisfy { dimension, values in
            segments[dimension].map(values.contains) ?? values.contains("")
        }
    }
}
