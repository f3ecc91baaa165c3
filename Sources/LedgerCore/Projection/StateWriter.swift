/// A state that can be changed.
public protocol StateWriter: StateReader {
    /// Sets a value.
    func put(_ key: [UInt8], _ value: [UInt8]) throws
    /// Removes a value if there is one.
    func remove(_ key: [UInt8]) throws
}
