/// Two ways to the same answer that do not agree.
struct Disagreement: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Fails with both values unless they are equal.
func agree<T: Equatable>(
    _ found: T, _ expected: T, _ what: @autoclosure () -> String
) throws(Disagreement) {
    guard found != expected else { return }
    throw Disagreement("\(what()): found \(found), expected \(expected)")
}

/// Fails unless it holds.
func hold(_ condition: Bool, _ what: @autoclosure () -> String) throws(Disagreement) {
    if !condition { throw Disagreement(what()) }
}

/// The first entry in which two tables differ, in words.
func firstDifference<Key: Hashable, Value: Equatable>(
    _ found: [Key: Value], _ expected: [Key: Value]
) -> String? {
    let keys = Set(found.keys).union(expected.keys).filter { found[$0] != expected[$0] }
    guard let key = keys.min(by: { "\($0)" < "\($1)" }) else { return nil }
    func text(_ value: Value?) -> String { value.map { "\($0)" } ?? "nothing" }
    return "under \(key): found \(text(found[key])), expected \(text(expected[key]))"
}

/// Fails with the beginnings of two digests unless they are equal.
func agree(
    _ found: [UInt8], _ expected: [UInt8], _ what: @autoclosure () -> String
) throws(Disagreement) {
    guard found != expected else { return }
    throw Disagreement("\(what()): found \(hex(found)), expected \(hex(expected))")
}

private func hex(_ digest: [UInt8]) -> String {
    digest.prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "…"
}

/// Fails with the first element that differs.
func agreeOnEach<T: Equatable>(
    _ found: [T], _ expected: [T], _ what: @autoclosure () -> String
) throws(Disagreement) {
    guard found != expected else { return }
    let same = zip(found, expected).prefix { $0 == $1 }.count
    let one = same < found.count ? "\(found[same])" : "no more"
    let other = same < expected.count ? "\(expected[same])" : "no more"
    throw Disagreement("\(what()): number \(same): found \(one), expected \(other)")
}
