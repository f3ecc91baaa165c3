/// Says which setting of a simulation is impossible, and which values it may have.
public struct SimulationConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, as a stable word; more may come.
    public struct Code: RawRepresentable, Sendable, Hashable {
        /// The word.
        public let rawValue: String

        /// Makes a code from its word.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// A number is outside of its range.
        public static let outOfRange = Code(rawValue: "simulation.out-of-range")
        /// A list of values is empty, or names one twice.
        public static let badList = Code(rawValue: "simulation.bad-list")
        /// A planted change names a region that the configuration does not have.
        public static let unknownRegion = Code(rawValue: "simulation.unknown-region")
    }

    /// What is wrong.
    public let code: Code
    /// The setting, by the name of its property.
    public let setting: String
    /// What the setting may be.
    public let advice: String

    /// One line for people.
    public var description: String {
        "\(setting) is not possible: \(advice) (\(code.rawValue))"
    }
}
