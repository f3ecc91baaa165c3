/// Rows and relations that contradict each other: nothing can be promised about them.
public struct SuppressionError: Error, Sendable, Hashable {
    /// What is wrong, by a stable name.
    public struct Code: RawRepresentable, Sendable, Hashable {
        /// The stable name.
        public let rawValue: String

        /// A code by its name.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// A row's count is negative; ``SuppressionError/index`` is the row.
        public static let negativeCount = Code(rawValue: "suppression.negative-count")
        /// A relation names a row that does not exist, or one twice; `index` is the relation.
        public static let invalidRelation = Code(rawValue: "suppression.invalid-relation")
        /// The parts hold more than their whole, so they overlap or belong to another period;
        /// `index` is the relation.
        public static let partsExceedWhole = Code(rawValue: "suppression.parts-exceed-whole")
    }

    /// What is wrong.
    public let code: Code
    /// Where: the index of the row or of the relation.
    public let index: Int

    init(_ code: Code, at index: Int) {
        self.code = code
        self.index = index
    }
}

extension SuppressionError: CustomStringConvertible {
    /// What is wrong, where, and what to do next.
    public var description: String {
        switch code {
        case .negativeCount:
            "row \(index) has a negative count: rebuild the result it came from"
        case .partsExceedWhole:
            "relation \(index): its parts hold more responses than the whole; "
                + "relate only disjoint parts under the same lens"
        default:
            "relation \(index) names a row that is missing or named twice: check its indices"
        }
    }
}
