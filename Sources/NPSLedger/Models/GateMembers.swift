import JSON

/// The members of one object of a gate file: each known, and there once.
struct GateMembers {
    private let members: [String: JSONTree]
    private let line: Int
    private let path: String?

    /// - Parameters:
    ///   - place: what a message calls the object; `inside` is put before its members' names.
    ///   - owner: whose members they are.
    init(
        _ tree: JSONTree, place: String, inside path: String?, known: [String], of owner: String
    ) throws(GateFileError) {
        guard case .object(let list) = tree.value else {
            throw GateFileError(line: tree.line, place: place, reason: "not an object: { … }")
        }
        var members: [String: JSONTree] = [:]
        for member in list {
            let name = path.map { $0 + "." + member.name } ?? member.name
            guard known.contains(member.name) else {
                throw GateFileError(
                    line: member.value.line, place: name,
                    reason: "not known to \(owner), which takes: " + known.joined(separator: ", "))
            }
            guard members.updateValue(member.value, forKey: member.name) == nil else {
                throw GateFileError(line: member.value.line, place: name, reason: "stands twice")
            }
        }
        self.members = members
        line = tree.line
        self.path = path
    }

    subscript(_ name: String) -> JSONTree? { members[name] }

    func error(_ name: String, _ reason: String) -> GateFileError {
        GateFileError(
            line: members[name]?.line ?? line, place: path.map { $0 + "." + name } ?? name,
            reason: reason)
    }

    /// A number with at most so many decimals, as a whole number of its last decimal.
    func number(
        _ name: String, decimals: Int, in range: ClosedRange<Int64>
    ) throws(GateFileError) -> Int64 {
        guard let tree = members[name] else { throw error(name, "is missing") }
        guard case .number(let text) = tree.value else { throw error(name, "a number is needed") }
        let scale = (0..<decimals).reduce(Int64(1)) { value, _ in value * 10 }
        guard let value = DecimalText.scaled(text, decimals: decimals) else {
            throw error(
                name,
                decimals == 0
                    ? "a whole number is needed" : "a number with at most \(decimals) decimals")
        }
        guard range.contains(value) else {
            throw error(
                name,
                "has to be from \(range.lowerBound / scale) to \(range.upperBound / scale)")
        }
        return value
    }
}
