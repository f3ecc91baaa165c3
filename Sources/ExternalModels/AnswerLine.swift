import JSON

/// One line that a program writes.
enum AnswerLine {
    /// What it read in a text.
    case answer(id: Int, ExternalAnswer)
    /// That it could not read a text.
    case error(id: Int, String)

    /// Longest part of an error's words that is shown.
    static let errorBytesMax = 300

    init(_ bytes: [UInt8]) throws(ExternalAnswer.Fault) {
        guard let tree = try? JSONTree(parsing: bytes) else {
            throw ExternalAnswer.Fault("is not JSON in UTF-8")
        }
        guard case .object(var members) = tree.value else {
            throw ExternalAnswer.Fault("is not an object")
        }
        guard let index = members.firstIndex(where: { $0.name == "id" }),
            case .number(let text) = members.remove(at: index).value.value, let id = Int(text)
        else { throw ExternalAnswer.Fault("has no whole number as id") }
        if members.count == 1, members[0].name == "error" {
            guard case .string(let words) = members[0].value.value else {
                throw ExternalAnswer.Fault("has an error that is no string")
            }
            self = .error(
                id: id, String(decoding: words.utf8.prefix(Self.errorBytesMax), as: UTF8.self))
        } else {
            self = .answer(id: id, try ExternalAnswer(members))
        }
    }
}
