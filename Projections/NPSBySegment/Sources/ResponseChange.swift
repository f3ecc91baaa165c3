import LedgerCore

/// What two lenses make of one response, where that is not the same.
public struct ResponseChange {
    /// What a response counts as, and in which group.
    public struct Counted: Hashable, Sendable {
        /// Number of the group, in the order in which groups appear.
        public let group: Int
        /// The class.
        public let npsClass: NPSClass

        /// A counted response.
        public init(group: Int, npsClass: NPSClass) {
            self.group = group
            self.npsClass = npsClass
        }

        /// −1, 0 or 1: what the response adds to the sum that is divided by n.
        public var value: Int { Int(npsClass.rawValue) - 1 }
    }

    /// What an amendment changed.
    public enum Amended: String, CaseIterable, Sendable {
        /// The stated score.
        case score
        /// The comment.
        case text
        /// Values of dimensions.
        case segments
    }

    /// Position of the `response.recorded`.
    public let position: Position
    /// What it counts as under the first lens; nil where it does not count.
    public let first: Counted?
    /// What it counts as under the second lens; nil where it does not count.
    public let second: Counted?
    /// The first reason that suffices.
    public let reason: DifferenceReason
    /// What amendments between the two lenses changed, whether or not that is the reason.
    public let amended: [Amended]
    /// The response as the first lens sees it, its window and basis aside; nil where it is not
    /// recorded yet or excluded.
    public let firstRow: VisibleRow?
    /// The same for the second lens.
    public let secondRow: VisibleRow?

    /// Which of the sixteen pairs of classes it is: responses of one kind have one effect.
    public var kind: Int { Self.kind(first, second) }

    /// How many kinds there are.
    public static let kindCount = 16

    static func kind(_ first: Counted?, _ second: Counted?) -> Int {
        Int(first?.npsClass.rawValue ?? 3) * 4 + Int(second?.npsClass.rawValue ?? 3)
    }

    /// What responses of a kind add to the difference: c₂·n₁ − c₁·n₂, over the denominator n₁·n₂.
    ///
    /// A side without responses divides nothing, so its n counts as 1.
    public static func effect(ofKind kind: Int, first n1: Int, second n2: Int) -> Int {
        func value(_ code: Int) -> Int { code == 3 ? 0 : code - 1 }
        return value(kind % 4) * max(1, n1) - value(kind / 4) * max(1, n2)
    }
}
