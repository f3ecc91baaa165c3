/// A text's vector, as whole numbers.
///
/// A transformer's last bits differ between kinds of processors. Rounding them away here makes a
/// head's sums exact, and the vector half as large.
public struct Embedding: Sendable, Hashable {
    /// What a component of one is stored as.
    public static let one: Int16 = 32_767

    /// The components, each in 1/32,767.
    public var components: [Int16]

    /// A vector of stored components.
    public init(components: [Int16]) {
        self.components = components
    }

    /// A vector rounded from components in -1…1; what is beyond them is cut off.
    public init(rounding components: [Double]) {
        self.components = components.map { value in
            Int16((min(1, max(-1, value)) * Double(Self.one)).rounded())
        }
    }
}
