import ExternalModels
import JSON

/// What an endpoint says. Its words are never passed on: they may hold the text, or a key.
enum Reply {
    /// Largest body that is read.
    static let bytesMax = 1 << 20

    /// The answer in the body of a response of status 200.
    static func answer(in body: [UInt8]) -> Result<ExternalAnswer, EndpointFailure> {
        guard let tree = try? JSONTree(parsing: body) else {
            return .failure(.again("the endpoint did not answer with JSON"))
        }
        guard let choice = member("choices", of: tree).flatMap(first),
            let message = member("message", of: choice)
        else { return .failure(.again("the endpoint's answer has no message")) }
        if case .string("length")? = member("finish_reason", of: choice)?.value {
            return .failure(.again("the model's answer was cut off"))
        }
        guard case .string(let content)? = member("content", of: message)?.value else {
            return .failure(.again("the model gave no answer"))
        }
        do {
            return .success(try ExternalAnswer(parsing: Array(content.utf8)))
        } catch {
            return .failure(.again("the model's answer \(error)"))
        }
    }

    /// A failure, with the code that the endpoint gives where that is a plain word.
    static func failure(status: UInt, body: [UInt8]) -> String {
        var words = "the endpoint answered with status \(status)"
        if let tree = try? JSONTree(parsing: body), let error = member("error", of: tree) {
            for name in ["code", "type"] {
                guard case .string(let code)? = member(name, of: error)?.value, isPlain(code) else {
                    continue
                }
                words += " (\(code))"
                break
            }
        }
        return words
    }

    private static func isPlain(_ code: String) -> Bool {
        (1...40).contains(code.utf8.count)
            && code.utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "_")
            }
    }

    private static func member(_ name: String, of tree: JSONTree) -> JSONTree? {
        guard case .object(let members) = tree.value else { return nil }
        return members.first { $0.name == name }?.value
    }

    private static func first(_ tree: JSONTree) -> JSONTree? {
        if case .array(let items) = tree.value { items.first } else { nil }
    }
}
