import ExternalModels
import Foundation

/// Where requests go.
struct EndpointAddress {
    /// Why an address is not used.
    struct Refusal: Error {
        let status: Int32
        let message: String
    }

    /// The address of the chat completions.
    let completions: String

    /// - Parameter allowsPlain: whether texts may go unencrypted to other machines.
    init(_ url: String, allowsPlain: Bool) throws(Refusal) {
        guard var parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased(),
            let host = parts.host, !host.isEmpty, ["http", "https"].contains(scheme)
        else {
            throw Refusal(
                status: 64, message: "--url is an address such as https://llm.example/v1")
        }
        // It would stand in the ledger: a description is recorded as it is.
        guard parts.user == nil, parts.password == nil, parts.fragment == nil else {
            throw Refusal(
                status: 64,
                message: "--url takes no name, password or fragment: a key goes by --key-env")
        }
        if let credential = CredentialInClear.found(in: url) {
            throw Refusal(
                status: 64,
                message: "--url holds \(credential), and would be recorded: a key goes by --key-env"
            )
        }
        guard scheme == "https" || allowsPlain || Self.isThisMachine(host) else {
            throw Refusal(
                status: 77,
                message: "texts would go to \(host) without encryption: use https, or "
                    + "--allow-plain where the way there is safe")
        }
        let tail = "/chat/completions"
        while parts.path.hasSuffix("/") { parts.path.removeLast() }
        if !parts.path.hasSuffix(tail) { parts.path += tail }
        guard let whole = parts.string else {
            throw Refusal(status: 64, message: "--url is no address")
        }
        completions = whole
    }

    static func isThisMachine(_ host: String) -> Bool {
        let name = host.lowercased().trimmingCharacters(in: ["[", "]"])
        if name == "localhost" || name == "::1" { return true }
        let numbers = name.split(separator: ".", omittingEmptySubsequences: false)
        return numbers.count == 4 && numbers[0] == "127"
            && numbers.allSatisfy { UInt8($0) != nil }
    }
}
