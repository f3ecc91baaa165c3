/// Bytes in a projection's state that its fold never writes.
///
/// The log is not concerned: the state can be folded anew from it. Whoever holds a state against
/// the log tells such an error as a finding, and passes on any other.
public protocol StateDamage: Error, CustomStringConvertible {}
